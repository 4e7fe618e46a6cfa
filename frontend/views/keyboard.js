/** Owns the keys that work everywhere: letters, digits, undo and redo. */

import { actionOf, classOf } from "../keys.js";

const OPERATED_BY_SPACE = "button, summary, a, input[type=checkbox]";
const TEXT_FIELDS = "input[type=number], input[type=text], textarea";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {{help: () => void, teach: () => void, savePicture: () => void, saveRun: () => void, openRun: () => void}} show
 */
export function mountKeyboard(store, commands, { help, teach, savePicture, saveRun, openRun }) {
  /** The field that holds text which is not a value yet: undo is the browser's own there. @type {EventTarget|null} */
  let writing = null;
  document.addEventListener("input", ({ target }) => {
    writing = target instanceof Element && target.matches(TEXT_FIELDS) ? target : null;
  });
  for (const end of ["change", "focusout"]) document.addEventListener(end, () => { writing = null; });

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const { look, tool, hiddenControls } = store.get();
    const action = actionOf(event, "page", look.singleKeys, hiddenControls);
    if (action === null || (action === "undo" ? writing === target : target.matches(`${TEXT_FIELDS}, select`))) return;
    switch (action) {
      case "toggle":
        // On what is operated by Space itself it stays so.
        if (target.matches(OPERATED_BY_SPACE) || event.repeat) return;
        void commands.toggle();
        break;
      case "step":
        void commands.step(event.shiftKey ? "step" : "epoch");
        break;
      case "reset":
        if (!event.repeat) void commands.reset();
        break;
      case "class":
        commands.chooseClass(classOf(event) ?? 0);
        break;
      case "erase":
        commands.chooseTool(tool === "erase" ? "point" : "erase");
        break;
      case "grab":
        commands.chooseTool(tool === "move" ? "point" : "move");
        break;
      case "view":
        commands.setLook({ view: look.view === "plane" ? "network" : "plane" });
        break;
      case "present":
        commands.setLook({ presenting: !look.presenting });
        break;
      case "picture":
        if (!event.repeat) savePicture();
        break;
      case "save":
        saveRun();
        break;
      case "open":
        openRun();
        break;
      case "help":
        help();
        break;
      case "teach":
        teach();
        break;
      case "undo":
        if (event.key.toLowerCase() === "y" || event.shiftKey) commands.redo();
        else commands.undo();
        break;
    }
    event.preventDefault();
  });
}
