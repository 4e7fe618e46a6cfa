/** Owns the memory of the loss: two series over epochs, of bounded length however long the training takes. */

/** @typedef {{epoch: number, loss: number, begins?: boolean}} Sample begins: what was before it was not seen */
/** @typedef {{samples: Sample[], readingsPerSample: number}} KeptSeries */
/** @typedef {{lastStep: number, train: KeptSeries, test: KeptSeries}} KeptCurve */

const MAX_SAMPLES = 600;
const MAX_DECADES = 6;

/** One line of the chart. When it is full, neighbours are merged in pairs, and from then on as many readings make one sample. */
export class Series {
  /** @type {Sample[]} */
  #samples = [];
  #readingsPerSample = 1;
  #readingsInLast = 0;
  #broken = false;
  #maxSamples;

  /** @param {number} [maxSamples] */
  constructor(maxSamples = MAX_SAMPLES) {
    this.#maxSamples = maxSamples;
  }

  /** @returns {readonly Sample[]} ascending epochs, the last one still growing */
  get samples() {
    return this.#samples;
  }

  /**
   * @param {number} epoch
   * @param {number} loss
   */
  push(epoch, loss) {
    const last = this.#samples.at(-1);
    if (last && !this.#broken && this.#readingsInLast < this.#readingsPerSample) {
      last.epoch = epoch;
      last.loss = loss;
      this.#readingsInLast += 1;
      return;
    }
    if (this.#samples.length >= this.#maxSamples) this.#thin();
    this.#samples.push(this.#broken ? { epoch, loss, begins: true } : { epoch, loss });
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
    this.#samples = samples.slice(-this.#maxSamples);
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
      const merged = { epoch: right.epoch, loss: Math.sqrt(left.loss * right.loss) };
      thinned.push(left.begins || right.begins ? { ...merged, begins: true } : merged);
    }
    this.#samples = thinned;
    this.#readingsPerSample *= 2;
  }
}

/** The loss of one model: a step that goes back means new weights, and begins a new curve. */
export class LossCurve {
  train = new Series();
  test = new Series();
  #lastStep = -1;
  #lastTestStep = -1;

  /**
   * @param {number} step
   * @param {number} epoch
   * @param {number|null} trainLoss
   * @param {number|null} testLoss
   */
  push(step, epoch, trainLoss, testLoss) {
    if (step < this.#lastStep) this.clear();
    if (trainLoss !== null && step !== this.#lastStep) this.train.push(epoch, trainLoss);
    if (testLoss !== null && step !== this.#lastTestStep) {
      this.test.push(epoch, testLoss);
      this.#lastTestStep = step;
    }
    this.#lastStep = step;
  }

  /**
   * The session was met again at this step: what came between was not seen.
   * @param {number} step
   */
  meetAgain(step) {
    if (step <= this.#lastStep) return;
    this.train.breakOff();
    this.test.breakOff();
  }

  /** @returns {KeptCurve} */
  keep() {
    return { lastStep: this.#lastStep, train: this.train.keep(), test: this.test.keep() };
  }

  /** @param {KeptCurve} kept */
  bringBack(kept) {
    this.train.bringBack(kept.train);
    this.test.bringBack(kept.test);
    this.#lastStep = kept.lastStep;
  }

  clear() {
    this.train = new Series();
    this.test = new Series();
    this.#lastStep = -1;
    this.#lastTestStep = -1;
  }
}

/**
 * The decades that hold all losses: at least one decade, at most MAX_DECADES.
 * @param {readonly Sample[]} samples
 * @returns {{low: number, high: number}} exponents of ten
 */
export function decades(samples) {
  let least = Infinity;
  let most = -Infinity;
  for (const { loss } of samples) {
    if (!(loss > 0)) continue;
    if (loss < least) least = loss;
    if (loss > most) most = loss;
  }
  if (least > most) return { low: -2, high: 0 };
  // Adding 0 turns a negative zero into a plain one.
  const high = Math.ceil(Math.log10(most) - 1e-9) + 0;
  const low = Math.min(high - 1, Math.floor(Math.log10(least) + 1e-9) + 0);
  return { low: Math.max(low, high - MAX_DECADES), high };
}
