/** Owns mouse, touch and pen on the plane: what is pressed where becomes points to add or to remove. */

import { pixelToPlane, PLANE_LIMIT, planeToPixel } from "../protocol.js";
import { markerRadius } from "./markers.js";

/** @typedef {import("../document.js").Point} Point */

const LINE_SPACING_PX = 14;
const BRUSH_SPACING_PX = 16;
const BRUSH_RADIUS_PX = 30;
const BRUSH_POINTS = 3;
/** A finger that has not gone further has tapped; one that has rested so long has only looked. */
const TAP_REACH_PX = 10;
const LONG_PRESS_MS = 500;
const RIGHT_BUTTON = 2;
const PEN_ERASER_BUTTON = 5;

/**
 * @param {readonly Point[]} points
 * @param {number} x pixels from the left of the plane
 * @param {number} y pixels from the top
 * @param {number} side of the plane in pixels
 * @param {number} reach in pixels
 * @returns {Point|null} the nearest point within reach
 */
export function nearestPoint(points, x, y, side, reach) {
  /** @type {Point|null} */
  let nearest = null;
  let best = reach * reach;
  for (const point of points) {
    const [pointX, pointY] = planeToPixel(point.x, point.y, side);
    const distance = (pointX - x) ** 2 + (pointY - y) ** 2;
    if (distance <= best) {
      best = distance;
      nearest = point;
    }
  }
  return nearest;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {import("../probe.js").Prober} prober
 * @param {() => number} random from 0 to 1
 */
export function mountPointer(canvas, store, commands, prober, random) {
  /** @type {{pointer: number, mode: "point"|"brush"|"erase", x: number, y: number}|null} */
  let stroke = null;
  /** A finger that has not drawn yet. @type {{pointer: number, x: number, y: number, sinceMs: number}|null} */
  let finger = null;

  /** @param {PointerEvent|MouseEvent} event */
  function locate(event) {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, side: box.width };
  }

  /**
   * @param {{x: number, y: number, side: number}} at
   * @param {string} pointerType
   */
  function eraseAt({ x, y, side }, pointerType) {
    const reach = markerRadius(side) + (pointerType === "touch" ? 16 : 7);
    const point = nearestPoint(store.get().document.points, x, y, side, reach);
    if (point) commands.erase(new Set([point.key]));
  }

  /** @param {{x: number, y: number, side: number}} at */
  function addAt({ x, y, side }) {
    addAll([[x, y]], side);
  }

  /** @param {{x: number, y: number, side: number}} at */
  function sprayAt({ x, y, side }) {
    addAll(Array.from({ length: BRUSH_POINTS }, () => {
      const angle = random() * 2 * Math.PI;
      const distance = Math.sqrt(random()) * BRUSH_RADIUS_PX;
      return [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
    }), side);
  }

  /**
   * @param {[number, number][]} pixels
   * @param {number} side
   */
  function addAll(pixels, side) {
    const places = pixels.map(([x, y]) => pixelToPlane(x, y, side))
      .filter(([x, y]) => Math.abs(x) <= PLANE_LIMIT && Math.abs(y) <= PLANE_LIMIT);
    if (places.length > 0) commands.add(places);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && !event.isPrimary) giveUp();
    if (!event.isPrimary || stroke !== null || ![0, RIGHT_BUTTON, PEN_ERASER_BUTTON].includes(event.button)) return;
    canvas.setPointerCapture(event.pointerId);
    commands.moveCursor(null);
    canvas.dataset.pointed = "";
    if (event.pointerType === "touch") {
      const { x, y } = locate(event);
      finger = { pointer: event.pointerId, x, y, sinceMs: event.timeStamp };
      look(event);
    } else {
      begin(event, locate(event));
    }
  });

  /**
   * @param {PointerEvent} event
   * @param {{x: number, y: number, side: number}} at
   */
  function begin(event, at) {
    const erases = event.shiftKey || event.ctrlKey || [RIGHT_BUTTON, PEN_ERASER_BUTTON].includes(event.button);
    const mode = erases ? "erase" : store.get().tool;
    stroke = { pointer: event.pointerId, mode, x: at.x, y: at.y };
    commands.beginStroke();
    if (mode === "erase") eraseAt(at, event.pointerType);
    else if (mode === "brush") sprayAt(at);
    else addAt(at);
  }

  /** @param {PointerEvent} event shows what the network says there */
  function look(event) {
    const at = locate(event);
    const [x, y] = pixelToPlane(at.x, at.y, at.side);
    if (Math.abs(x) <= PLANE_LIMIT && Math.abs(y) <= PLANE_LIMIT) prober.at(x, y);
  }

  /** A second finger has come, or the page scrolls: nothing was meant to be drawn. */
  function giveUp() {
    finger = null;
    prober.leave();
    if (stroke === null) return;
    stroke = null;
    commands.cancelStroke();
  }

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" || finger !== null || stroke !== null) look(event);
    if (finger?.pointer === event.pointerId && event.timeStamp - finger.sinceMs < LONG_PRESS_MS) {
      const at = locate(event);
      if (distance(finger, at) < TAP_REACH_PX) return;
      const from = { x: finger.x, y: finger.y, side: at.side };
      finger = null;
      begin(event, from);
    }
    if (stroke === null || stroke.pointer !== event.pointerId) return;
    const spacing = stroke.mode === "brush" ? BRUSH_SPACING_PX : stroke.mode === "point" ? LINE_SPACING_PX : 4;
    const path = event.getCoalescedEvents?.() ?? [];
    for (const sample of path.length > 0 ? path : [event]) {
      const end = locate(sample);
      for (let gap = distance(stroke, end); gap >= spacing; gap = distance(stroke, end)) {
        stroke.x += ((end.x - stroke.x) * spacing) / gap;
        stroke.y += ((end.y - stroke.y) * spacing) / gap;
        const place = { x: stroke.x, y: stroke.y, side: end.side };
        if (stroke.mode === "erase") eraseAt(place, event.pointerType);
        else if (stroke.mode === "brush") sprayAt(place);
        else addAt(place);
      }
    }
  });

  /** @param {PointerEvent} event */
  function end(event) {
    if (finger?.pointer === event.pointerId) {
      const tap = finger;
      finger = null;
      const at = locate(event);
      const short = event.timeStamp - tap.sinceMs < LONG_PRESS_MS && distance(tap, at) < TAP_REACH_PX;
      if (short) begin(event, { x: tap.x, y: tap.y, side: at.side });
    }
    if (event.pointerType === "touch") prober.leave();
    if (stroke === null || stroke.pointer !== event.pointerId) return;
    stroke = null;
    commands.endStroke();
  }
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", (event) => {
    if (event.pointerType === "touch") giveUp();
    else end(event);
  });
  canvas.addEventListener("lostpointercapture", end);
  canvas.addEventListener("pointerleave", () => prober.leave());
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());

  store.subscribe((state, before) => {
    if (state.tool !== before.tool) canvas.dataset.tool = state.tool;
  });
}

/**
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 */
function distance(a, b) {
  return Math.hypot(b.x - a.x, b.y - a.y);
}
