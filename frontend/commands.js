/** Owns what a person can do. Edits show at once and go to the server by themselves; the rest is asked for and answered. */

import { configDifference, makePoint } from "./document.js";
import { MAX_CLASSES, MAX_SEED, MIN_CLASSES, REBUILD_FIELDS } from "./protocol.js";
import { Disconnected, Refused } from "./socket.js";

/** @typedef {import("./state_manager.js").Store} Store */
/** @typedef {import("./state_manager.js").Notice} Notice */
/** @typedef {import("./protocol.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */
/** @typedef {import("./protocol.js").DatasetName} DatasetName */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {ReturnType<typeof createCommands>} Commands */

export const REBUILD_REASON = "Stop training to change this: it builds a new network.";

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {import("./history.js").History} parts.history
 * @param {import("./sync.js").Sync} parts.sync
 * @param {{live: boolean, request: import("./socket.js").Connection["request"], retryNow: () => void}} parts.connection
 * @param {() => number} parts.random from 0 to 1
 */
export function createCommands({ store, history, sync, connection, random }) {
  /** @type {Document|null} */
  let strokeStart = null;
  /** @type {Set<string>} */
  const asked = new Set();
  /** @type {Promise<unknown>} */
  let lastAsked = Promise.resolve();

  /** @param {Partial<import("./state_manager.js").State>} patch */
  const set = (patch) => store.dispatch({ type: "set", patch });

  /**
   * @param {string} text
   * @param {Partial<Notice>} [more]
   */
  const notify = (text, more = {}) => set({ notice: { tone: "info", text, action: null, stays: false, ...more } });

  const showHistory = () => {
    const { document } = store.get();
    set({ history: { undo: history.peekUndo(document) !== null, redo: history.peekRedo(document) !== null } });
  };

  /**
   * @param {Partial<Document>} change
   * @param {string|null} [tag]
   */
  function edit(change, tag = null) {
    const before = store.get().document;
    if (strokeStart === null) history.record(before, tag);
    store.dispatch({ type: "document", document: { ...before, ...change } });
    if (change.points && store.get().dataset !== null) set({ dataset: null });
  }

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
      notify(error.message, { tone: "error" });
      return false;
    }
  }

  /** @param {"undo"|"redo"} direction */
  function travel(direction) {
    const { document, run } = store.get();
    const target = direction === "undo" ? history.peekUndo(document) : history.peekRedo(document);
    if (target === null) return;
    const changed = Object.keys(configDifference(document.config, target.config));
    if (run.state === "TRAINING" && REBUILD_FIELDS.some((field) => changed.includes(field))) {
      notify(REBUILD_REASON);
      return;
    }
    history[direction](document);
    store.dispatch({ type: "document", document: target });
    set({ dataset: null });
    showHistory();
  }

  store.subscribe((state, before) => {
    if (state.document !== before.document && strokeStart === null) showHistory();
  });

  const isTraining = () => store.get().run.state === "TRAINING";

  return {
    toggle: () => ask({ type: isTraining() ? "STOP_TRAINING" : "START_TRAINING" }),
    /** @param {"step"|"epoch"} unit */
    step: (unit) => ask({ type: "STEP_TRAINING", count: 1, unit }),
    async reset() {
      if (await ask({ type: "RESET_MODEL" })) set({ notice: null });
    },

    /** Until endStroke, all edits are one entry of the history. */
    beginStroke() {
      strokeStart = store.get().document;
    },
    endStroke() {
      const before = strokeStart;
      strokeStart = null;
      if (before !== null && before !== store.get().document) {
        history.record(before);
        showHistory();
      }
    },
    /**
     * Adds points of the chosen class.
     * @param {readonly (readonly [x: number, y: number])[]} places
     */
    add(places) {
      const { document, activeClass } = store.get();
      edit({ points: [...document.points, ...places.map(([x, y]) => makePoint(x, y, activeClass))] });
    },
    /** @param {ReadonlySet<number>} keys */
    erase(keys) {
      edit({ points: store.get().document.points.filter((point) => !keys.has(point.key)) });
    },
    clear() {
      if (store.get().document.points.length > 0) edit({ points: [] });
    },
    /**
     * Changes settings.
     * @param {Partial<RunConfig>} patch
     */
    configure(patch) {
      const { document } = store.get();
      const config = { ...document.config, ...patch };
      if (Object.keys(configDifference(document.config, config)).length === 0) return;
      edit({ config }, Object.keys(patch).sort().join(" "));
    },

    /** @param {number} label */
    chooseClass(label) {
      if (label >= MAX_CLASSES) return;
      const { config } = store.get().document;
      if (label >= config.classes) edit({ config: { ...config, classes: label + 1 } });
      set({ activeClass: label, tool: store.get().tool === "erase" ? "point" : store.get().tool });
    },
    addClass() {
      this.chooseClass(store.get().document.config.classes);
    },
    removeClass() {
      const { points, config } = store.get().document;
      if (config.classes <= MIN_CLASSES) return;
      const label = config.classes - 1;
      const kept = points.filter((point) => point.label !== label);
      const count = points.length - kept.length;
      edit({ config: { ...config, classes: label }, ...(count > 0 ? { points: kept } : {}) });
      if (count > 0) notify(`Class ${label} went with its ${count === 1 ? "point" : `${count} points`}.`, { action: "undo" });
    },
    /** @param {import("./state_manager.js").Tool} tool */
    chooseTool(tool) {
      set({ tool });
    },
    /** @param {{x: number, y: number}|null} cursor */
    moveCursor(cursor) {
      set({ cursor });
    },

    /** @param {DatasetName} dataset */
    async loadDataset(dataset) {
      const { noise, datasetSeed, document } = store.get();
      /** @type {ClientMessage} */
      const message = { type: "LOAD_DATASET", dataset, noise, ...(datasetSeed === null ? {} : { seed: datasetSeed }) };
      if (await ask(message)) {
        history.record(document);
        set({ dataset });
      }
    },
    /** @param {number} noise fraction from 0 to 0.5 */
    setNoise(noise) {
      set({ noise });
    },
    async regenerate() {
      const { dataset } = store.get();
      if (dataset === null) return;
      set({ datasetSeed: Math.floor(random() * (MAX_SEED + 1)) });
      await this.loadDataset(dataset);
    },

    undo: () => travel("undo"),
    redo: () => travel("redo"),
    /**
     * The server refused an edit, which is about to be taken back.
     * @param {import("./document.js").Edit} refused
     * @param {Refused} error
     */
    takeBack(refused, error) {
      if (refused.kind === "add") history.forget(new Set(refused.points.map((point) => point.key)));
      notify(error.message, { tone: "error" });
    },
    dismissNotice: () => set({ notice: null }),
    reconnect: () => connection.retryNow(),
    notify,
  };
}
