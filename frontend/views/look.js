/** Draws how the person wants the page to look: the view, what the map shows, the presentation, which drawers are open. */

import { pictureName } from "../look.js";
import { find } from "./elements.js";
import { saveFile } from "./save_file.js";

/** @typedef {import("../look.js").Look} Look */

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {{picture: () => Promise<Blob>}} plane
 * @returns {{savePicture: () => Promise<void>}}
 */
export function mountLook(store, commands, plane) {
  const views = [...document.querySelectorAll("input[name=view]")].filter((view) => view instanceof HTMLInputElement);
  const drawers = [...document.querySelectorAll("details[data-drawer]")].filter((drawer) => drawer instanceof HTMLDetailsElement);
  const diagram = find("#diagram", HTMLElement);
  const leave = find("#leave", HTMLButtonElement);
  const present = find("#present", HTMLButtonElement);
  /** @type {readonly (readonly ["discretise"|"showTest"|"ticks", HTMLInputElement])[]} */
  const checks = [
    ["discretise", find("#discretise", HTMLInputElement)], ["showTest", find("#show-test", HTMLInputElement)], ["ticks", find("#ticks", HTMLInputElement)],
  ];

  for (const view of views) {
    view.addEventListener("change", () => commands.setLook({ view: /** @type {Look["view"]} */ (view.value) }));
  }
  for (const [field, check] of checks) check.addEventListener("change", () => commands.setLook({ [field]: check.checked }));
  for (const drawer of drawers) {
    const name = drawer.dataset.drawer ?? "";
    drawer.addEventListener("toggle", () => {
      if (drawer.open !== store.get().openDrawers.has(name)) commands.setDrawer(name, drawer.open);
    });
  }
  present.addEventListener("click", () => commands.setLook({ presenting: true }));
  leave.addEventListener("click", () => commands.setLook({ presenting: false }));
  find("#picture", HTMLButtonElement).addEventListener("click", () => void savePicture());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && store.get().look.presenting) commands.setLook({ presenting: false });
  });

  async function savePicture() {
    const { dataset, run } = store.get();
    saveFile(await plane.picture(), pictureName(dataset, run.step));
  }

  function draw() {
    const { look } = store.get();
    document.body.dataset.view = look.view;
    document.body.toggleAttribute("data-presenting", look.presenting);
    leave.hidden = !look.presenting;
    diagram.hidden = look.view !== "network";
    for (const view of views) view.checked = view.value === look.view;
    for (const [field, check] of checks) check.checked = look[field];
  }

  // Once: from then on each drawer itself is what its person made of it.
  for (const drawer of drawers) drawer.open = store.get().openDrawers.has(drawer.dataset.drawer ?? "");

  store.subscribe((state, before) => {
    if (state.look !== before.look) draw();
  });
  draw();
  return { savePicture };
}
