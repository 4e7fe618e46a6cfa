/**
 * Owns the document (points and config) as plain values: how a change from the server is merged into it, and which edit
 * brings the server one step nearer to it.
 */

import { PLANE_LIMIT } from "./geometry.js";
import { MAX_EDIT_ROWS } from "./protocol.js";

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").ServerPointRow} ServerPointRow */
/** @typedef {import("./protocol.js").Split} Split */

/**
 * @typedef {object} Point
 * @property {number} key
 * @property {number} x
 * @property {number} y
 * @property {number} label the class, for classification
 * @property {number|null} value from -1 to 1, for regression; null: as the label says
 */
/** @typedef {Readonly<Point & {id: number, split: Split}>} ConfirmedPoint a point that the server holds */
/** @typedef {ReadonlyMap<number, ConfirmedPoint>} Confirmed by client key */
/** @typedef {{readonly points: readonly Readonly<Point>[], readonly config: RunConfig}} Document what the person wants */

/**
 * @typedef {{kind: "add", points: readonly Point[], message: import("./protocol.js").AddPoints}
 *   | {kind: "change", points: readonly Point[], message: import("./protocol.js").ChangePoints}
 *   | {kind: "remove", points: readonly ConfirmedPoint[], message: import("./protocol.js").RemovePoints | import("./protocol.js").ClearPoints}
 *   | {kind: "configure", patch: Partial<RunConfig>, message: import("./protocol.js").Configure}} Edit
 */

/** Two numbers nearer than this are one: no one can tell such points apart, and single precision cannot either. */
const SAME = 1e-6;

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
 * @param {number|null} [value]
 * @returns {Point} a new point, held inside the plane and rounded to what survives the wire
 */
export function makePoint(x, y, label, value = null) {
  return { key: freshKey(), x: onPlane(x), y: onPlane(y), label, value };
}

/**
 * @param {Point} point
 * @param {number} dx
 * @param {number} dy
 * @returns {Point} the same point elsewhere, held inside the plane
 */
export function movedPoint(point, dx, dy) {
  return { ...point, x: onPlane(point.x + dx), y: onPlane(point.y + dy) };
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {boolean} whether both are at one place with one label and value
 */
export function samePoint(a, b) {
  return a === b || (a.label === b.label && near(a.x, b.x) && near(a.y, b.y)
    && (a.value === b.value || (a.value !== null && b.value !== null && near(a.value, b.value))));
}

/**
 * Merges all of the server's points into the wanted ones. What is new on the server arrives, what has gone from it goes; what
 * the person did meanwhile (points not yet sent, not yet removed, not yet moved) stays done. A point whose answer was lost
 * on the way is recognised by its place. Values come with regression only; where none comes, the known one stays.
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
  const wanted = new Map(points.map((point) => [point.key, point]));
  /** @type {Map<number, ConfirmedPoint>} */
  const next = new Map();
  /** @type {Point[]} */
  const arrived = [];
  for (const [id, x, y, label, split, sent] of rows) {
    const known = keyOfId.get(id) ?? unsent.get(placeOf(x, y, label))?.shift();
    const key = known ?? freshKey();
    const value = sent ?? confirmed.get(key)?.value ?? wanted.get(key)?.value ?? null;
    next.set(key, { key, id, x, y, label, value, split });
    if (known === undefined) arrived.push({ key, x, y, label, value });
  }
  /** @type {Point[]} */
  const kept = [];
  for (const point of points) {
    const [before, now] = [confirmed.get(point.key), next.get(point.key)];
    if (now) kept.push(mergePoint(point, before, now));
    else if (!before) kept.push(point);
  }
  return { points: [...kept, ...arrived], confirmed: next };
}

/**
 * @param {Point} wanted
 * @param {ConfirmedPoint|undefined} before as the server held it
 * @param {ConfirmedPoint} now as the server holds it
 * @returns {Point} what the person made of it, if it has not reached the server; otherwise what the server made of it
 */
function mergePoint(wanted, before, now) {
  const { key, x, y, label, value } = now;
  if (samePoint(wanted, now)) return wanted;
  if (before ? samePoint(wanted, before) : wanted.value === null) return { key, x, y, label, value };
  return wanted;
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
 * The next edit to send, or null when the server holds what is wanted. Points go and are relabelled before the config changes;
 * they come, and are relabelled to a class that is yet to come, after it: so a class never disappears under a point that uses
 * it, and never comes too late for one.
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
  const changed = wanted.points.filter((point) => {
    const known = confirmed.get(point.key);
    return known !== undefined && !samePoint(point, known);
  });
  const possible = changed.filter((point) => point.label < serverConfig.classes);
  if (possible.length > 0) return changeOf(possible, confirmed);
  const patch = configDifference(serverConfig, wanted.config);
  if (Object.keys(patch).length > 0) return { kind: "configure", patch, message: { type: "CONFIGURE", ...patch } };
  if (changed.length > 0) return changeOf(changed, confirmed);
  const points = wanted.points.filter((point) => !confirmed.has(point.key)).slice(0, MAX_EDIT_ROWS);
  if (points.length === 0) return null;
  return { kind: "add", points, message: { type: "ADD_POINTS", points: points.map(rowOf) } };
}

/**
 * @param {readonly Point[]} changed
 * @param {Confirmed} confirmed
 * @returns {Edit}
 */
function changeOf(changed, confirmed) {
  const points = changed.slice(0, MAX_EDIT_ROWS);
  /** @type {import("./protocol.js").ChangedRow[]} */
  const rows = points.map((point) => [/** @type {ConfirmedPoint} */ (confirmed.get(point.key)).id, ...rowOf(point)]);
  return { kind: "change", points, message: { type: "CHANGE_POINTS", points: rows } };
}

/**
 * @param {Point} point
 * @returns {import("./protocol.js").PointRow}
 */
export function rowOf({ x, y, label, value }) {
  return value === null ? [x, y, label] : [x, y, label, value];
}

/**
 * @param {Document} a
 * @param {Document} b
 * @returns {boolean}
 */
export function sameDocument(a, b) {
  return samePoints(a.points, b.points)
    && Object.keys(configDifference(a.config, b.config)).length === 0;
}

/**
 * @param {readonly Point[]} a
 * @param {readonly Point[]} b
 */
function samePoints(a, b) {
  return a === b || (a.length === b.length && a.every((point, index) => {
    const other = /** @type {Point} */ (b[index]);
    return point === other || (point.key === other.key && samePoint(point, other));
  }));
}

/**
 * @param {number} a
 * @param {number} b
 */
function near(a, b) {
  return Math.abs(a - b) < SAME;
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
