/** Owns what outlives a reload of the tab: the session id and the resume document, in sessionStorage. */

import { freshKey, samePoint } from "./document.js";
import { NO_ORIGIN, originOf } from "./history.js";
import { DEFAULT_KEPT, readKept, writeKept } from "./look.js";
import { DEFAULT_CONFIG } from "./run_config.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {Pick<Storage, "getItem"|"setItem">} TabStorage */
/** @typedef {[id: number, x: number, y: number, label: number, value?: number|null]} StoredPoint id 0: the server has not confirmed it */
/**
 * @typedef {object} Remembered
 * @property {import("./document.js").Document} document
 * @property {import("./document.js").Confirmed} confirmed
 * @property {RunConfig} serverConfig the config that the server held
 * @property {import("./history.js").Origin} origin
 * @property {boolean} trained
 */

const ID_KEY = "boundary-lab/session";
const DOCUMENT_KEY = "boundary-lab/document";
const RUN_KEY = "boundary-lab/run";
const LOOK_KEY = "boundary-lab/look";
const SESSION_ID = /^[0-9a-f]{32}$/;

/**
 * @param {() => TabStorage} open names the browser's own, which throws where a person lets no page store anything
 * @returns {TabStorage} that, or one that forgets when the page is left
 */
export function storageFrom(open) {
  try {
    return open();
  } catch {
    /** @type {Map<string, string>} */
    const kept = new Map();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) };
  }
}

/**
 * @param {TabStorage} storage
 * @returns {string} this tab's session id: 32 lower-case hex digits, made on the first call
 */
export function sessionId(storage) {
  const known = storage.getItem(ID_KEY);
  if (known !== null && SESSION_ID.test(known)) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  storage.setItem(ID_KEY, id);
  return id;
}

/**
 * @param {TabStorage} storage
 * @param {State} state
 */
export function remember(storage, { document, confirmed, serverConfig, run, ...state }) {
  const wanted = new Set(document.points.map((point) => point.key));
  const removed = [...confirmed.values()].filter((point) => !wanted.has(point.key));
  /** As the server holds them, where the person has moved or relabelled them since. */
  const changed = document.points.flatMap((point) => {
    const known = confirmed.get(point.key);
    return known && !samePoint(point, known) ? [known] : [];
  });
  storage.setItem(DOCUMENT_KEY, JSON.stringify({
    config: document.config,
    serverConfig,
    points: document.points.map(({ key, x, y, label, value }) => storedRow(confirmed.get(key)?.id ?? 0, x, y, label, value)),
    removed: removed.map(({ id, x, y, label, value }) => storedRow(id, x, y, label, value)),
    changed: changed.map(({ id, x, y, label, value }) => storedRow(id, x, y, label, value)),
    origin: originOf(state),
    trained: run.step > 0,
  }));
}

/**
 * @param {TabStorage} storage
 * @returns {Remembered|null} null for a new tab, or where what is kept is not ours to read
 */
export function recall(storage) {
  return recallAs(storage, DOCUMENT_KEY, read);
}

/**
 * @param {TabStorage} storage
 * @param {import("./run_memory.js").RunMemory} memory
 */
export function rememberRun(storage, memory) {
  storage.setItem(RUN_KEY, JSON.stringify(memory.keep()));
}

/**
 * @param {TabStorage} storage
 * @param {import("./run_memory.js").RunMemory} memory is given what an earlier load of this tab has seen
 */
export function recallRun(storage, memory) {
  recallAs(storage, RUN_KEY, (text) => memory.bringBack(JSON.parse(text)));
}

/**
 * @param {TabStorage} storage
 * @param {import("./look.js").Kept} kept
 */
export function rememberLook(storage, kept) {
  storage.setItem(LOOK_KEY, writeKept(kept));
}

/**
 * @param {TabStorage} storage
 * @returns {import("./look.js").Kept}
 */
export function recallLook(storage) {
  return recallAs(storage, LOOK_KEY, readKept) ?? DEFAULT_KEPT;
}

/**
 * @template T
 * @param {TabStorage} storage
 * @param {string} key
 * @param {(text: string) => T} readText
 * @returns {T|null}
 */
function recallAs(storage, key, readText) {
  const text = storage.getItem(key);
  if (text === null) return null;
  try {
    return readText(text);
  } catch (error) {
    console.warn("What this tab remembered cannot be read; it begins anew.", error);
    return null;
  }
}

/**
 * @param {string} text
 * @returns {Remembered}
 */
function read(text) {
  /** @type {{config: RunConfig, serverConfig: RunConfig, points: StoredPoint[], removed: StoredPoint[], changed?: StoredPoint[], origin?: Partial<import("./history.js").Origin>, trained: boolean}} */
  const stored = JSON.parse(text);
  /** @type {Map<number, import("./document.js").ConfirmedPoint>} */
  const confirmed = new Map();
  /** @param {StoredPoint} row */
  const load = ([id, x, y, label, value = null]) => {
    const point = { key: freshKey(), x, y, label, value };
    if (id > 0) confirmed.set(point.key, { ...point, id, split: "train" });
    return point;
  };
  const points = stored.points.map(load);
  stored.removed.forEach(load);
  const held = new Map((stored.changed ?? []).map((row) => [row[0], row]));
  for (const [key, point] of confirmed) {
    const row = held.get(point.id);
    if (row) confirmed.set(key, { ...point, x: row[1], y: row[2], label: row[3], value: row[4] ?? null });
  }
  return {
    document: { points, config: knownFields(stored.config) },
    confirmed,
    serverConfig: knownFields(stored.serverConfig),
    origin: { ...NO_ORIGIN, ...stored.origin },
    trained: stored.trained,
  };
}

/**
 * @param {Partial<RunConfig>|undefined} stored by this version of the page or another
 * @returns {RunConfig} the fields that this version knows
 */
function knownFields(stored) {
  const fields = Object.entries(DEFAULT_CONFIG).map(([field, value]) => [field, stored?.[/** @type {keyof RunConfig} */ (field)] ?? value]);
  return Object.fromEntries(fields);
}

/**
 * @param {number} id
 * @param {number} x
 * @param {number} y
 * @param {number} label
 * @param {number|null} value
 * @returns {StoredPoint}
 */
function storedRow(id, x, y, label, value) {
  return value === null ? [id, x, y, label] : [id, x, y, label, value];
}
