/** Owns the marks of a run: at which epoch which settings changed, and how many points came, went and moved. */

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./document.js").Confirmed} Confirmed */
/** @typedef {keyof RunConfig} Field */
/** @typedef {{fields: Partial<Record<Field, [from: unknown, to: unknown]>>, added: number, removed: number, moved: number}} Change */
/** @typedef {Change & {epoch: number, step: number}} Mark */

const MAX_MARKS = 100;
/** What changes in so short a time is one change: a slider on its way. */
const TOGETHER_MS = 1000;
/** They change how fast training goes or when it ends, never what is learned. */
const SILENT = new Set(["speed", "speed_unit", "stop_epochs", "stop_loss", "stop_accuracy"]);

/** @type {Change} */
const NOTHING = Object.freeze({ fields: {}, added: 0, removed: 0, moved: 0 });

/**
 * @param {RunConfig} before
 * @param {RunConfig} after
 * @returns {Change}
 */
export function changeOfSettings(before, after) {
  const fields = /** @type {Field[]} */ (Object.keys(after))
    .filter((field) => !SILENT.has(field) && JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => [field, [before[field], after[field]]]);
  return { ...NOTHING, fields: Object.fromEntries(fields) };
}

/**
 * @param {Confirmed} before
 * @param {Confirmed} after
 * @returns {Change}
 */
export function changeOfPoints(before, after) {
  let added = 0;
  let moved = 0;
  let kept = 0;
  for (const [key, point] of after) {
    const old = before.get(key);
    if (old === undefined || old.id !== point.id) added += 1;
    else {
      kept += 1;
      if (old.x !== point.x || old.y !== point.y || old.label !== point.label) moved += 1;
    }
  }
  return { ...NOTHING, added, removed: before.size - kept, moved };
}

/**
 * @param {Change} change
 * @returns {boolean}
 */
export function isNothing({ fields, added, removed, moved }) {
  return added === 0 && removed === 0 && moved === 0 && Object.keys(fields).length === 0;
}

/** At most so many marks, the newest; none is lost by its neighbours, close ones are merged. */
export class Marks {
  /** @type {Mark[]} */
  #marks = [];
  #lastMs = -Infinity;

  /** @returns {readonly Mark[]} ascending epochs */
  get all() {
    return this.#marks;
  }

  /**
   * @param {{step: number, epoch: number}} place
   * @param {number} nowMs
   * @param {Change} change
   */
  push({ step, epoch }, nowMs, change) {
    if (step === 0 || isNothing(change)) return;
    const last = this.#marks.at(-1);
    const together = last !== undefined && nowMs - this.#lastMs < TOGETHER_MS;
    this.#lastMs = nowMs;
    if (together) {
      this.#marks.pop();
      const merged = mergeChanges(last, change);
      if (!isNothing(merged)) this.#marks.push({ step: last.step, epoch: last.epoch, ...merged });
      return;
    }
    this.#marks.push({ step, epoch, ...change });
    if (this.#marks.length > MAX_MARKS) this.#marks.shift();
  }

  clear() {
    this.#marks = [];
  }

  /** @returns {readonly Mark[]} */
  keep() {
    return this.#marks;
  }

  /** @param {readonly Mark[]} kept */
  bringBack(kept) {
    this.#marks = kept.slice(-MAX_MARKS);
  }
}

/**
 * @param {Change} first
 * @param {Change} then
 * @returns {Change} a field that went back to what it was is left out
 */
function mergeChanges(first, then) {
  const fields = { ...first.fields };
  for (const [name, [from, to]] of /** @type {[Field, [unknown, unknown]][]} */ (Object.entries(then.fields))) {
    const begin = fields[name]?.[0] ?? from;
    if (JSON.stringify(begin) === JSON.stringify(to)) delete fields[name];
    else fields[name] = [begin, to];
  }
  return { fields, added: first.added + then.added, removed: first.removed + then.removed, moved: first.moved + then.moved };
}
