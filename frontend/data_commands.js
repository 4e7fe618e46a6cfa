/** Owns what a person can do with whole data: ready datasets, the problem they pose, points from a file. */

import { classesOf, shelves } from "./catalogue.js";
import { freshKey } from "./document.js";
import { originOf } from "./history.js";
import { toClassification, toRegression, valueOfLabel } from "./point_edits.js";
import { LOSSES, MAX_SEED, MIN_CLASSES } from "./run_config.js";
import { words } from "./words.js";

/** @typedef {import("./history.js").Origin} Origin */
/** @typedef {import("./run_config.js").DatasetName} DatasetName */
/** @typedef {import("./run_config.js").RunConfig} RunConfig */

/** @param {import("./commands.js").Desk} desk */
export function createDataCommands({ store, random, set, notify, ask, edit, sayIfNew, moment, arrived }) {
  /** Counts the datasets that were asked for. */
  let loads = 0;

  /** @param {number} classes */
  function useClasses(classes) {
    const { document } = store.get();
    if (document.config.classes === classes) return;
    store.dispatch({ type: "document", document: { ...document, config: { ...document.config, classes } } });
  }

  /**
   * A class that is missing comes before the points of it; one that is too many goes after the points that had it.
   * @param {Origin & {dataset: DatasetName}} next
   * @param {import("./history.js").Moment|null} before what undo goes back to; null: that has been remembered already
   */
  async function load(next, before) {
    const { catalogue, document: { config } } = store.get();
    const { dataset, noise, datasetCount: count } = next;
    loads += 1;
    const own = loads;
    // Named, so that the same points can be made again after the run has got another seed.
    const seed = next.datasetSeed ?? config.seed;
    const entry = catalogue.datasets.find(({ name }) => name === dataset);
    const classes = entry ? classesOf(entry, next.datasetClasses) : null;
    if (classes !== null && classes > config.classes) useClasses(classes);
    const made = await ask({
      type: "LOAD_DATASET", dataset, noise, count, seed, ...(classes === null ? {} : { classes }),
    });
    // Another one that was asked for meanwhile has said how many it needs.
    if (classes !== null && own === loads) useClasses(made ? classes : config.classes);
    arrived(before, made ? { ...next, datasetSeed: seed } : null);
  }

  /** @param {Partial<Origin>} change */
  async function loadAgain(change) {
    const next = { ...originOf(store.get()), ...change };
    if (next.dataset !== null) await load({ ...next, dataset: next.dataset }, moment());
  }

  return {
    /**
     * Fetches the list of the ready datasets.
     * @param {() => Promise<readonly import("./catalogue.js").DatasetEntry[]|null>} fetchEntries null: it could not be fetched
     */
    async loadCatalogue(fetchEntries) {
      set({ catalogue: { status: "loading", datasets: [] } });
      const datasets = await fetchEntries();
      set({ catalogue: datasets === null ? { status: "failed", datasets: [] } : { status: "ready", datasets } });
    },
    /** @param {DatasetName} dataset with as many classes as its picture shows, and from the run's seed, if it is another one than now */
    loadDataset: (dataset) => loadAgain({ dataset, ...(dataset === store.get().dataset ? {} : { datasetSeed: null, datasetClasses: null }) }),
    /** @param {number} noise fraction from 0 to 0.5, for the next dataset */
    setNoise(noise) {
      set({ noise });
    },
    /** @param {number} datasetCount points of the next dataset */
    setCount(datasetCount) {
      set({ datasetCount });
    },
    /** @param {number} datasetClasses */
    useDatasetClasses: (datasetClasses) => loadAgain({ datasetClasses }),
    regenerate: () => loadAgain({ datasetSeed: Math.floor(random() * (MAX_SEED + 1)) }),

    /**
     * Turns to the other problem, with the points as they are or, where a ready dataset is shown, with its first one.
     * @param {string} problem
     */
    async chooseProblem(problem) {
      const { document: { config, points }, run, dataset, catalogue } = store.get();
      if (config.problem === problem) return;
      if (run.state === "TRAINING") {
        notify(words.network.locked);
        return;
      }
      const [loss = config.loss] = LOSSES[problem] ?? [];
      sayIfNew({ ...config, problem });
      edit({
        config: { ...config, problem, loss },
        points: problem === "regression" ? toRegression(points, config.classes) : toClassification(points),
      });
      const first = dataset === null ? undefined : shelves(catalogue, problem).first[0];
      if (first) await load({ ...originOf(store.get()), dataset: first.name, datasetSeed: null, datasetClasses: null }, null);
    },

    /**
     * @param {readonly {x: number, y: number, label: number, value: number|null}[]} rows all on the plane
     * @param {boolean} replaces whether the points that are there go
     */
    importPoints(rows, replaces) {
      const { config, points } = store.get().document;
      const found = rows.reduce((highest, { label }) => Math.max(highest, label + 1), MIN_CLASSES);
      const classes = replaces ? found : Math.max(found, config.classes);
      const isRegression = config.problem === "regression";
      const arrivals = rows.map(({ x, y, label, value }) => {
        const worth = isRegression ? value ?? valueOfLabel(label, classes) : value;
        return { key: freshKey(), x, y, label: isRegression ? Number((worth ?? 0) > 0) : label, value: worth };
      });
      edit({
        points: replaces ? arrivals : [...points, ...arrivals],
        config: isRegression || classes === config.classes ? config : { ...config, classes },
      });
    },
  };
}
