/**
 * Owns undo and redo: whole documents with the ready dataset they came from, newest last. Points keep their client keys, so that
 * a point can go and come back.
 */

import { sameDocument } from "./document.js";

/** @typedef {import("./document.js").Document} Document */
/** @typedef {Pick<import("./state.js").State, "dataset"|"noise"|"datasetSeed"|"datasetCount"|"datasetClasses">} Origin the ready dataset, if any, that the points are */
/** @typedef {Document & {readonly origin: Origin}} Moment */

/** Points that a person drew. @type {Origin} */
export const NO_ORIGIN = Object.freeze({ dataset: null, noise: 0, datasetSeed: null, datasetCount: 200, datasetClasses: null });

const MAX_ENTRIES = 200;
/** Changes of one setting that follow each other within this time are one entry: a slider is dragged, not stepped. */
const MERGE_WINDOW_MS = 1000;

export class History {
  /** @type {Moment[]} */
  #past = [];
  /** @type {Moment[]} */
  #future = [];
  /** @type {string|null} */
  #lastTag = null;
  #lastTimeMs = -Infinity;
  #nowMs;

  /** @param {() => number} nowMs */
  constructor(nowMs) {
    this.#nowMs = nowMs;
  }

  /**
   * Remembers the document as it was before a change.
   * @param {Moment} before
   * @param {string|null} [tag] names a setting whose quick changes belong together
   */
  record(before, tag = null) {
    const now = this.#nowMs();
    const merges = tag !== null && tag === this.#lastTag && now - this.#lastTimeMs < MERGE_WINDOW_MS;
    this.#lastTag = tag;
    this.#lastTimeMs = now;
    this.#future = [];
    if (merges) return;
    this.#past.push(before);
    if (this.#past.length > MAX_ENTRIES) this.#past.shift();
  }

  /**
   * @param {Document} current
   * @returns {Moment|null} the document to go back to, without going there
   */
  peekUndo(current) {
    return newestOther(this.#past, current);
  }

  /**
   * @param {Document} current
   * @returns {Moment|null} the document to go forward to, without going there
   */
  peekRedo(current) {
    return newestOther(this.#future, current);
  }

  /**
   * @param {Moment} current
   * @returns {Moment|null}
   */
  undo(current) {
    return this.#move(this.#past, this.#future, current);
  }

  /**
   * @param {Moment} current
   * @returns {Moment|null}
   */
  redo(current) {
    return this.#move(this.#future, this.#past, current);
  }

  /** The document is another: there is nothing to go back or forward to. */
  clear() {
    this.#past = [];
    this.#future = [];
    this.#lastTag = null;
  }

  /**
   * The server refused these points: no undo or redo shall bring them back.
   * @param {ReadonlySet<number>} keys
   */
  forget(keys) {
    /** @param {Moment} document */
    const without = (document) => ({ ...document, points: document.points.filter((point) => !keys.has(point.key)) });
    this.#past = this.#past.map(without);
    this.#future = this.#future.map(without);
  }

  /**
   * @param {Moment[]} from
   * @param {Moment[]} to
   * @param {Moment} current
   */
  #move(from, to, current) {
    this.#lastTag = null;
    const target = newestOther(from, current);
    if (target === null) return null;
    while (from.pop() !== target);
    to.push(current);
    return target;
  }
}

/**
 * @param {readonly Moment[]} stack
 * @param {Document} current
 */
function newestOther(stack, current) {
  for (let index = stack.length - 1; index >= 0; index -= 1) {
    const document = stack[index];
    if (document && !sameDocument(document, current)) return document;
  }
  return null;
}

/**
 * @param {Origin} state
 * @returns {Origin}
 */
export function originOf({ dataset, noise, datasetSeed, datasetCount, datasetClasses }) {
  return { dataset, noise, datasetSeed, datasetCount, datasetClasses };
}
