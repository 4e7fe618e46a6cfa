/** Owns the connection: connect, back off, come back with the same session id. */

import { backoffMs } from "./backoff.js";
import {
  BAD_TOKEN, CLOSE_ABNORMAL, CLOSE_AWAY, CLOSE_FULL, CLOSE_REFUSED, CLOSE_TAKEN_OVER, ENDED_IDLE, FAREWELLS, TOO_MANY_CONNECTIONS,
} from "./protocol.js";
import { Disconnected, Requests } from "./requests.js";
import { Silence } from "./silence.js";

/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").SessionMessage} SessionMessage */

/**
 * connecting: the first attempt · live: `SESSION` has come · waiting: the next attempt is set · reconnecting: it is under way ·
 * full: like waiting, but the server said it has no room · crowded: likewise, for so many from one place. By themselves nothing happens
 * in the others · taken: another tab has the session · refused: the server does not want this page as it is · locked: it wants its code,
 * or its new one · ended: nothing was done for so long that the session is gone.
 * @typedef {"connecting"|"live"|"waiting"|"reconnecting"|"full"|"crowded"|"taken"|"refused"|"locked"|"ended"} PhaseName
 */
/** @typedef {{name: PhaseName, retryAtMs: number|null, farewell: string|null}} Phase farewell: why, as the server said before it closed */

/**
 * What the connection needs of a WebSocket.
 * @typedef {object} SocketLike
 * @property {string} binaryType
 * @property {number} readyState
 * @property {((event: MessageEvent) => void)|null} onmessage
 * @property {((event: CloseEvent) => void)|null} onclose
 * @property {(text: string) => void} send
 * @property {(code?: number) => void} close
 */

/**
 * @typedef {object} Clock
 * @property {() => number} nowMs
 * @property {(run: () => void, delayMs: number) => unknown} setTimer
 * @property {(timer: unknown) => void} clearTimer
 */

/**
 * @typedef {object} Handlers
 * @property {(phase: Phase) => void} onPhase
 * @property {(isSilent: boolean) => void} onSilence whether a word of the server is waited for, on a connection that is live
 * @property {(message: SessionMessage) => void} onSession
 * @property {(message: ServerMessage) => void} onMessage state messages and errors without a request
 * @property {(buffer: ArrayBuffer, isLate: boolean) => void} onFrame isLate: the server sent it before it heard what it was last asked
 *   after a silence, so it was on its way while the link stood still
 */

const OPEN = 1;
/** An attempt that has not led to `SESSION` by then is given up: a network that swallows packets never says so. */
const ATTEMPT_TIMEOUT_MS = 10_000;
/** In these the connection comes back by itself. @type {readonly PhaseName[]} */
const RETURNING = Object.freeze(["waiting", "full", "crowded"]);

export class Connection {
  #open;
  #clock;
  #random;
  #handlers;
  /** @type {SocketLike|null} */
  #socket = null;
  #live = false;
  #attempt = 0;
  /** No sooner does the page come back by itself. */
  #notBeforeMs = -Infinity;
  /** Ends an attempt that hangs, or begins the next one. @type {unknown} */
  #timer = null;
  #requests = new Requests();
  #silence;
  /** @type {PhaseName} */
  #phase = "connecting";
  /** The last thing the server said before it closes. @type {import("./protocol.js").ErrorMessage|null} */
  #farewell = null;

