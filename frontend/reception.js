/**
 * Owns what the page makes of the server's words: a session that begins, with what either side does not know yet, and what comes
 * after it by itself.
 */

import { rowOf, sameDocument } from "./document.js";
import { Disconnected, Refused } from "./requests.js";
import { DEFAULT_CONFIG } from "./run_config.js";
import { words } from "./words.js";

/**
 * @param {object} parts
 * @param {import("./state_manager.js").Store} parts.store
 * @param {{request: import("./socket.js").Connection["request"]}} parts.connection
 * @param {Pick<import("./commands.js").Commands, "notify"|"dismissNotice"|"opened">} parts.commands
 * @param {Pick<import("./sync.js").Sync, "release">} parts.sync
 * @param {Pick<import("./run_memory.js").RunMemory, "meetAgain"|"clear"|"open">} parts.memory
 * @param {boolean} parts.trainedBefore whether there were trained weights when the tab was loaded before
 * @param {() => void} parts.onBegun told once the session is in the store
 * @param {() => void} parts.onUnknown told when the server knows nothing of what the page shows
 * @param {() => Promise<void>} parts.onReady told when both sides hold the same, and edits go out again
 */
export function createReception({ store, connection, commands, sync, memory, trainedBefore, onBegun, onUnknown, onReady }) {
  /** Why the last run stopped by itself. */
  let explained = "";
  let onPoints = () => {};

  /**
   * @param {import("./state.js").Notice|null} notice
   * @returns {boolean} whether it tells how the last run ended, which is old once there is no reason any more
   */
  const isAboutRun = (notice) => notice !== null && (notice.action === "reset" || notice.action === "remedy" || notice.text === explained);

  /** What has become of a save was told just before, and is not pushed aside by this. */
  function tellOfNewWeights() {
    const { notice } = store.get();
    const text = words.notices.weightsAreNew;
    if (notice?.action === "saved-run") commands.notify(`${text} ${notice.text}`, { tone: notice.tone, action: "saved-run", stays: true });
    else commands.notify(text, { stays: true });
  }

  /**
   * A session has begun: what the server knows is taken over; what it does not know is given to it.
   * @param {import("./protocol.js").SessionMessage} message
   */
  async function begin(message) {
    // One that waited for its points waits no more: its connection is gone.
    onPoints = () => {};
    const known = store.get().document;
    const keepDocument = known.points.length > 0 || !sameDocument(known, { points: [], config: DEFAULT_CONFIG });
    trainedBefore ||= store.get().run.step > 0;
    const weightsAreNew = trainedBefore && message.state.step === 0;
    if (message.resumed) memory.meetAgain(message.state.step);
    else memory.clear();
    store.dispatch({ type: "session", message, keepDocument });
    onBegun();
    if (!message.resumed) {
      onUnknown();
      if (keepDocument && !await restore()) return;
    } else if (message.state.reason !== null) {
      explain(message.state.run_state, message.state.reason);
    }
    trainedBefore = false;
    if (weightsAreNew) tellOfNewWeights();
    sync.release();
    await onReady();
  }

  /** @returns {Promise<boolean>} false when the connection was lost again, and `SESSION` will come anew */
  async function restore() {
    const { points, config } = store.get().document;
    /** @type {Promise<void>} */
    const arrived = new Promise((resolve) => { onPoints = resolve; });
    try {
      await connection.request({ type: "RESTORE", config, points: points.map(rowOf) });
      // Only POINTS tells the new ids: before it, everything would look as if it had yet to be sent.
      await arrived;
    } catch (error) {
      if (error instanceof Disconnected) return false;
      if (!(error instanceof Refused)) throw error;
      commands.notify(error.message, { tone: "error", stays: true });
    }
    return true;
  }

  /** @param {import("./protocol.js").ServerMessage} message */
  function hear(message) {
    switch (message.type) {
      case "POINTS":
        store.dispatch({ type: "points", message });
        onPoints();
        break;
      case "CONFIG":
        store.dispatch({ type: "config", message });
        break;
      case "TRAINING_STATUS": {
        const before = store.get();
        store.dispatch({ type: "status", message });
        if (message.reason !== null) {
          explain(message.run_state, message.reason);
        } else {
          if (isAboutRun(before.notice)) commands.dismissNotice();
          explained = "";
        }
        break;
      }
      case "METRICS":
        if (store.get().run.state !== "DIVERGED") store.dispatch({ type: "set", patch: { metrics: message } });
        break;
      case "FROZEN":
        store.dispatch({ type: "set", patch: { frozen: message.parameters } });
        break;
      case "RUN_SAVING":
        store.dispatch({ type: "set", patch: { saving: { name: "under-way", phase: message.phase, ahead: message.ahead } } });
        break;
      case "RUN_SAVED":
        store.dispatch({ type: "set", patch: { saving: { name: "saved", run: message } } });
        break;
      case "RUN_OPENED":
        explained = "";
        store.dispatch({ type: "opened", message });
        memory.open(message.history);
        commands.opened(message);
        break;
      case "ERROR":
        if (message.code === "save_failed") store.dispatch({ type: "set", patch: { saving: { name: "failed", why: message.message } } });
        else commands.notify(message.message, { tone: "error", stays: true, action: message.code === "training_failed" ? "reset" : null });
        break;
    }
  }

  /**
   * @param {import("./protocol.js").RunState} runState
   * @param {string} reason why training stopped by itself
   */
  function explain(runState, reason) {
    // Every status tells it again; once it has been read and dismissed, that is enough.
    if (reason === explained) return;
    explained = reason;
    const lost = runState === "DIVERGED" || runState === "FAILED";
    commands.notify(reason, { tone: lost ? "error" : "info", stays: true, action: runState === "DIVERGED" ? "remedy" : lost ? "reset" : null });
  }

  return { begin, hear };
}
