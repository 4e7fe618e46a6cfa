/** Owns the keys: the point cursor on the plane, and the letters that work everywhere. */

import { actionOf, classOf } from "../keys.js";
import { PLANE_LIMIT } from "../protocol.js";
import { nearestPoint } from "./pointer.js";

const CURSOR_STEP = 0.25;
const CURSOR_LEAP = 1;
/** How near the point cursor must be to a point to remove it, in hundredths of the plane's side. */
const REMOVE_REACH = 6;

const OPERATED_BY_SPACE = "button, summary, a, input[type=checkbox]";
const TEXT_FIELDS = "input[type=number], input[type=text], textarea";

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {import("../probe.js").Prober} prober
 * @param {() => void} showHelp
 * @param {() => void} savePicture
 */
export function mountKeyboard(canvas, store, commands, prober, showHelp, savePicture) {
  /** @param {{x: number, y: number}|null} cursor */
  function moveCursor(cursor) {
    commands.moveCursor(cursor);
    if (cursor) {
      delete canvas.dataset.pointed;
      prober.at(cursor.x, cursor.y);
    } else {
      prober.leave();
    }
  }

  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible") && store.get().cursor === null) moveCursor({ x: 0, y: 0 });
  });
  canvas.addEventListener("blur", () => {
    delete canvas.dataset.pointed;
    moveCursor(null);
  });

  canvas.addEventListener("keydown", (event) => {
    const { cursor, document } = store.get();
    const action = actionOf(event, "plane", true);
    if (action === null || (cursor === null && action !== "move")) return;
    const { x, y } = cursor ?? { x: 0, y: 0 };
    if (action === "move") {
      const [across, up] = ARROWS[event.key] ?? [0, 0];
      const reach = event.shiftKey ? CURSOR_LEAP : CURSOR_STEP;
      moveCursor({ x: onPlane(x + across * reach), y: onPlane(y + up * reach) });
    } else if (action === "add") {
      commands.add([[x, y]]);
    } else if (action === "remove") {
      const side = 100;
      const scale = side / (2 * PLANE_LIMIT);
      const point = nearestPoint(document.points, (x + PLANE_LIMIT) * scale, (PLANE_LIMIT - y) * scale, side, REMOVE_REACH);
      if (point) commands.erase(new Set([point.key]));
    } else {
      moveCursor(null);
    }
    event.preventDefault();
    event.stopPropagation();
  });

  /** The field that holds text which is not a value yet: undo is the browser's own there. @type {EventTarget|null} */
  let writing = null;
  document.addEventListener("input", ({ target }) => {
    writing = target instanceof Element && target.matches(TEXT_FIELDS) ? target : null;
  });
  for (const end of ["change", "focusout"]) document.addEventListener(end, () => { writing = null; });

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const { look, tool } = store.get();
    const action = actionOf(event, "page", look.singleKeys);
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
      case "view":
        commands.setLook({ view: look.view === "plane" ? "network" : "plane" });
        break;
      case "present":
        commands.setLook({ presenting: !look.presenting });
        break;
      case "picture":
        if (!event.repeat) savePicture();
        break;
      case "help":
        showHelp();
        break;
      case "undo":
        if (event.key.toLowerCase() === "y" || event.shiftKey) commands.redo();
        else commands.undo();
        break;
    }
    event.preventDefault();
  });
}

/** @param {number} value */
function onPlane(value) {
  return Math.min(PLANE_LIMIT, Math.max(-PLANE_LIMIT, value));
}
