/** Owns how the state of the page becomes an experiment for the address, and how one from there becomes the state of the page. */

import { classesOf } from "./catalogue.js";
import { makePoint, sameDocument } from "./document.js";
import { DATASETS, DEFAULT_CONFIG } from "./run_config.js";
import { words } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./address.js").Experiment} Experiment */

/**
 * @param {State} state
 * @returns {Experiment}
 */
export function experimentOf(state) {
  const { document: { config, points }, look, hiddenControls } = state;
  const origin = originOf(state);
  const { singleKeys: _, ...shared } = look;
  return {
    config,
    origin,
    points: origin === null && points.length > 0 ? points.map(({ x, y, label, value }) => [x, y, label, value]) : null,
    look: shared,
    hidden: [...hiddenControls],
  };
}

/**
 * @param {State} state
 * @returns {import("./address.js").AddressOrigin|null}
 */
function originOf({ dataset, datasetCount, datasetSeed, datasetClasses, noise, catalogue, document: { config } }) {
  if (dataset === null) return null;
  const entry = catalogue.datasets.find(({ name }) => name === dataset);
  const classes = datasetClasses ?? (entry ? classesOf(entry, null) : null);
  return {
    dataset, count: datasetCount, noise, seed: datasetSeed ?? config.seed,
    // What the server takes when it is not told is not said.
    classes: classes === mostClasses(dataset, config) ? null : classes,
  };
}

/**
 * @param {string} dataset
 * @param {import("./run_config.js").RunConfig} config
 * @returns {number|null} the most that both have; null in regression
 */
function mostClasses(dataset, { problem, classes }) {
  return problem === "regression" ? null : Math.min(DATASETS[dataset]?.classes[1] ?? classes, classes);
}

/** @type {readonly import("./document.js").Point[]} */
const NO_POINTS = [];

/** @param {import("./commands.js").Desk} desk */
export function createOpening({ store, ask, edit, become, arrived, set, notify }) {
  /** As a page opens with nothing in it, or as an address that has yet to bring its points left it. */
  let blank = { points: NO_POINTS, config: DEFAULT_CONFIG };

  /** Whether nobody has done anything here yet: then an address is what the page begins with, and there is nothing to go back to. */
  function isUntouched() {
    const { document, history } = store.get();
    return history.undo === "none" && history.redo === "none" && sameDocument(document, blank);
  }

  /** @param {import("./address.js").ReadAddress} read */
  function dress({ look, hidden, refusal }) {
    if (refusal !== undefined) return;
    set({ look: { ...store.get().look, ...look }, hiddenControls: new Set(hidden) });
  }

  return {
    dress,
    /**
     * Starts the experiment of an address, as one entry of the history, or as its beginning where there was nothing. Points that are there stay
     * where the address says nothing of them.
     * @param {import("./address.js").ReadAddress} read
     */
    async open(read) {
      const { config, origin, points, leftOut, refusal } = read;
      if (refusal !== undefined) {
        notify(refusal, { tone: "error", stays: true });
        return;
      }
      if (store.get().run.state === "TRAINING" && !await ask({ type: "STOP_TRAINING" })) return;
      dress(read);
      // What a dataset is about to replace goes first: it need not fit the new settings.
      const drawn = origin === null ? points?.map(([x, y, label, value]) => makePoint(x, y, label, value)) : [];
      const change = { config, ...(drawn ? { points: drawn } : {}) };
      if (isUntouched()) {
        become(change);
        blank = { points: NO_POINTS, config };
      } else {
        edit(change);
      }
      if (leftOut.length > 0) notify(words.address.notice(leftOut), { stays: true });
      if (origin !== null) {
        const { dataset, count, noise, seed, classes } = origin;
        const loaded = await ask({ type: "LOAD_DATASET", dataset, count, noise, seed, ...(classes === null ? {} : { classes }) });
        const datasetClasses = classes ?? mostClasses(dataset, config);
        if (loaded) arrived(null, { dataset, noise, datasetSeed: seed, datasetCount: count, datasetClasses });
      }
      const { run } = store.get();
      if (run.step > 0 || run.state === "DIVERGED" || run.state === "FAILED") await ask({ type: "RESET_MODEL" });
    },
  };
}
