/**
 * Owns the document (points and config) as plain values: how a change from the server is merged into it, and which edit
 * brings the server one step nearer to it.
 */

import { MAX_EDIT_ROWS, PLANE_LIMIT } from "./protocol.js";

/** @typedef {import("./protocol.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").ServerPointRow} ServerPointRow */
/** @typedef {import("./protocol.js").Split} Split */

/** @typedef {{readonly key: number, readonly x: number, readonly y: number, readonly label: number}} Point */
/** @typedef {Point & {readonly id: number, readonly split: Split}} ConfirmedPoint a point that the server holds */
/** @typedef {ReadonlyMap<number, ConfirmedPoint>} Confirmed by client key */
/** @typedef {{readonly points: readonly Point[], readonly config: RunConfig}} Document what the person wants */

/**
 * @typedef {{kind: "add", points: readonly Point[], message: import("./protocol.js").AddPoints}
 *   | {kind: "remove", points: readonly ConfirmedPoint[], message: import("./protocol.js").RemovePoints | import("./protocol.js").ClearPoints}
 *   | {kind: "configure", patch: Partial<RunConfig>, message: import("./protocol.js").Configure}} Edit
 */

let lastKey = 0;

/** @returns {number} a key that no other point of this page has */
export function freshKey() {
  lastKey += 1;
  return lastKey;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} label
 * @returns {Point} a new point, held inside the plane and rounded to what survives the wire
 */
export function makePoint(x, y, label) {
  return { key: freshKey(), x: onPlane(x), y: onPlane(y), label };
}

/**
 * Merges all of the server's points into the wanted ones. What is new on the server arrives, what has gone from it goes; what
 * the person did meanwhile (points not yet sent, points not yet removed) stays done. A point whose answer was lost
 * on the way is recognised by its place.
 * @param {readonly Point[]} points
 * @param {Confirmed} confirmed
 * @param {readonly ServerPointRow[]} rows
 * @returns {{points: readonly Point[], confirmed: Confirmed}}
 */
export function mergePoints(points, confirmed, rows) {
  /** @type {Map<number, number>} */
  const keyOfId = new Map();
  for (const point of confirmed.values()) keyOfId.set(point.id, point.key);
  /** @type {Map<string, number[]>} */
  const unsent = new Map();
  for (const point of points) {
    if (confirmed.has(point.key)) continue;
    const place = placeOf(point.x, point.y, point.label);
    const keys = unsent.get(place);
    if (keys) keys.push(point.key);
    else unsent.set(place, [point.key]);
  }
  /** @type {Map<number, ConfirmedPoint>} */
  const next = new Map();
  /** @type {Point[]} */
  const arrived = [];
  for (const [id, x, y, label, split] of rows) {
    let key = keyOfId.get(id) ?? unsent.get(placeOf(x, y, label))?.shift();
    if (key === undefined) {
      key = freshKey();
      arrived.push({ key, x, y, label });
    }
    next.set(key, { key, id, x, y, label, split });
  }
  const kept = points.filter((point) => next.has(point.key) || !confirmed.has(point.key));
  return { points: [...kept, ...arrived], confirmed: next };
}

/**
 * Takes over what changed on the server, keeps what the person changed and has not sent yet.
 * @param {RunConfig} wanted
 * @param {RunConfig} before the server's config as last known
 * @param {RunConfig} now
 * @returns {RunConfig}
 */
export function mergeConfig(wanted, before, now) {
  return { ...now, ...configDifference(before, wanted) };
}

/**
 * @param {RunConfig} from
 * @param {RunConfig} to
 * @returns {Partial<RunConfig>} the fields of `to` that differ
 */
export function configDifference(from, to) {
  const fields = /** @type {(keyof RunConfig)[]} */ (Object.keys(to));
  return Object.fromEntries(fields
    .filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]))
    .map((field) => [field, to[field]]));
}

/**
 * The next edit to send, or null when the server holds what is wanted. Points go before the config changes and come after it,
 * so that a class never disappears under a point that uses it, and never comes too late for one.
 * @param {Document} wanted
 * @param {Confirmed} confirmed
 * @param {RunConfig} serverConfig
 * @returns {Edit|null}
 */
export function nextEdit(wanted, confirmed, serverConfig) {
  const keys = new Set(wanted.points.map((point) => point.key));
  const gone = [...confirmed.values()].filter((point) => !keys.has(point.key));
  if (gone.length > 0) {
    if (keys.size === 0) return { kind: "remove", points: gone, message: { type: "CLEAR_POINTS" } };
    const points = gone.slice(0, MAX_EDIT_ROWS);
    return { kind: "remove", points, message: { type: "REMOVE_POINTS", ids: points.map((point) => point.id) } };
  }
  const patch = configDifference(serverConfig, wanted.config);
  if (Object.keys(patch).length > 0) return { kind: "configure", patch, message: { type: "CONFIGURE", ...patch } };
  const points = wanted.points.filter((point) => !confirmed.has(point.key)).slice(0, MAX_EDIT_ROWS);
  if (points.length === 0) return null;
  return { kind: "add", points, message: { type: "ADD_POINTS", points: points.map(rowOf) } };
}

/**
 * @param {Point} point
 * @returns {import("./protocol.js").PointRow}
 */
export function rowOf(point) {
  return [point.x, point.y, point.label];
}

/**
 * @param {Document} a
 * @param {Document} b
 * @returns {boolean}
 */
export function sameDocument(a, b) {
  return a.points.length === b.points.length
    && a.points.every((point, index) => point.key === b.points[index]?.key)
    && Object.keys(configDifference(a.config, b.config)).length === 0;
}

/** @param {number} value */
function onPlane(value) {
  return Math.round(Math.min(PLANE_LIMIT, Math.max(-PLANE_LIMIT, value)) * 1e4) / 1e4;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} label
 */
function placeOf(x, y, label) {
  return `${Math.round(x * 1e3)} ${Math.round(y * 1e3)} ${label}`;
}
