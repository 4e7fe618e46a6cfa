/** Owns mouse, touch and pen on the plane: what is pressed where becomes the path of a tool. */

import { pixelToPlane, PLANE_LIMIT } from "../geometry.js";
import { createTools } from "./tools.js";

/** A finger that has not gone further has tapped; one that has rested so long has only looked. */
const TAP_REACH_PX = 10;
const LONG_PRESS_MS = 500;
const RIGHT_BUTTON = 2;
const PEN_ERASER_BUTTON = 5;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {import("../probe.js").Prober} prober
 * @param {() => number} random from 0 to 1
 */
export function mountPointer(canvas, store, commands, prober, random) {
  const tools = createTools(store, commands, random);
  /** @type {{pointer: number, tool: import("./tools.js").PathTool, x: number, y: number}|null} */
  let stroke = null;
  /** A finger that has not drawn yet. @type {{pointer: number, x: number, y: number, sinceMs: number}|null} */
  let finger = null;

  /** @param {PointerEvent|MouseEvent} event */
  function locate(event) {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, side: box.width };
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
    const tool = tools[erases ? "pick" : store.get().tool];
    stroke = { pointer: event.pointerId, tool, x: at.x, y: at.y };
    commands.beginStroke();
    tool.begin(at, event.pointerType);
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
    stroke.tool.end?.();
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
    const { tool } = stroke;
    if (tool.spacing === null) {
      tool.step(locate(event), event.pointerType);
      return;
    }
    const path = event.getCoalescedEvents?.() ?? [];
    for (const sample of path.length > 0 ? path : [event]) {
      const end = locate(sample);
      const spacing = tool.spacing(end.side);
      for (let gap = distance(stroke, end); gap >= spacing; gap = distance(stroke, end)) {
        stroke.x += ((end.x - stroke.x) * spacing) / gap;
        stroke.y += ((end.y - stroke.y) * spacing) / gap;
        tool.step({ x: stroke.x, y: stroke.y, side: end.side }, event.pointerType);
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
    stroke.tool.end?.();
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
