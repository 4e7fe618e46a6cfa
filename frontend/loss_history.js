/** Owns what the diagnosis looks back on: the last readings of a run, and the best that its test loss has been. Bounded. */

/** @typedef {{step: number, epoch: number, trainLoss: number, testLoss: number|null, trainAccuracy: number|null}} LossReading */
/** @typedef {{epoch: number, trainLoss: number, testLoss: number}} Best */

/** So many readings are judged: at ten a second, the last two to three seconds. */
const WINDOW = 24;
/** A loss is taken as the median of so many readings: one that jumps is none. */
const SMOOTHED = 5;

/**
 * @param {readonly number[]} values at least one
 * @returns {number}
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

export class LossHistory {
  /** @type {LossReading[]} */
  #recent = [];
  /** @type {Best|null} */
  #best = null;

  /** @returns {readonly LossReading[]} the last WINDOW of them, or none while there are fewer */
  get window() {
    return this.#recent.length < WINDOW ? [] : this.#recent;
  }

  /** @returns {Best|null} where the smoothed test loss was lowest since the last restart */
  get best() {
    return this.#best;
  }

  /** @returns {Best|null} the smoothed losses of now */
  get now() {
    const last = this.#recent.slice(-SMOOTHED);
    const testLosses = last.flatMap(({ testLoss }) => (testLoss === null ? [] : [testLoss]));
    if (testLosses.length < SMOOTHED) return null;
    return { epoch: last.at(-1)?.epoch ?? 0, trainLoss: median(last.map(({ trainLoss }) => trainLoss)), testLoss: median(testLosses) };
  }

  /** @param {{step: number, epoch: number, trainLoss: number|null, testLoss: number|null, trainAccuracy: number|null}} reading */
  push({ step, epoch, trainLoss, testLoss, trainAccuracy }) {
    const last = this.#recent.at(-1);
    if (last && step < last.step) this.restart();
    if (trainLoss === null || !Number.isFinite(trainLoss) || step === last?.step) return;
    this.#recent.push({ step, epoch, trainLoss, testLoss, trainAccuracy });
    if (this.#recent.length > WINDOW) this.#recent.shift();
    const { now } = this;
    if (now !== null && (this.#best === null || now.testLoss < this.#best.testLoss)) this.#best = now;
  }

  /** What was measured belongs to other settings or other points. */
  restart() {
    this.#recent = [];
    this.#best = null;
  }
}
