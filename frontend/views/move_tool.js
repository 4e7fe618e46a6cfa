/** Owns moving and selecting by pointer: a point that is dragged moves, a drag over empty ground selects what it goes around. */

import { pixelToPlane } from "../geometry.js";
import { keysWithin } from "../point_edits.js";
import { nearestPoint, reachOf } from "./reach.js";

/** @typedef {import("../document.js").Point} Point */

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @returns {import("./tools.js").PathTool}
 */
export function createMoveTool(store, commands) {
  /** Where the pointer went down, and the points that it took along; none: it draws a rectangle. @type {{x: number, y: number, grabbed: readonly Point[]}} */
  let start = { x: 0, y: 0, grabbed: [] };

  return {
    spacing: null,
    begin(at, pointerType) {
      const { document, selection } = store.get();
      const [x, y] = pixelToPlane(at.x, at.y, at.side);
      const point = nearestPoint(document.points, at, reachOf(at.side, pointerType));
      if (point === null) commands.select(new Set());
      else if (!selection.has(point.key)) commands.select(new Set([point.key]));
      start = { x, y, grabbed: point === null ? [] : commands.selected() };
    },
    step(at) {
      const [x, y] = pixelToPlane(at.x, at.y, at.side);
      if (start.grabbed.length > 0) {
        commands.movePoints(start.grabbed, x - start.x, y - start.y);
        return;
      }
      const band = { x0: start.x, y0: start.y, x1: x, y1: y };
      commands.showBand(band);
      commands.select(keysWithin(store.get().document.points, band));
    },
    end() {
      commands.showBand(null);
    },
  };
}
