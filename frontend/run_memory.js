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
  #lastStep = 0;

  /**
   * @param {import("./state_manager.js").Store} store
   * @param {() => number} nowMs
   */
  constructor(store, nowMs) {
    this.#store = store;
    store.subscribe((state, before) => {
      if (state.run !== before.run) this.#read(state.run, before.run);
      if (state.serverConfig !== before.serverConfig) {
        this.marks.push(state.run, nowMs(), changeOfSettings(before.serverConfig, state.serverConfig));
      }
      if (state.confirmed !== before.confirmed) this.marks.push(state.run, nowMs(), changeOfPoints(before.confirmed, state.confirmed));
    });
  }

  /** @param {import("./frames.js").Frame} frame a map that has arrived, and that the store has been told of */
  see(frame) {
    if (frame.unit !== null) return;
    const { trainLoss, testLoss, trainAccuracy, testAccuracy } = this.#store.get().run;
    this.timeline.push({ step: frame.step, epoch: frame.epoch, trainLoss, testLoss, trainAccuracy, testAccuracy, frame });
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
    if (this.#store.get().moment !== null) this.#store.dispatch({ type: "set", patch: { moment: null } });
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

  /**
   * @param {import("./state_manager.js").Run} run
   * @param {import("./state_manager.js").Run} before
   */
  #read(run, before) {
    if (run.step < this.#lastStep) this.clear();
    this.#lastStep = run.step;
    const measured = run.measuredStep !== before.measuredStep;
    this.curves.push({
      step: run.step, epoch: run.epoch, trainLoss: run.trainLoss, testLoss: measured ? run.testLoss : null,
      trainAccuracy: measured ? run.trainAccuracy : null, testAccuracy: measured ? run.testAccuracy : null,
    });
  }
}
