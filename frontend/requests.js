/** Owns what was asked of the server and is not answered yet: each by its id. */

import { words } from "./words.js";

/** @typedef {import("./protocol.js").Reply} Reply */

/** The server refused a request; the message is a sentence for a person. */
export class Refused extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = "Refused";
    this.code = code;
  }
}

/** The connection ended before the answer came: nobody knows whether the request was carried out. */
export class Disconnected extends Error {
  constructor() {
    super(words.connection.lost);
    this.name = "Disconnected";
  }
}

export class Requests {
  #lastId = 0;
  /** @type {Map<number, {resolve: (reply: Reply) => void, reject: (error: Error) => void}>} */
  #pending = new Map();

  /** @returns {number} an id that no message has had */
  nextId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  /**
   * @param {number} id of what is about to be asked
   * @returns {Promise<Reply>} rejects with Refused or Disconnected
   */
  await(id) {
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  /** @param {Reply} reply */
  answer(reply) {
    this.#take(reply.id)?.resolve(reply);
  }

  /**
   * @param {import("./protocol.js").ErrorMessage} message
   * @returns {boolean} whether it answers a request
   */
  refuse(message) {
    const request = this.#take(message.id);
    request?.reject(new Refused(message.code, message.message));
    return request !== undefined;
  }

  /**
   * The connection they were sent on is no more: they are let go.
   * @returns {() => void} tells whoever waits
   */
  letGo() {
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    return () => {
      for (const request of unanswered) request.reject(new Disconnected());
    };
  }

  /** @param {number|null} id */
  #take(id) {
    if (id === null) return undefined;
    const request = this.#pending.get(id);
    this.#pending.delete(id);
    return request;
  }
}
