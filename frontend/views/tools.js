/** Owns what each tool does along the path of a pointer: place, spray, erase. */

import { pixelToPlane, PLANE_LIMIT } from "../geometry.js";
import { createMoveTool } from "./move_tool.js";
import { nearestPoint, reachOf } from "./reach.js";

/** @typedef {import("./reach.js").Spot} Spot */
/**
 * @typedef {object} PathTool
 * @property {((side: number) => number)|null} spacing pixels between two steps of the path; null: a step to wherever the pointer goes
 * @property {(at: Spot, pointerType: string) => void} begin
 * @property {(at: Spot, pointerType: string) => void} step
 * @property {() => void} [end] also when the stroke is given up
 */
/** @typedef {import("../state.js").Tool|"pick"} ToolName pick: removes the nearest point, whichever tool is chosen */

const LINE_SPACING_PX = 14;
const PICK_SPACING_PX = 4;
/** Steps of the brush and the eraser follow each other this closely, in radii. */
const DISC_STEP = 0.5;
const LEAST_DISC_STEP_PX = 4;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {() => number} random from 0 to 1
 * @returns {Readonly<Record<ToolName, PathTool>>}
 */
export function createTools(store, commands, random) {
  /** @param {number} side */
  const discStep = (side) => Math.max(LEAST_DISC_STEP_PX, (DISC_STEP * store.get().brush.radius * side) / (2 * PLANE_LIMIT));

  /** @param {readonly (readonly [number, number])[]} places */
  function add(places) {
    const inside = places.filter(([x, y]) => Math.abs(x) <= PLANE_LIMIT && Math.abs(y) <= PLANE_LIMIT);
    if (inside.length > 0) commands.add(inside);
  }

  /** @param {Spot} at */
  const place = ({ x, y, side }) => add([pixelToPlane(x, y, side)]);

  /** @param {Spot} at */
  function spray(at) {
    const { radius, density } = store.get().brush;
    const [x, y] = pixelToPlane(at.x, at.y, at.side);
    add(Array.from({ length: density }, () => {
      const angle = random() * 2 * Math.PI;
      const distance = Math.sqrt(random()) * radius;
      return [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
    }));
  }

  /** @param {Spot} at */
  function erase(at) {
    const [x, y] = pixelToPlane(at.x, at.y, at.side);
    commands.eraseAround(x, y);
  }

  /**
   * @param {Spot} at
   * @param {string} pointerType
   */
  function pick(at, pointerType) {
    const point = nearestPoint(store.get().document.points, at, reachOf(at.side, pointerType));
    if (point) commands.erase(new Set([point.key]));
  }

  return {
    point: { spacing: () => LINE_SPACING_PX, begin: place, step: place },
    brush: { spacing: discStep, begin: spray, step: spray },
    erase: { spacing: discStep, begin: erase, step: erase },
    pick: { spacing: () => PICK_SPACING_PX, begin: pick, step: pick },
    move: createMoveTool(store, commands),
  };
}
