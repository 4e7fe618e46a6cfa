/**
 * Owns how long a connection may be silent, for a link that is cut never says so: it is asked for a word, told of when the answer does not
 * come at once, and given up when it does not come at all.
 */

/** After so long without a word the server is asked for one. */
const SILENCE_MS = 5000;
/** Likewise while it trains for a page that is seen: even the slowest run has something to show every second. */
const SILENCE_IN_TRAINING_MS = 1500;
/** What has been heard of so lately need not be asked when the page comes back. */
const FRESH_MS = 1000;
/** An answer takes milliseconds: what has not come by then is waited for, and the page says so. */
const ANSWER_MS = 1200;
/** A link may stand still for so long, and an answer may always take so long, before it is given up. */
const LONGEST_SILENCE_MS = 10_000;
const LONGEST_ANSWER_MS = 5000;
/** A timer that is later tells that the page itself stood still: what has come meanwhile is read first. */
const LATE_MS = 100;
const READING_MS = 200;

export class Silence {
  #clock;
  #ask;
  #tell;
  #giveUp;
  /** @type {unknown} */
  #timer = null;
  #plannedMs = 0;
  /** Whether the last look was put off because it came late. */
  #isPutOff = false;
  #isInTraining = false;
  #heardAtMs = -Infinity;
  #askedAtMs = -Infinity;
  #giveUpAtMs = Infinity;
  /** Of what was asked and is not answered yet. @type {number|null} */
  #askedId = null;
  #isTold = false;
  /** Whether only the answer ends what was told: other words may have been under way. */
  #needsAnswer = false;

  /**
   * @param {import("./socket.js").Clock} clock
   * @param {object} handlers
   * @param {() => number} handlers.ask asks the server for a word, and returns the id that the answer will have
   * @param {(isSilent: boolean) => void} handlers.tell whether a word is waited for longer than it takes
   * @param {() => void} handlers.giveUp
   */
  constructor(clock, { ask, tell, giveUp }) {
    this.#clock = clock;
    this.#ask = ask;
    this.#tell = tell;
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
    this.#plan(this.#dueMs());
  }

  /** The connection is no more. */
  end() {
    this.#clock.clearTimer(this.#timer);
    this.#timer = null;
    this.#isPutOff = false;
    this.#say(false);
  }

  /** @param {boolean} isInTraining whether pictures and figures are to come all the time */
  expect(isInTraining) {
    this.#isInTraining = isInTraining;
    if (this.#timer !== null) this.#plan(this.#dueMs());
  }

  /** Something has come. */
  hear() {
    this.#heardAtMs = this.#clock.nowMs();
    if (!this.#needsAnswer) this.#say(false);
  }

  /** @param {number|null} id of an answer that has come */
  hearAnswer(id) {
    if (id !== this.#askedId) return;
    this.#askedId = null;
    this.#say(false);
  }

  /** The page has been away: sees at once whether the connection still stands. */
  wakeUp() {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#heardAtMs >= FRESH_MS) this.#askForAWord(nowMs + LONGEST_ANSWER_MS);
  }

  /** There is reason to think that the link is cut: says so until the server has answered. */
  doubt() {
    this.#askForAWord(this.#patientUntilMs());
    this.#say(true);
    this.#needsAnswer = true;
  }

  #patientUntilMs() {
    return Math.max(this.#heardAtMs + LONGEST_SILENCE_MS, this.#clock.nowMs() + LONGEST_ANSWER_MS);
  }

  /** @param {number} giveUpAtMs when, if nothing comes until then */
  #askForAWord(giveUpAtMs) {
    this.#askedAtMs = this.#clock.nowMs();
    this.#giveUpAtMs = giveUpAtMs;
    this.#askedId = this.#ask();
    this.#plan(this.#dueMs());
  }

  get #isUnanswered() {
    return this.#askedAtMs > this.#heardAtMs;
  }

  #dueMs() {
    if (!this.#isUnanswered) return this.#heardAtMs + (this.#isInTraining ? SILENCE_IN_TRAINING_MS : SILENCE_MS);
    return this.#isTold ? this.#giveUpAtMs : this.#askedAtMs + ANSWER_MS;
  }

  /** @param {number} atMs when to look */
  #plan(atMs) {
    this.#clock.clearTimer(this.#timer);
    const nowMs = this.#clock.nowMs();
    this.#plannedMs = Math.max(nowMs, atMs);
    this.#timer = this.#clock.setTimer(() => this.#look(), this.#plannedMs - nowMs);
  }

  #look() {
    const nowMs = this.#clock.nowMs();
    this.#isPutOff = !this.#isPutOff && nowMs - this.#plannedMs > LATE_MS;
    if (this.#isPutOff) {
      this.#plan(nowMs + READING_MS);
    } else if (nowMs < this.#dueMs()) {
      this.#plan(this.#dueMs());
    } else if (!this.#isUnanswered) {
      this.#askForAWord(this.#patientUntilMs());
    } else if (this.#isTold) {
      this.#giveUp();
    } else {
      this.#say(true);
      this.#plan(this.#dueMs());
    }
  }

  /** @param {boolean} isSilent */
  #say(isSilent) {
    this.#needsAnswer = false;
    if (this.#isTold === isSilent) return;
    this.#isTold = isSilent;
    this.#tell(isSilent);
  }
}
