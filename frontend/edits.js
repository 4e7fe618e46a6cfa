/** Owns what is done to the document, and the way back and forward through what it has been. */

import { configDifference } from "./document.js";
import { originOf } from "./history.js";
import { REBUILD_FIELDS } from "./run_config.js";
import { words } from "./words.js";

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {import("./history.js").Moment} Moment */
/** @typedef {import("./history.js").Origin} Origin */

/**
 * @param {object} parts
 * @param {import("./state_manager.js").Store} parts.store
 * @param {import("./history.js").History} parts.history
 * @param {import("./commands.js").Desk["set"]} parts.set
 * @param {import("./commands.js").Desk["notify"]} parts.notify
 */
export function createEdits({ store, history, set, notify }) {
  /** @type {Moment|null} */
  let strokeStart = null;
  /** What made the points that are there: noise may have been moved since. */
  let origin = originOf(store.get());

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

  /** @param {import("./document.js").Edit} refused what there is no way back to */
  function forget(refused) {
    if (refused.kind === "add") history.forget(new Set(refused.points.map((point) => point.key)));
  }

  store.subscribe((state, before) => {
    const isOther = state.document !== before.document || state.run.state !== before.run.state;
    if (isOther && strokeStart === null) showHistory();
  });

  const commands = {
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
    undo: () => travel("undo"),
    redo: () => travel("redo"),
  };

  return { edit, become, sayIfNew, moment, arrived, beginAnew, change, configure, forget, commands };
}
