/**
 * Owns the memory of a run's maps: moments in order, bounded in number and bytes. When it is full, the moment goes that is missed
 * least: recent moments and the very first ones lie dense, those between are the sparser the longer ago they are.
 */

/** @typedef {import("./frames.js").Frame} Frame */
/**
 * A map, and the figures of its step.
 * @typedef {object} Moment
 * @property {number} step
 * @property {number} epoch
 * @property {number|null} trainLoss
 * @property {number|null} testLoss null, as all below, where nothing but the map has told of this step
 * @property {number|null} trainAccuracy
 * @property {number|null} testAccuracy
 * @property {number|null} stepsPerSecond
 * @property {Frame} frame
 */

const MAX_MOMENTS = 300;
const MAX_BYTES = 4 * 2 ** 20;
/** So many of the newest, and of the first, stay as they came before any is thinned. */
const DENSE = 40;

export class Timeline {
  /** @type {{moment: Moment, order: number}[]} */
  #entries = [];
  #pushed = 0;
  #bytes = 0;
  #maxMoments;
  #maxBytes;

  /**
   * @param {number} [maxMoments] at least 3
   * @param {number} [maxBytes] of the cells of all maps together
   */
  constructor(maxMoments = MAX_MOMENTS, maxBytes = MAX_BYTES) {
    this.#maxMoments = maxMoments;
    this.#maxBytes = maxBytes;
  }

  /** @returns {number} */
  get length() {
    return this.#entries.length;
  }

  /** @returns {number} bytes of the cells of all maps */
  get bytes() {
    return this.#bytes;
  }

  /**
   * @param {number} index from 0, the oldest
   * @returns {Moment|null}
   */
  at(index) {
    return this.#entries.at(index)?.moment ?? null;
  }

  /**
   * @param {Moment} moment
   * @returns {number} its index, or that of the last one before its step where it was thinned away; -1 where there is none
   */
  indexOf({ step }) {
    let index = this.#entries.length - 1;
    while (index >= 0 && (this.#entries[index]?.moment.step ?? 0) > step) index -= 1;
    return index;
  }

  /**
   * @param {Moment} moment one whose step goes back begins a new run, one of the same step replaces the last
   * @param {boolean} [replaces] whether it replaces the last anyway
   */
  push(moment, replaces = false) {
    const last = this.#entries.at(-1);
    const isInPlace = last !== undefined && (replaces || moment.step === last.moment.step);
    if (last && moment.step < last.moment.step) this.clear();
    else if (isInPlace) this.#drop(this.#entries.length - 1);
    if (!isInPlace) this.#pushed += 1;
    this.#entries.push({ moment, order: this.#pushed });
    this.#bytes += moment.frame.cells.byteLength;
    while (this.#entries.length > 1 && (this.#entries.length > this.#maxMoments || this.#bytes > this.#maxBytes)) this.#drop(this.#leastMissed());
  }

  clear() {
    this.#entries = [];
    this.#pushed = 0;
    this.#bytes = 0;
  }

  /** @param {number} index */
  #drop(index) {
    const [gone] = this.#entries.splice(index, 1);
    this.#bytes -= gone?.moment.frame.cells.byteLength ?? 0;
  }

  /** @returns {number} where the gap that would be left is smallest beside the distance to the nearer end */
  #leastMissed() {
    let least = Infinity;
    let found = 0;
    for (let index = 1; index < this.#entries.length - 1; index += 1) {
      const order = this.#orderAt(index);
      const gap = this.#orderAt(index + 1) - this.#orderAt(index - 1);
      const missed = gap / (DENSE + Math.min(order, this.#pushed - order));
      if (missed < least) {
        least = missed;
        found = index;
      }
    }
    return found;
  }

  /** @param {number} index */
  #orderAt(index) {
    return this.#entries[index]?.order ?? 0;
  }
}
