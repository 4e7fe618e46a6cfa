/** Owns the memory of a run: loss and accuracy over epochs, of bounded length however long the training takes. */

/** @typedef {{epoch: number, value: number, begins?: boolean}} Sample begins: what was before it was not seen */
/** @typedef {{samples: Sample[], readingsPerSample: number}} KeptSeries */
/** @typedef {"trainLoss"|"testLoss"|"trainAccuracy"|"testAccuracy"} Quantity */
/** @typedef {{step: number, epoch: number} & Record<Quantity, number|null>} Reading null: not measured at this step */
/** @typedef {{lastStep: number} & Record<Quantity, KeptSeries>} KeptCurves */

const MAX_SAMPLES = 600;

/** @type {readonly Quantity[]} */
const QUANTITIES = Object.freeze(["trainLoss", "testLoss", "trainAccuracy", "testAccuracy"]);

/**
 * The mean of two losses, as the eye takes it on a logarithmic axis.
 * @param {number} left
 * @param {number} right
 */
function geometricMean(left, right) {
  return Math.sqrt(left * right);
}

/**
 * @param {number} left
 * @param {number} right
 */
function mean(left, right) {
  return (left + right) / 2;
}

/** One line of a chart. When it is full, neighbours are merged in pairs, and from then on as many readings make one sample. */
export class Series {
  /** @type {Sample[]} */
  #samples = [];
  #readingsPerSample = 1;
  #readingsInLast = 0;
  #broken = false;
  #merge;
  #maxSamples;

  /**
   * @param {(left: number, right: number) => number} [merge]
   * @param {number} [maxSamples]
   */
  constructor(merge = geometricMean, maxSamples = MAX_SAMPLES) {
    this.#merge = merge;
    this.#maxSamples = maxSamples;
  }

  /** @returns {readonly Sample[]} ascending epochs, the last one still growing */
  get samples() {
    return this.#samples;
  }

  /**
   * @param {number} epoch
   * @param {number} value
   */
  push(epoch, value) {
    const last = this.#samples.at(-1);
    if (last && !this.#broken && this.#readingsInLast < this.#readingsPerSample) {
      last.epoch = epoch;
      last.value = value;
      this.#readingsInLast += 1;
      return;
    }
    if (this.#samples.length >= this.#maxSamples) this.#thin();
    this.#samples.push(this.#broken ? { epoch, value, begins: true } : { epoch, value });
    this.#readingsInLast = 1;
    this.#broken = false;
  }

  /** What comes next does not follow what is there. */
  breakOff() {
    this.#broken = this.#samples.length > 0;
  }

  /** @returns {KeptSeries} */
  keep() {
    return { samples: this.#samples, readingsPerSample: this.#readingsPerSample };
  }

  /** @param {KeptSeries} kept */
  bringBack({ samples, readingsPerSample }) {
    this.#samples = samples.filter(({ epoch, value }) => Number.isFinite(epoch) && Number.isFinite(value)).slice(-this.#maxSamples);
    this.#readingsPerSample = readingsPerSample;
    this.#readingsInLast = readingsPerSample;
  }

  #thin() {
    const first = this.#samples[0];
    /** @type {Sample[]} */
    const thinned = first ? [first] : [];
    for (let index = 1; index < this.#samples.length; index += 2) {
      const left = /** @type {Sample} */ (this.#samples[index]);
      const right = this.#samples[index + 1] ?? left;
      const merged = { epoch: right.epoch, value: this.#merge(left.value, right.value) };
      thinned.push(left.begins || right.begins ? { ...merged, begins: true } : merged);
    }
    this.#samples = thinned;
    this.#readingsPerSample *= 2;
  }
}

/** Loss and accuracy of one model: a step that goes back means new weights, and begins new curves. */
export class RunCurves {
  trainLoss = new Series();
  testLoss = new Series();
  trainAccuracy = new Series(mean);
  testAccuracy = new Series(mean);
  #lastStep = -1;
  /** @type {Map<Quantity, number>} */
  #lastStepOf = new Map();

  /** @param {Reading} reading */
  push(reading) {
    const { step, epoch } = reading;
    if (step < this.#lastStep) this.clear();
    for (const quantity of QUANTITIES) {
      const value = reading[quantity];
      if (value === null || step === this.#lastStepOf.get(quantity)) continue;
      this[quantity].push(epoch, value);
      this.#lastStepOf.set(quantity, step);
    }
    this.#lastStep = step;
  }

  /** @returns {number} the epoch of the newest sample, 0 where there is none */
  get lastEpoch() {
    return Math.max(0, ...QUANTITIES.map((quantity) => this[quantity].samples.at(-1)?.epoch ?? 0));
  }

  /**
   * The session was met again at this step: what came between was not seen.
   * @param {number} step
   */
  meetAgain(step) {
    if (step <= this.#lastStep) return;
    for (const quantity of QUANTITIES) this[quantity].breakOff();
  }

  /** @returns {KeptCurves} */
  keep() {
    return {
      lastStep: this.#lastStep, trainLoss: this.trainLoss.keep(), testLoss: this.testLoss.keep(),
      trainAccuracy: this.trainAccuracy.keep(), testAccuracy: this.testAccuracy.keep(),
    };
  }

  /** @param {KeptCurves} kept */
  bringBack(kept) {
    for (const quantity of QUANTITIES) {
      this[quantity].bringBack(kept[quantity]);
      this.#lastStepOf.set(quantity, kept.lastStep);
    }
    this.#lastStep = kept.lastStep;
  }

  clear() {
    this.trainLoss = new Series();
    this.testLoss = new Series();
    this.trainAccuracy = new Series(mean);
    this.testAccuracy = new Series(mean);
    this.#lastStep = -1;
    this.#lastStepOf.clear();
  }
}

/**
 * @param {readonly Sample[]} samples ascending epochs
 * @param {number} epoch
 * @returns {Sample|null} the nearest one
 */
export function nearestSample(samples, epoch) {
  let low = 0;
  let high = samples.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.epoch ?? 0) < epoch) low = middle + 1;
    else high = middle;
  }
  const right = samples[low];
  const left = samples[low - 1];
  if (!right) return null;
  return left && epoch - left.epoch < right.epoch - epoch ? left : right;
}
