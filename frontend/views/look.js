/** Draws how the person wants the page to look: the view, and which drawers are open. */

import { find } from "./elements.js";

/** @typedef {import("../look.js").Look} Look */

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountLook(store, commands) {
  const views = [...document.querySelectorAll("input[name=view]")].filter((view) => view instanceof HTMLInputElement);
  const drawers = [...document.querySelectorAll("details[data-drawer]")].filter((drawer) => drawer instanceof HTMLDetailsElement);
  const diagram = find("#diagram", HTMLElement);

  for (const view of views) {
    view.addEventListener("change", () => commands.setLook({ view: /** @type {Look["view"]} */ (view.value) }));
  }
  for (const drawer of drawers) {
    const name = drawer.dataset.drawer ?? "";
    drawer.addEventListener("toggle", () => {
      if (drawer.open !== store.get().openDrawers.has(name)) commands.setDrawer(name, drawer.open);
    });
  }

  function draw() {
    const { look, openDrawers } = store.get();
    document.body.dataset.view = look.view;
    diagram.hidden = look.view !== "network";
    for (const view of views) view.checked = view.value === look.view;
    for (const drawer of drawers) drawer.open = openDrawers.has(drawer.dataset.drawer ?? "");
  }

  store.subscribe((state, before) => {
    if (state.look !== before.look || state.openDrawers !== before.openDrawers) draw();
  });
  draw();
}
