/** Owns the keys of the plane: the point cursor, what it does at its place, and what is done to selected points. */

import { PLANE_LIMIT, planeToPixel } from "../geometry.js";
import { actionOf } from "../keys.js";
import { keysWithin } from "../point_edits.js";
import { nearestPoint } from "./reach.js";

const CURSOR_STEP = 0.25;
const CURSOR_LEAP = 1;
const MOVE_STEP = 0.1;
/** The plane as this module measures it: how near the point cursor must be to a point to mean it, in hundredths of its side. */
const SIDE = 100;
const REACH = 6;
/** There the arrows, Delete and Escape have a meaning of their own. */
const OTHER_KEYS = "input, select, textarea, dialog, [role=menu]";

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {import("../probe.js").Prober} prober
 */
export function mountPlaneKeys(canvas, store, commands, prober) {
  /** Where a rectangle of the keyboard began. @type {{x: number, y: number}|null} */
  let anchor = null;

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

  /** @param {{x: number, y: number}} cursor */
  function pointAt(cursor) {
    const [x, y] = planeToPixel(cursor.x, cursor.y, SIDE);
    return nearestPoint(store.get().document.points, { x, y, side: SIDE }, REACH);
  }

  /** @param {{x: number, y: number}} cursor */
  function toggleAt(cursor) {
    const point = pointAt(cursor);
    if (point === null) return;
    const selection = new Set(store.get().selection);
    if (!selection.delete(point.key)) selection.add(point.key);
    commands.select(selection);
  }

  /** @param {{x: number, y: number}} cursor */
  function selectTo(cursor) {
    anchor ??= store.get().cursor ?? cursor;
    const band = { x0: anchor.x, y0: anchor.y, x1: cursor.x, y1: cursor.y };
    commands.showBand(band);
    commands.select(keysWithin(store.get().document.points, band));
  }

  function endBand() {
    anchor = null;
    if (store.get().band !== null) commands.showBand(null);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key meant the selected points
   */
  function actOnSelection(event) {
    if (store.get().selection.size === 0) return false;
    const action = actionOf(event, "plane", true);
    const [across, up] = ARROWS[event.key] ?? [0, 0];
    if (action === "move" && !event.shiftKey) commands.movePoints(commands.selected(), across * MOVE_STEP, up * MOVE_STEP);
    else if (action === "remove") commands.eraseSelection();
    else if (action === "leave") commands.select(new Set());
    else return false;
    endBand();
    return true;
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key meant the point cursor
   */
  function actAtCursor(event) {
    const { cursor, tool } = store.get();
    const action = actionOf(event, "plane", true);
    if (action === null || (cursor === null && action !== "move")) return false;
    const { x, y } = cursor ?? { x: 0, y: 0 };
    if (action === "move") {
      const [across, up] = ARROWS[event.key] ?? [0, 0];
      const selects = tool === "move" && event.shiftKey;
      const reach = event.shiftKey && !selects ? CURSOR_LEAP : CURSOR_STEP;
      const to = { x: onPlane(x + across * reach), y: onPlane(y + up * reach) };
      if (selects) selectTo(to);
      else endBand();
      moveCursor(to);
    } else if (action === "add") {
      if (tool === "move") toggleAt({ x, y });
      else commands.add([[x, y]]);
    } else if (action === "remove") {
      const point = pointAt({ x, y });
      if (point) commands.erase(new Set([point.key]));
    } else {
      moveCursor(null);
    }
    return true;
  }

  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible") && store.get().cursor === null) moveCursor({ x: 0, y: 0 });
  });
  canvas.addEventListener("blur", () => {
    delete canvas.dataset.pointed;
    endBand();
    moveCursor(null);
  });
  canvas.addEventListener("keydown", (event) => {
    if (!actOnSelection(event) && !actAtCursor(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && store.get().band !== null) commands.showBand(null);
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    // What a chart, the diagram or a field has used is not meant for the points.
    if (event.defaultPrevented || target.matches(OTHER_KEYS) || document.querySelector("dialog[open]")) return;
    if (actOnSelection(event)) event.preventDefault();
  });
}

/** @param {number} value */
function onPlane(value) {
  return Math.min(PLANE_LIMIT, Math.max(-PLANE_LIMIT, value));
}
