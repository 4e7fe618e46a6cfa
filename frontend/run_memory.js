/** Owns what the page remembers of the run: its curves, its marks and its past maps. New weights begin everything anew. */

import { RunCurves } from "./curve.js";
import { changeOfPoints, changeOfSettings, Marks } from "./marks.js";
import { Timeline } from "./timeline.js";

/** @typedef {ReturnType<RunMemory["keep"]>} KeptMemory */

export class RunMemory {
  curves = new RunCurves();
  marks = new Marks();
  timeline = new Timeline();
  #store;
  /** Of what the store has been told. */
  #lastStep = 0;
  #lastFrameStep = 0;
  /** Whether a status has told of the last moment; one of which none tells gives way to the next. */
  #isTold = true;

  /**
   * @param {import("./state_manager.js").Store} store
   * @param {() => number} nowMs
   */
  constructor(store, nowMs) {
    this.#store = store;
    store.subscribe((state, before) => {
      if (state.run !== before.run) this.#read(state.run);
      if (state.serverConfig !== before.serverConfig) {
        this.marks.push(state.run, nowMs(), changeOfSettings(before.serverConfig, state.serverConfig));
      }
      if (state.confirmed !== before.confirmed) this.marks.push(state.run, nowMs(), changeOfPoints(before.confirmed, state.confirmed));
    });
  }

  /** @param {import("./frames.js").Frame} frame a map that has arrived: mostly before the status of its step, if one tells of it at all */
  see(frame) {
    if (frame.step < this.#lastFrameStep) this.clear();
    this.#lastFrameStep = frame.step;
    if (frame.unit === null) this.#keepMoment(frame, this.#store.get().run);
  }

  /**
   * The session was met again at this step: what came between was not seen.
   * @param {number} step
   */
  meetAgain(step) {
    this.curves.meetAgain(step);
  }

  clear() {
    this.curves.clear();
    this.marks.clear();
    this.timeline.clear();
    this.#lastStep = 0;
    this.#lastFrameStep = 0;
    this.#isTold = true;
    if (this.#store.get().moment !== null) this.#store.dispatch({ type: "set", patch: { moment: null } });
  }

  /**
   * Another run has taken the place of this one, and brings what was seen of it.
   * @param {readonly import("./protocol.js").HistoryRow[]} history
   */
  open(history) {
    this.clear();
    for (const [step, epoch, trainLoss, testLoss, trainAccuracy, testAccuracy] of history) {
      this.curves.push({ step, epoch, trainLoss, testLoss, trainAccuracy, testAccuracy });
    }
    this.#lastStep = this.#store.get().run.step;
  }

  /** What a reload keeps: the maps are too many bytes for it. */
  keep() {
    return { curves: this.curves.keep(), marks: this.marks.keep() };
  }

  /** @param {KeptMemory} kept */
  bringBack({ curves, marks }) {
    this.curves.bringBack(curves);
    this.marks.bringBack(marks);
    this.#lastStep = curves.lastStep;
  }

  /** @param {import("./state.js").Run} run */
  #read(run) {
    if (run.step < this.#lastStep) this.clear();
    this.#lastStep = run.step;
    this.curves.push(run);
    const last = this.timeline.at(-1);
    if (last?.step === run.step) this.#keepMoment(last.frame, run);
  }

  /**
   * @param {import("./frames.js").Frame} frame
   * @param {import("./state.js").Run} run
   */
  #keepMoment(frame, run) {
    this.timeline.push(momentOf(frame, run), !this.#isTold);
    this.#isTold = tells(run, frame);
  }
}

/**
 * @param {import("./state.js").Run} run
 * @param {import("./frames.js").Frame} frame
 * @returns {boolean} whether the figures of the run are those of this map
 */
function tells(run, frame) {
  return run.step === frame.step && run.trainLoss !== null;
}

/**
 * @param {import("./frames.js").Frame} frame
 * @param {import("./state.js").Run} run
 * @returns {import("./timeline.js").Moment} never of two steps: beside a run that is at another, what the map tells of itself
 */
function momentOf(frame, run) {
  const { step, epoch } = frame;
  if (tells(run, frame)) {
    const { trainLoss, testLoss, trainAccuracy, testAccuracy, stepsPerSecond } = run;
    return { step, epoch, trainLoss, testLoss, trainAccuracy, testAccuracy, stepsPerSecond, frame };
  }
  const trainLoss = Number.isFinite(frame.trainLoss) ? frame.trainLoss : null;
  return { step, epoch, trainLoss, testLoss: null, trainAccuracy: null, testAccuracy: null, stepsPerSecond: null, frame };
}
