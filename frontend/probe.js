/** Owns the question "what does the network say here?": one at a time, at most 15 a second, asked again when the map moves. */

import { Disconnected, Refused } from "./requests.js";

const MIN_INTERVAL_MS = 1000 / 15;

/**
 * @typedef {object} Prober
 * @property {(x: number, y: number) => void} at the place that is pointed at
 * @property {() => void} leave
 * @property {() => void} refresh a new map was painted
 */

/**
 * @param {import("./state_manager.js").Store} store
 * @param {{live: boolean, request: import("./socket.js").Connection["request"]}} connection
 * @param {import("./socket.js").Clock} clock
 * @returns {Prober}
 */
export function createProber(store, connection, clock) {
  /** @type {{x: number, y: number}|null} */
  let place = null;
  let asking = false;
  let stale = false;
  let lastAskedMs = -Infinity;
  /** @type {unknown} */
  let timer = null;

  function pump() {
    if (place === null || !stale || asking || timer !== null || !connection.live) return;
    const restMs = lastAskedMs + MIN_INTERVAL_MS - clock.nowMs();
    if (restMs > 0) {
      timer = clock.setTimer(() => { timer = null; pump(); }, restMs);
      return;
    }
    void ask(place);
  }

  /** @param {{x: number, y: number}} asked */
  async function ask(asked) {
    asking = true;
    stale = false;
    lastAskedMs = clock.nowMs();
    try {
      const reply = await connection.request({ type: "PROBE", ...asked });
      if (place !== null && reply.type === "PROBABILITIES") store.dispatch({ type: "set", patch: { probe: reply } });
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Disconnected)) throw error;
    } finally {
      asking = false;
    }
    pump();
  }

  return {
    at(x, y) {
      place = { x, y };
      stale = true;
      pump();
    },
    leave() {
      place = null;
      if (store.get().probe !== null) store.dispatch({ type: "set", patch: { probe: null } });
    },
    refresh() {
      stale = true;
      pump();
    },
  };
}
