/** Owns what a person can do. Edits show at once and go to the server by themselves; the rest is asked for and answered. */

import { createDataCommands } from "./data_commands.js";
import { configDifference } from "./document.js";
import { originOf } from "./history.js";
import { createNetworkCommands } from "./network_commands.js";
import { createOpening } from "./opening.js";
import { createPointCommands } from "./point_commands.js";
import { createRunCommands } from "./run_commands.js";
import { REBUILD_FIELDS } from "./run_config.js";
import { createWishes } from "./wishes.js";
import { words } from "./words.js";

/** @typedef {import("./state_manager.js").Store} Store */
/** @typedef {import("./state.js").Notice} Notice */
/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {import("./history.js").Moment} Moment */
/** @typedef {import("./history.js").Origin} Origin */
/** @typedef {ReturnType<typeof createCommands>} Commands */
/**
 * What the groups of commands work with.
 * @typedef {object} Desk
 * @property {Store} store
 * @property {() => number} random from 0 to 1
 * @property {(patch: import("./state.js").Patch) => void} set
 * @property {(text: string, more?: Partial<Notice>) => void} notify
 * @property {(message: ClientMessage) => Promise<boolean>} ask whether the server did it
 * @property {(change: Partial<Document>, tag?: string|null) => void} edit changes the document, and remembers how it was
 * @property {(change: Partial<Document>) => void} become changes the document without remembering how it was: there is no way back
 * @property {(config: RunConfig) => void} sayIfNew tells that weights go, before a change to settings that build a new network
 * @property {() => Moment} moment the document as it is now
 * @property {(before: Moment|null, origin: Origin|null) => void} arrived
 *   the server put a ready dataset in place of the points; before: what undo goes back to; origin null: it did not
 */

const DRAWN_SEEDS = 10_000;

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {import("./history.js").History} parts.history
 * @param {import("./sync.js").Sync} parts.sync
 * @param {{live: boolean, request: import("./socket.js").Connection["request"], retryNow: () => void}} parts.connection
 * @param {(parts: import("./given_files.js").RunSource["parts"], signal: AbortSignal) => Promise<string|null>} parts.sendRun to be opened; what it is called
 * @param {() => number} parts.random from 0 to 1
 */
export function createCommands({ store, history, sync, connection, sendRun, random }) {
  /** @type {Moment|null} */
  let strokeStart = null;
  /** What made the points that are there: noise may have been moved since. */
  let origin = originOf(store.get());

  /** @param {Partial<import("./state.js").State>} patch */
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
   * @returns {import("./state.js").Way}
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
    if (strokeStart === null) history.record(moment(), tag);
    become(change);
  }

  /** @param {Partial<Document>} change */
  function become(change) {
    const before = store.get().document;
    if (change.points) origin = { ...origin, dataset: null };
    store.dispatch({ type: "document", document: { ...before, ...change } });
    if (change.points && store.get().dataset !== null) set(origin);
  }

  /**
   * Says that what was learned or frozen goes, before a change that builds a new network.
   * @param {RunConfig} config that is about to come
   */
  function sayIfNew(config) {
    const { document, run, frozen } = store.get();
    const changed = Object.keys(configDifference(document.config, config));
    if ((run.step === 0 && frozen.length === 0) || !REBUILD_FIELDS.some((field) => changed.includes(field))) return;
    notify(frozen.length > 0 ? words.network.newWeightsNoneFrozen : words.network.newWeights);
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
    sayIfNew(target.config);
    goTo(target);
    showHistory();
  }

  /**
   * @param {Moment|null} before
   * @param {Origin|null} now
   */
  function arrived(before, now) {
    if (now !== null) {
      if (before !== null) history.record(before);
      origin = now;
    }
    set(origin);
    showHistory();
  }

  /** The document is another, whose past is not known here. */
  function beginAnew() {
    strokeStart = null;
    history.clear();
    origin = originOf(store.get());
    showHistory();
  }

  /** @param {Partial<RunConfig>} patch */
  function change(patch) {
    const { document } = store.get();
    const config = { ...document.config, ...patch };
    if (Object.keys(configDifference(document.config, config)).length === 0) return;
    edit({ config }, Object.keys(patch).sort().join(" "));
  }

  /**
   * Changes settings.
   * @param {Partial<RunConfig>} patch
   */
  function configure(patch) {
    sayIfNew({ ...store.get().document.config, ...patch });
    change(patch);
  }

  /** @type {Desk} */
  const desk = { store, random, set, notify, ask, edit, become, sayIfNew, moment, arrived };

  store.subscribe((state, before) => {
    const turned = state.run.state !== before.run.state;
    if ((state.document !== before.document || turned) && strokeStart === null) showHistory();
    const changed = state.document.points !== before.document.points || (turned && state.run.state === "TRAINING");
    const { notice } = store.get();
    // What has stayed until now tells of what was before.
    const isPast = turned && state.run.state === "TRAINING" && notice?.stays && notice.tone === "info";
    if (isPast || (changed && notice?.aboutStart)) set({ notice: null });
  });

  return {
    ...createPointCommands(desk),
    ...createDataCommands(desk),
    ...createNetworkCommands({ store, ask, configure, notify }),
    ...createOpening(desk),
    ...createRunCommands(desk, { settled: () => sync.settled(), request: (message) => connection.request(message), sendRun }, beginAnew),
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
      if (!startsOver) configure(patch);
      else await startOver(() => change(patch));
    },

    /** Another seed, and new weights from it: short enough to be said aloud in a classroom. */
    async drawSeed() {
      await startOver(() => change({ seed: Math.floor(random() * DRAWN_SEEDS) }));
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
    configure,

    /**
     * Changes how the page looks.
     * @param {Partial<import("./look.js").Look>} patch
     */
    setLook(patch) {
      set({ look: { ...store.get().look, ...patch } });
    },
    /** @param {readonly string[]} names of the controls that are not shown */
    hideControls(names) {
      set({ hiddenControls: new Set(names) });
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
