/**
 * Owns the frames that were on their way while the link stood still. They give their credit back at once, so that the newest can
 * follow, and are shown only if nothing does: a run that has ended meanwhile sends no other.
 */

/** What is sent anew on an acknowledgement is here by then, on any link that a run can be watched over. */
const WAIT_MS = 300;

export class LateFrames {
  #clock;
  #acknowledge;
  #show;
  /** The newest of each kind. @type {Map<number, DataView>} */
  #kept = new Map();
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {import("./socket.js").Clock} clock
   * @param {(frame: DataView) => void} acknowledge
   * @param {(frame: DataView) => void} show
   */
  constructor(clock, acknowledge, show) {
    this.#clock = clock;
    this.#acknowledge = acknowledge;
    this.#show = show;
  }

  /**
   * @param {number} kind
   * @param {DataView} frame
   */
  hold(kind, frame) {
    this.#acknowledge(frame);
    this.#kept.set(kind, frame);
    this.#clock.clearTimer(this.#timer);
    this.#timer = this.#clock.setTimer(() => {
      const kept = [...this.#kept.values()];
      this.#kept.clear();
      kept.forEach(this.#show);
    }, WAIT_MS);
  }

  /**
   * A newer one has come.
   * @param {number} kind
   */
  drop(kind) {
    this.#kept.delete(kind);
  }

  /** The connection ended, or there is no network behind the frames any more. */
  clear() {
    this.#kept.clear();
  }
}
