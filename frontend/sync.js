/**
 * Owns the way of the person's edits to the server: one edit under way at a time, the next one worked out from what is still
 * different. What the server refuses is taken back; what a lost connection swallowed is found again after `SESSION`.
 */

import { nextEdit } from "./document.js";
import { Disconnected, Refused } from "./requests.js";

/** @typedef {import("./state_manager.js").Store} Store */
/** @typedef {import("./document.js").Edit} Edit */

/** A stroke of the brush goes out in batches, at most this often. */
const BATCH_INTERVAL_MS = 50;

/**
 * @typedef {object} Sync
 * @property {() => Promise<void>} settled resolves when the server holds what is on the page; rejects with Disconnected
 * @property {() => void} release
 */

/**
 * @param {Store} store
 * @param {{live: boolean, request: import("./socket.js").Connection["request"]}} connection
 * @param {import("./socket.js").Clock} clock
 * @param {(edit: Edit, error: Refused) => void} onRefused told before the edit is taken back
 * @returns {Sync}
 */
export function createSync(store, connection, clock, onRefused) {
  let underWay = false;
  let held = true;
  let lastSentMs = -Infinity;
  /** @type {unknown} */
  let timer = null;
  /** @type {{resolve: () => void, reject: (error: Error) => void}[]} */
  let waiting = [];

  /** @returns {Edit|null} */
  function next() {
    const { document, confirmed, serverConfig } = store.get();
    return nextEdit(document, confirmed, serverConfig);
  }

  function pump() {
    if (underWay || held || !connection.live) return;
    const edit = next();
    if (edit === null) {
      const done = waiting;
      waiting = [];
      for (const { resolve } of done) resolve();
      return;
    }
    const restMs = lastSentMs + BATCH_INTERVAL_MS - clock.nowMs();
    if (restMs > 0 && waiting.length === 0) {
      timer ??= clock.setTimer(() => { timer = null; pump(); }, restMs);
      return;
    }
    void send(edit);
  }

  /** @param {Edit} edit */
  async function send(edit) {
    underWay = true;
    lastSentMs = clock.nowMs();
    try {
      const reply = await connection.request(edit.message);
      underWay = false;
      store.dispatch({ type: "confirmed", edit, reply });
    } catch (error) {
      underWay = false;
      if (error instanceof Refused && (edit.kind === "remove" || edit.kind === "change") && error.code === "unknown_point") {
        // The server has put other points in their place meanwhile, and is about to tell which.
        store.dispatch({ type: "confirmed", edit, reply: { type: "OK", id: null } });
      } else if (error instanceof Refused) {
        onRefused(edit, error);
        store.dispatch({ type: "refused", edit });
      } else if (!(error instanceof Disconnected)) {
        throw error;
      }
    }
  }

  store.subscribe((state, before) => {
    if (state.phase !== before.phase && state.phase.name !== "live") {
      held = true;
      const lost = waiting;
      waiting = [];
      for (const { reject } of lost) reject(new Disconnected());
    }
    if (state.document !== before.document || state.confirmed !== before.confirmed
      || state.serverConfig !== before.serverConfig) pump();
  });

  return {
    settled() {
      if (!connection.live) return Promise.reject(new Disconnected());
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        pump();
      });
    },
    release() {
      held = false;
      pump();
    },
  };
}
