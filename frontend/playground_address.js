/**
 * Owns the addresses of the well-known TensorFlow Playground: its fragment, read as the same experiment here. What a fragment does
 * not name has that playground's default, not ours. Source of the keys and defaults: `src/state.ts` of tensorflow/playground.
 */

import { CONFIG_FORMS, LOOK, NOISE_PERCENT, number, YES_OR_NO } from "./address_fields.js";
import { DEFAULT_CONFIG, MAX_SEED } from "./run_config.js";
import { words } from "./words.js";

/** @typedef {import("./address_fields.js").Form<any>} Form */

const HIDE_SUFFIX = "_hide";
const CLASSIFICATION_POINTS = 500;
const REGRESSION_POINTS = 1200;

/** Its names of the inputs, in the order in which it lists them, and ours. */
const INPUTS = Object.freeze({
  x: "x1", y: "x2", xSquared: "x1_squared", ySquared: "x2_squared", xTimesY: "x1_x2", sinX: "sin_x1", sinY: "sin_x2",
});
const OTHER_INPUTS = ["cosX", "cosY"];
/** What has no meaning here: there is no article to hide, and nobody is counted. */
const WITHOUT_MEANING = ["collectStats", "hideText"];
/** Keys that our own addresses do not have. */
const ITS_OWN_KEYS = Object.freeze([
  "batchSize", "regDataset", "regularization", "learningRate", "regularizationRate", "networkShape", "showTestData", "discretize",
  "percTrainData", "tutorial", "initZero", ...Object.keys(INPUTS), ...OTHER_INPUTS, ...WITHOUT_MEANING,
]);

const DATASETS = Object.freeze({ circle: "circle", xor: "xor", gauss: "gauss", spiral: "spiral" });
const REGRESSION_DATASETS = Object.freeze({ "reg-plane": "plane", "reg-gauss": "multi_gauss" });

/**
 * What hides which of our controls. Its play button does what our start button does, and so on.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const CONTROLS = Object.freeze({
  playButton: ["start"], stepButton: ["step"], resetButton: ["reset"], learningRate: ["learning-rate"], activation: ["activation"],
  regularization: ["l1", "l2"], regularizationRate: ["l1", "l2"], problem: ["problem"], dataset: ["datasets"], percTrainData: ["test-share"],
  noise: ["noise"], batchSize: ["batch-size"], numHiddenLayers: ["layers"], showTestData: ["show-test"], discretize: ["discretise"],
});

/**
 * @param {ReadonlyMap<string, string>} pairs
 * @returns {boolean}
 */
export function isPlaygroundAddress(pairs) {
  return [...pairs.keys()].some((key) => key.endsWith(HIDE_SUFFIX) || ITS_OWN_KEYS.includes(key));
}

/**
 * @param {ReadonlyMap<string, string>} pairs
 * @param {string[]} leftOut
 * @returns {import("./address.js").ReadAddress}
 */
