/** Draws the help: all keys, the switch that turns the single ones off, and what every control does. */

import { KEYS } from "../keys.js";
import { words } from "../words.js";
import { controlsOf, GROUPS } from "./controls.js";
import { find, make } from "./elements.js";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @returns {() => void} opens the help
 */
export function mountHelp(store, commands) {
  const dialog = find("#help-dialog", HTMLDialogElement);
  const singleKeys = find("#single-keys", HTMLInputElement);
  const everything = find("#everything", HTMLElement);
  const keys = find("#keys", HTMLElement);

  /** Written anew at each opening: what can be operated changes with the data, the network and what a teacher has hidden. */
  function listEverything() {
    const { hiddenControls } = store.get();
    const working = KEYS.filter(({ control = "" }) => !hiddenControls.has(control));
    keys.replaceChildren(...working.map(({ action, caps, single }) => make("div", single ? { "data-single": "" } : {}, [
      make("dt", {}, caps.flatMap((cap) => [make("kbd", {}, [cap]), " "])), make("dd", {}, [words.keys[action]]),
    ])));
    everything.replaceChildren(...GROUPS.flatMap(([group, name]) => {
      const rows = controlsOf(group)
        .filter(({ control, name: called, sentence }, index, all) => called !== "" && sentence !== "" && !hiddenControls.has(control)
          && all.findIndex((other) => other.control === control) === index)
        .map(({ name: control, sentence }) => make("div", {}, [make("dt", {}, [control]), make("dd", {}, [sentence])]));
      return rows.length === 0 ? [] : [make("h4", {}, [name]), make("dl", { class: "controls" }, rows)];
    }));
  }

  function show() {
    listEverything();
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  singleKeys.addEventListener("change", () => commands.setLook({ singleKeys: singleKeys.checked }));
  find("#help", HTMLButtonElement).addEventListener("click", show);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  function draw() {
    singleKeys.checked = store.get().look.singleKeys;
    dialog.toggleAttribute("data-single-off", !singleKeys.checked);
  }
  store.subscribe((state, before) => {
    if (state.look !== before.look) draw();
  });
  draw();
  return show;
}