  /**
   * @param {() => SocketLike} open makes a socket that is on its way to the server
   * @param {Clock} clock
   * @param {() => number} random from 0 to 1
   * @param {Handlers} handlers
   */
  constructor(open, clock, random, handlers) {
    this.#open = open;
    this.#clock = clock;
    this.#random = random;
    this.#handlers = handlers;
    this.#silence = new Silence(clock, {
      ask: () => this.#askForAWord(), tell: handlers.onSilence, giveUp: () => this.#giveUp(this.#socket),
    });
  }

  /** True from `SESSION` on until the connection ends. */
  get live() {
    return this.#live;
  }

  /** Connects for the first time. */
  start() {
    this.#enter("connecting");
    this.#connect();
  }

  /** Does not wait any longer: the person asked. Also takes a session back from another tab. */
  retryNow() {
    if (this.#socket !== null) return;
    this.#enter("reconnecting");
    this.#connect();
  }

  /** The page has been away, or the network has: sees at once whether the connection still stands, and does not wait to have it back. */
  wakeUp() {
    if (RETURNING.includes(this.#phase)) {
      if (this.#clock.nowMs() >= this.#notBeforeMs) this.retryNow();
    } else if (this.#live) this.#silence.wakeUp();
  }

  /** The browser says that there is no network: it may be wrong. */
  doubt() {
    if (this.#live) this.#silence.doubt();
  }

  /** @param {boolean} isInTraining whether pictures and figures are to come all the time */
  expect(isInTraining) {
    this.#silence.expect(isInTraining);
  }

  /**
   * @param {ClientMessage} message
   * @returns {Promise<Reply>} rejects with Refused or Disconnected
   */
  request(message) {
    if (!this.#live) return Promise.reject(new Disconnected());
    const id = this.#requests.nextId();
    const answered = this.#requests.await(id);
    this.#send({ ...message, id });
    return answered;
  }

  /**
   * Sends without waiting for an answer; does nothing while there is no connection.
   * @param {ClientMessage} message
   */
  tell(message) {
    if (this.#live) this.#send(message);
  }

  /** @param {ClientMessage & {id?: number}} message */
  #send(message) {
    // While it closes a socket takes nothing any more; requests are rejected once it has closed.
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  /**
   * @param {PhaseName} name
   * @param {number|null} retryAtMs
   */
  #enter(name, retryAtMs = null) {
    this.#phase = name;
    this.#handlers.onPhase({ name, retryAtMs, farewell: this.#farewell?.message ?? null });
  }

  #connect() {
    this.#farewell = null;
    const socket = this.#open();
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#clock.clearTimer(this.#timer);
    this.#timer = this.#clock.setTimer(() => this.#giveUp(socket), ATTEMPT_TIMEOUT_MS);
  }

  /** @returns {number} the id that the answer will have */
  #askForAWord() {
    const id = this.#requests.nextId();
    this.#send({ type: "ACK", seq: 1, id });
    return id;
  }

  /** @param {SocketLike|null} socket */
  #giveUp(socket) {
    if (socket !== null) {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
    this.#closed(CLOSE_ABNORMAL);
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#silence.hear();
    if (data instanceof ArrayBuffer) {
      this.#handlers.onFrame(data, this.#silence.isAsking);
      return;
    }
    const message = /** @type {ServerMessage} */ (JSON.parse(String(data)));
    switch (message.type) {
      case "SESSION":
        this.#clock.clearTimer(this.#timer);
        this.#silence.begin();
        this.#live = true;
        this.#attempt = 0;
        this.#enter("live");
        this.#handlers.onSession(message);
        break;
      case "OK":
      case "PROBABILITIES":
        this.#silence.hearAnswer(message.id);
        this.#requests.answer(message);
        break;
      case "ERROR":
        if (this.#requests.refuse(message)) break;
        if (FAREWELLS.includes(message.code)) this.#farewell = message;
        else this.#handlers.onMessage(message);
        break;
      default:
        this.#handlers.onMessage(message);
    }
  }

  /** @param {number} code */
  #closed(code) {
    this.#clock.clearTimer(this.#timer);
    this.#silence.end();
    this.#socket = null;
    this.#live = false;
    const tellWhoWaits = this.#requests.letGo();
    if (code === CLOSE_TAKEN_OVER) this.#enter("taken");
    else if (code === CLOSE_REFUSED && this.#farewell?.code === TOO_MANY_CONNECTIONS) this.#comeBack("crowded");
    else if (code === CLOSE_REFUSED) this.#enter(this.#farewell?.code === BAD_TOKEN ? "locked" : "refused");
    else if (code === CLOSE_AWAY && this.#farewell?.code === ENDED_IDLE) this.#enter("ended");
    else this.#comeBack(code === CLOSE_FULL ? "full" : "waiting");
    tellWhoWaits();
  }

  /** @param {"full"|"crowded"|"waiting"} name */
  #comeBack(name) {
    const nowMs = this.#clock.nowMs();
    const leastMs = (this.#farewell?.retry_after_s ?? 0) * 1000;
    const delayMs = backoffMs(this.#attempt, this.#random(), leastMs);
    this.#attempt += 1;
    this.#notBeforeMs = nowMs + leastMs;
    this.#timer = this.#clock.setTimer(() => this.retryNow(), delayMs);
    this.#enter(name, nowMs + delayMs);
  }
}
