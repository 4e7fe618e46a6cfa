/** Owns what is asked of the server and is not an edit: one wish after the other, and start and stop as the last one wished. */

import { Disconnected, Refused } from "./requests.js";
import { words } from "./words.js";

/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */

/**
 * @param {import("./state_manager.js").Store} store
 * @param {import("./sync.js").Sync} sync
 * @param {{request: import("./socket.js").Connection["request"]}} connection
 * @param {(text: string, more: Partial<import("./state.js").Notice>) => void} notify
 * @returns {{ask: (message: ClientMessage) => Promise<boolean>, toggle: () => Promise<void>,
 *   startOver: (change: () => void) => Promise<void>}}
 */
export function createWishes(store, sync, connection, notify) {
  /** @type {Set<string>} */
  const asked = new Set();
  /** @type {Promise<unknown>} */
  let lastAsked = Promise.resolve();
  /** Whether the last toggle, which may still be on its way, asked for training. @type {boolean|null} */
  let wanted = null;
  let toggling = false;

  const isTraining = () => store.get().run.state === "TRAINING";

  /**
   * Sends what is not an edit, after the edits made before it and in the order asked. The same wish twice is one wish.
   * @param {ClientMessage} message
   * @returns {Promise<boolean>} whether the server did it
   */
  function ask(message) {
    const wish = JSON.stringify(message);
    if (asked.has(wish)) return Promise.resolve(false);
    asked.add(wish);
    const answer = lastAsked.then(() => carryOut(message)).finally(() => asked.delete(wish));
    // A wish that failed by a fault of the page is reported by itself and does not hold up the next.
    lastAsked = answer.catch(() => false);
    return answer;
  }

  /** @param {ClientMessage} message */
  async function carryOut(message) {
    try {
      if (message.type !== "STOP_TRAINING") await sync.settled();
      await connection.request(message);
      return true;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Disconnected)) throw error;
      notify(error.message, { tone: "error", aboutStart: message.type === "START_TRAINING" || message.type === "STEP_TRAINING" });
      return false;
    }
  }

  /** Several quick wishes to start and stop: the last one holds. */
  async function toggle() {
    const { run } = store.get();
    if (run.state === "DIVERGED" || run.state === "FAILED") {
      notify(run.reason ?? words.notices.runEnded, { tone: "error", action: run.state === "DIVERGED" ? "remedy" : "reset", stays: true });
      return;
    }
    wanted = !(wanted ?? isTraining());
    if (toggling) return;
    toggling = true;
    let done = true;
    try {
      for (let tried = !wanted; done && tried !== wanted;) {
        tried = wanted;
        done = await ask({ type: tried ? "START_TRAINING" : "STOP_TRAINING" });
      }
    } finally {
      toggling = false;
      // The answer may come before the status that shows what it led to.
      if (!done || wanted === isTraining()) wanted = null;
    }
  }

  /**
   * Begins the run anew with something changed that builds a new network, and trains on if it was training or had lost its way.
   * @param {() => void} change
   */
  async function startOver(change) {
    const { state } = store.get().run;
    if (state === "TRAINING" && !await ask({ type: "STOP_TRAINING" })) return;
    change();
    if (await ask({ type: "RESET_MODEL" }) && state !== "IDLE" && state !== "PAUSED") await ask({ type: "START_TRAINING" });
  }

  store.subscribe((state, before) => {
    if ((state.run.state !== before.run.state || state.phase !== before.phase) && !toggling) wanted = null;
  });

  return { ask, toggle, startOver };
}