export function readPlaygroundAddress(pairs, leftOut) {
  const known = new Set();

  /**
   * @template T
   * @param {string} key
   * @param {T} usual what it is where the address does not say, or says what cannot be
   * @param {(text: string) => T|undefined} read
   * @param {readonly [number, number]|null} [range]
   * @returns {T}
   */
  function take(key, usual, read, range = null) {
    known.add(key);
    const text = pairs.get(key)?.trim() ?? "";
    if (text === "") return usual;
    const value = read(text);
    if (value === undefined) leftOut.push(words.address.refused(key, text, range));
    return value ?? usual;
  }
  /** @param {string} key @param {boolean} usual */
  const flag = (key, usual) => take(key, usual, YES_OR_NO.read);
  /** @param {string} key @param {number} usual @param {Form} form */
  const amount = (key, usual, form) => take(key, usual, form.read, form.range);
  /** @param {string} key @param {string} usual @param {Readonly<Record<string, string>>} names */
  const choice = (key, usual, names) => take(key, usual, (text) => (Object.hasOwn(names, text) ? names[text] : undefined));

  const problem = take("problem", "classification", CONFIG_FORMS.problem.read);
  const isRegression = problem === "regression";
  const dataset = choice("dataset", "circle", DATASETS);
  const regressionDataset = choice("regDataset", "plane", REGRESSION_DATASETS);
  const penalty = choice("regularization", "none", { none: "none", L1: "l1", L2: "l2" });
  const rate = amount("regularizationRate", 0, CONFIG_FORMS.l2);
  const seed = take("seed", DEFAULT_CONFIG.seed, seedOf);
  const shape = pairs.get("networkShape")?.trim();
  const hiddenLayers = shape === "" ? [] : take("networkShape", [4, 2], CONFIG_FORMS.hidden_layers.read);

  const config = {
    ...DEFAULT_CONFIG,
    problem,
    loss: "squared_error",
    features: inputs(flag, leftOut),
    hidden_layers: hiddenLayers,
    activation: choice("activation", "tanh", { tanh: "tanh", relu: "relu", sigmoid: "sigmoid", linear: "linear" }),
    initialisation: flag("initZero", false) ? "zeros" : DEFAULT_CONFIG.initialisation,
    optimizer: "sgd",
    learning_rate: amount("learningRate", 0.03, CONFIG_FORMS.learning_rate),
    batch_size: amount("batchSize", 10, CONFIG_FORMS.batch_size),
    l1: penalty === "l1" ? rate : 0,
    l2: penalty === "l2" ? rate : 0,
    train_fraction: amount("percTrainData", 50, number(10, 100)) / 100,
    seed,
  };
  const noise = amount("noise", 0, NOISE_PERCENT) / 100;
  const look = { ...LOOK, discretise: flag("discretize", false), showTest: flag("showTestData", false) };
  for (const key of WITHOUT_MEANING) known.add(key);
  if (take("tutorial", "", String) !== "") leftOut.push(words.address.tutorial);

  const hidden = hiddenControls(pairs, known, leftOut);
  for (const key of pairs.keys()) {
    if (!known.has(key)) leftOut.push(words.address.unknown(key));
  }
  return {
    config,
    origin: {
      dataset: isRegression ? regressionDataset : dataset, count: isRegression ? REGRESSION_POINTS : CLASSIFICATION_POINTS, noise, seed,
      classes: null,
    },
    points: null, look, hidden, leftOut,
  };
}

/**
 * @param {(key: string, usual: boolean) => boolean} flag
 * @param {string[]} leftOut
 * @returns {string[]}
 */
function inputs(flag, leftOut) {
  const chosen = Object.entries(INPUTS).filter(([key]) => flag(key, key === "x" || key === "y")).map(([, feature]) => feature);
  for (const key of OTHER_INPUTS) {
    if (flag(key, false)) leftOut.push(words.address.input(key));
  }
  if (chosen.length > 0) return chosen;
  leftOut.push(words.address.noInput);
  return [...DEFAULT_CONFIG.features];
}

/**
 * @param {ReadonlyMap<string, string>} pairs
 * @param {Set<string>} known is given the keys that were looked at
 * @param {string[]} leftOut
 * @returns {string[]}
 */
function hiddenControls(pairs, known, leftOut) {
  const hidden = new Set();
  for (const [key, text] of pairs) {
    if (!key.endsWith(HIDE_SUFFIX)) continue;
    known.add(key);
    if (text !== "true") continue;
    const name = key.slice(0, -HIDE_SUFFIX.length);
    const controls = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] ?? [] : [];
    for (const control of controls) hidden.add(control);
    if (controls.length === 0 && !WITHOUT_MEANING.includes(name)) leftOut.push(words.address.noControl(name));
  }
  return [...hidden];
}

/**
 * Its seed is any text. A whole number in our bounds stays what it is; all else is hashed, the same text always to the same number.
 * Source of the hash: FNV-1a, 32 bits, G. Fowler, L. C. Noll, K.-P. Vo (1991).
 * @param {string} text
 * @returns {number}
 */
export function seedOf(text) {
  if (/^\d{1,10}$/.test(text) && Number(text) <= MAX_SEED) return Number(text);
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
