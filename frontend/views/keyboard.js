/** Owns the keys: the point cursor on the plane, and the letters that work everywhere. */

import { MAX_CLASSES, PLANE_LIMIT } from "../protocol.js";
import { nearestPoint } from "./pointer.js";

const CURSOR_STEP = 0.25;
const CURSOR_LEAP = 1;
/** How near the point cursor must be to a point to remove it, in hundredths of the plane's side. */
const REMOVE_REACH = 6;

const TEXT_FIELDS = "input[type=number], input[type=text], textarea";

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {import("../probe.js").Prober} prober
 * @param {() => void} showHelp
 */
export function mountKeyboard(canvas, store, commands, prober, showHelp) {
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
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { cursor, document } = store.get();
    const arrow = ARROWS[event.key];
    if (arrow) {
      const from = cursor ?? { x: 0, y: 0 };
      const reach = event.shiftKey ? CURSOR_LEAP : CURSOR_STEP;
      moveCursor({ x: onPlane(from.x + arrow[0] * reach), y: onPlane(from.y + arrow[1] * reach) });
    } else if (cursor !== null && (event.key === "Enter" || event.key === " ")) {
      commands.add([[cursor.x, cursor.y]]);
    } else if (cursor !== null && (event.key === "Delete" || event.key === "Backspace")) {
      const side = 100;
      const scale = side / (2 * PLANE_LIMIT);
      const point = nearestPoint(document.points, (cursor.x + PLANE_LIMIT) * scale, (PLANE_LIMIT - cursor.y) * scale, side, REMOVE_REACH);
      if (point) commands.erase(new Set([point.key]));
    } else if (cursor !== null && event.key === "Escape") {
      moveCursor(null);
    } else {
      return;
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
    if (document.querySelector("dialog[open]") || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const writes = target.matches(`${TEXT_FIELDS}, select`);
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (writing === target || (key !== "z" && key !== "y")) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) commands.redo();
      else commands.undo();
      return;
    }
    if (writes) return;
    if (pressed(event, target)) event.preventDefault();
  });

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   * @returns {boolean} whether the key meant something
   */
  function pressed(event, target) {
    const label = Number(event.code.replace(/^(Digit|Numpad)/, "")) - 1;
    if (/^(Digit|Numpad)\d$/.test(event.code) && label >= 0 && label < MAX_CLASSES && !event.shiftKey) {
      commands.chooseClass(label);
      return true;
    }
    switch (event.key) {
      case " ":
        if (target.matches("button, summary, a") || event.repeat) return false;
        void commands.toggle();
        return true;
      case "s":
      case "S":
        void commands.step(event.shiftKey ? "step" : "epoch");
        return true;
      case "r":
      case "R":
        if (!event.repeat) void commands.reset();
        return true;
      case "e":
      case "E":
        commands.chooseTool(store.get().tool === "erase" ? "point" : "erase");
        return true;
      case "?":
        showHelp();
        return true;
      default:
        return false;
    }
  }
}

/** @param {number} value */
function onPlane(value) {
  return Math.min(PLANE_LIMIT, Math.max(-PLANE_LIMIT, value));
}
