/** Owns how long a connection may be silent: it is asked for a word then, and given up when none comes, for a link that is cut never says so. */

/** After so long without a word the server is asked for one, and has as long again to answer. */
const SILENCE_MS = 5000;
/** What has been heard of so lately need not be asked when the page comes back. */
const FRESH_MS = 1000;

export class Silence {
  #clock;
  #ask;
  #giveUp;
  /** @type {unknown} */
  #timer = null;
  #heardAtMs = -Infinity;
  #askedAtMs = -Infinity;
  /** Of what was asked and is not answered yet. @type {number|null} */
  #askedId = null;

  /**
   * @param {import("./socket.js").Clock} clock
   * @param {() => number} ask asks the server for a word, and returns the id that the answer will have
   * @param {() => void} giveUp
   */
  constructor(clock, ask, giveUp) {
    this.#clock = clock;
    this.#ask = ask;
    this.#giveUp = giveUp;
  }

  /** Whether what was asked for is not answered yet: what comes before the answer may be old. */
  get isAsking() {
    return this.#askedId !== null;
  }

  /** The connection stands from now on. */
  begin() {
    this.end();
    this.#heardAtMs = this.#clock.nowMs();
    this.#askedAtMs = -Infinity;
    this.#askedId = null;
    this.#watch();
  }

  /** The connection is no more. */
  end() {
    this.#clock.clearTimer(this.#timer);
  }

  /** Something has come. */
  hear() {
    this.#heardAtMs = this.#clock.nowMs();
  }

  /** @param {number|null} id of an answer that has come */
  hearAnswer(id) {
    if (id === this.#askedId) this.#askedId = null;
  }

  /** The page has been away: sees at once whether the connection still stands. */
  wakeUp() {
    if (this.#clock.nowMs() - this.#heardAtMs < FRESH_MS) return;
    this.end();
    this.#askForAWord();
    this.#watch();
  }

  #watch() {
    this.#timer = this.#clock.setTimer(() => {
      if (this.#askedAtMs > this.#heardAtMs) {
        this.#giveUp();
        return;
      }
      if (this.#clock.nowMs() - this.#heardAtMs >= SILENCE_MS) this.#askForAWord();
      this.#watch();
    }, SILENCE_MS);
  }

  #askForAWord() {
    this.#askedAtMs = this.#clock.nowMs();
    this.#askedId = this.#ask();
  }
}
