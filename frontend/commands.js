/** Owns what a person can do. Edits show at once and go to the server by themselves; the rest is asked for and answered. */

import { configDifference, makePoint } from "./document.js";
import { MAX_CLASSES, MAX_SEED, MIN_CLASSES, REBUILD_FIELDS } from "./protocol.js";
import { createNetworkCommands } from "./network_commands.js";
import { createWishes } from "./wishes.js";
import { words } from "./words.js";

/** @typedef {import("./state_manager.js").Store} Store */
/** @typedef {import("./state_manager.js").Notice} Notice */
/** @typedef {import("./protocol.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */
/** @typedef {import("./protocol.js").DatasetName} DatasetName */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {import("./history.js").Moment} Moment */
/** @typedef {import("./history.js").Origin} Origin */
/** @typedef {ReturnType<typeof createCommands>} Commands */

const DRAWN_SEEDS = 10_000;

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {import("./history.js").History} parts.history
 * @param {import("./sync.js").Sync} parts.sync
 * @param {{live: boolean, request: import("./socket.js").Connection["request"], retryNow: () => void}} parts.connection
 * @param {() => number} parts.random from 0 to 1
 */
export function createCommands({ store, history, sync, connection, random }) {
  /** @type {Moment|null} */
  let strokeStart = null;
  /** What made the points that are there: noise may have been moved since. */
  let origin = originOf(store.get());

  /** @param {Partial<import("./state_manager.js").State>} patch */
  const set = (patch) => store.dispatch({ type: "set", patch });

  /**
   * @param {string} text
   * @param {Partial<Notice>} [more]
   */
  const notify = (text, more = {}) => set({ notice: { tone: "info", text, action: null, stays: false, aboutStart: false, ...more } });

  const { ask, toggle, startOver } = createWishes(store, sync, connection, notify);

  const showHistory = () => {
    const { document } = store.get();
    set({ history: { undo: way(history.peekUndo(document)), redo: way(history.peekRedo(document)) } });
  };

  /**
   * @param {Moment|null} target
   * @returns {import("./state_manager.js").Way}
   */
  function way(target) {
    if (target === null) return "none";
    const changed = Object.keys(configDifference(store.get().document.config, target.config));
    return store.get().run.state === "TRAINING" && REBUILD_FIELDS.some((field) => changed.includes(field)) ? "locked" : "free";
  }

  /** @returns {Moment} */
  const moment = () => ({ ...store.get().document, origin });

  /** @param {Moment} target */
  function goTo({ points, config, origin: before }) {
    origin = before;
    store.dispatch({ type: "document", document: { points, config } });
    set(before);
  }

  /**
   * @param {Partial<Document>} change
   * @param {string|null} [tag]
   */
  function edit(change, tag = null) {
    const before = store.get().document;
    if (strokeStart === null) history.record(moment(), tag);
    if (change.points) origin = { ...origin, dataset: null };
    store.dispatch({ type: "document", document: { ...before, ...change } });
    if (change.points && store.get().dataset !== null) set(origin);
  }

  /** @param {"undo"|"redo"} direction */
  function travel(direction) {
    const { document } = store.get();
    const target = direction === "undo" ? history.peekUndo(document) : history.peekRedo(document);
    if (target === null) return;
    if (way(target) === "locked") {
      notify(words.network.locked);
      return;
    }
    history[direction](moment());
    goTo(target);
    showHistory();
  }

  /** @param {Origin & {dataset: DatasetName}} next */
  async function load(next) {
    const before = moment();
    const { dataset, noise, datasetSeed } = next;
    const made = await ask({ type: "LOAD_DATASET", dataset, noise, ...(datasetSeed === null ? {} : { seed: datasetSeed }) });
    if (made) {
      history.record(before);
      origin = next;
    }
    set(origin);
    showHistory();
  }

  /**
   * Changes settings.
   * @param {Partial<RunConfig>} patch
   */
  function configure(patch) {
    const { document } = store.get();
    const config = { ...document.config, ...patch };
    if (Object.keys(configDifference(document.config, config)).length === 0) return;
    edit({ config }, Object.keys(patch).sort().join(" "));
  }

  store.subscribe((state, before) => {
    const turned = state.run.state !== before.run.state;
    if ((state.document !== before.document || turned) && strokeStart === null) showHistory();
    const changed = state.document.points !== before.document.points || (turned && state.run.state === "TRAINING");
    if (changed && store.get().notice?.aboutStart) set({ notice: null });
  });

  return {
    ...createNetworkCommands({ store, ask, configure, notify }),
    toggle,
    /** @param {"step"|"epoch"} unit */
    step: (unit) => ask({ type: "STEP_TRAINING", count: 1, unit }),
    async reset() {
      if (await ask({ type: "RESET_MODEL" })) set({ notice: null });
    },

    /**
     * Does what the diagnosis proposes.
     * @param {import("./remedies.js").Remedy} remedy
     */
    async apply({ patch, startsOver }) {
      if (!startsOver) this.configure(patch);
      else await startOver(() => this.configure(patch));
    },

    /** Another seed, and new weights from it: short enough to be said aloud in a classroom. */
    async drawSeed() {
      await startOver(() => this.configure({ seed: Math.floor(random() * DRAWN_SEEDS) }));
    },

    /** Until endStroke, all edits are one entry of the history. */
    beginStroke() {
      strokeStart = moment();
    },
    endStroke() {
      const before = strokeStart;
      strokeStart = null;
      if (before !== null && before.points !== store.get().document.points) {
        history.record(before);
        showHistory();
      }
    },
    /** The stroke was none: all is as before it. */
    cancelStroke() {
      const before = strokeStart;
      strokeStart = null;
      if (before !== null) goTo(before);
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
    configure,

    /** @param {number} label */
    chooseClass(label) {
      if (label >= MAX_CLASSES) return;
      const { config } = store.get().document;
      if (label >= config.classes) edit({ config: { ...config, classes: label + 1 } });
      if (label > config.classes) notify(words.draw.classesAdded(config.classes, label), { action: "undo" });
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
      if (count > 0) notify(words.draw.classWent(label, count), { action: "undo" });
    },
    /** @param {import("./state_manager.js").Tool} tool */
    chooseTool(tool) {
      set({ tool });
    },
    /**
     * Changes how the page looks.
     * @param {Partial<import("./look.js").Look>} patch
     */
    setLook(patch) {
      set({ look: { ...store.get().look, ...patch } });
    },
    /** @param {string} name @param {boolean} open */
    setDrawer(name, open) {
      const others = [...store.get().openDrawers].filter((other) => other !== name);
      set({ openDrawers: new Set(open ? [...others, name] : others) });
    },
    /** @param {{x: number, y: number}|null} cursor */
    moveCursor(cursor) {
      set({ cursor });
    },

    /** @param {DatasetName} dataset */
    loadDataset: (dataset) => load({ ...originOf(store.get()), dataset }),
    /** @param {number} noise fraction from 0 to 0.5 */
    setNoise(noise) {
      set({ noise });
    },
    async regenerate() {
      const { dataset, noise } = store.get();
      if (dataset !== null) await load({ dataset, noise, datasetSeed: Math.floor(random() * (MAX_SEED + 1)) });
    },

    undo: () => travel("undo"),
    redo: () => travel("redo"),
    /**
     * The server refused an edit, which is about to be taken back.
     * @param {import("./document.js").Edit} refused
     * @param {Error} error
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

/**
 * @param {Origin} state
 * @returns {Origin}
 */
function originOf({ dataset, noise, datasetSeed }) {
  return { dataset, noise, datasetSeed };
}
