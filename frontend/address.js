/** Owns the address: an experiment as the text behind `#`, and back. Only what differs from the defaults is written. */

import { CONFIG_FORMS, COUNT, HIDDEN, LOOK, LOOK_FORMS, NOISE_PERCENT, whole } from "./address_fields.js";
import { packPoints, unpackPoints } from "./address_points.js";
import { isPlaygroundAddress, readPlaygroundAddress } from "./playground_address.js";
import { MAX_POINTS } from "./protocol.js";
import { DATASETS, DEFAULT_CONFIG, LOSSES, MAX_CLASSES, MAX_SEED, MIN_CLASSES } from "./run_config.js";
import { words } from "./words.js";

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./address_points.js").AddressPoint} AddressPoint */
/**
 * @typedef {object} AddressOrigin the ready dataset, and all that makes it
 * @property {string} dataset
 * @property {number} count
 * @property {number} noise fraction from 0 to 0.5
 * @property {number} seed
 * @property {number|null} classes null: as many as the dataset and the config both have
 */
/**
 * @typedef {object} Experiment
 * @property {RunConfig} config
 * @property {AddressOrigin|null} origin
 * @property {readonly AddressPoint[]|null} points null where they are the dataset's, or none are named
 * @property {import("./address_fields.js").AddressLook} look
 * @property {readonly string[]} hidden names of controls
 */
/** @typedef {Experiment & {leftOut: readonly string[], refusal?: string}} ReadAddress leftOut: what the address names and cannot be taken, in words; refusal: why nothing of it is opened */

/** An address longer than this is cut down by mail programs and chats, and so is not made. */
export const MAX_ADDRESS_LETTERS = 8000;
/** Nor is one read that is far longer than any we write. */
const MAX_READ_LETTERS = 4 * MAX_ADDRESS_LETTERS;
const DEFAULT_COUNT = 200;

const SEED = whole(0, MAX_SEED);
const DATA_CLASSES = whole(MIN_CLASSES, MAX_CLASSES);

/**
 * @param {Experiment} experiment
 * @returns {{fragment: string, pointsLeftOut: boolean}} the fragment without `#`; points are left out where they do not fit
 */
export function writeAddress({ config, origin, points, look, hidden }) {
  /** @type {[key: string, text: string][]} */
  const pairs = [];
  if (origin !== null) {
    pairs.push(["dataset", origin.dataset]);
    if (origin.count !== DEFAULT_COUNT) pairs.push(["count", COUNT.write(origin.count)]);
    if (origin.noise !== 0) pairs.push(["noise", NOISE_PERCENT.write(percentOf(origin.noise))]);
    if (origin.seed !== config.seed) pairs.push(["data_seed", SEED.write(origin.seed)]);
    if (origin.classes !== null) pairs.push(["data_classes", DATA_CLASSES.write(origin.classes)]);
  }
  for (const [field, form] of configForms()) {
    const usual = field === "loss" ? LOSSES[config.problem]?.[0] : DEFAULT_CONFIG[field];
    const text = form.write(config[field]);
    if (text !== form.write(usual)) pairs.push([field, text]);
  }
  for (const [key, field, form] of LOOK_FORMS) {
    if (look[field] !== LOOK[field]) pairs.push([key, form.write(look[field])]);
  }
  if (hidden.length > 0) pairs.push(["hide", HIDDEN.write(hidden)]);
  const short = pairs.map((pair) => pair.join("=")).join("&");
  if (origin !== null || points === null || points.length === 0) return { fragment: short, pointsLeftOut: false };
  const fragment = [...pairs, ["points", packPoints(points)]].map((pair) => pair.join("=")).join("&");
  return fragment.length > MAX_ADDRESS_LETTERS ? { fragment: short, pointsLeftOut: true } : { fragment, pointsLeftOut: false };
}

/**
 * @param {string} fragment with or without `#`
 * @returns {ReadAddress}
 */
export function readAddress(fragment) {
  const text = fragment.replace(/^#/, "");
  /** @type {string[]} */
  const leftOut = [];
  if (text.length > MAX_READ_LETTERS) return { ...ofConfig(DEFAULT_CONFIG), leftOut, refusal: words.address.tooLong(text.length) };
  const pairs = pairsOf(text, leftOut);
  if (isPlaygroundAddress(pairs)) return readPlaygroundAddress(pairs, leftOut);

  /**
   * @template T
   * @param {string} key
   * @param {import("./address_fields.js").Form<T>} form
   * @returns {T|undefined} undefined where it is not named, or cannot be taken
   */
  function take(key, form) {
    const written = pairs.get(key);
    pairs.delete(key);
    if (written === undefined) return undefined;
    const value = form.read(written);
    if (value === undefined) leftOut.push(words.address.refused(key, written, form.range ?? null));
    return value;
  }

  const config = takeConfig(take, pairs, leftOut);
  const origin = takeOrigin(take, config, leftOut);
  const look = { ...LOOK, ...Object.fromEntries(LOOK_FORMS.map(([key, field, form]) => [field, take(key, form) ?? LOOK[field]])) };
  const hidden = take("hide", HIDDEN) ?? [];
  const points = takePoints(pairs, config.classes, origin !== null, leftOut);
  for (const key of pairs.keys()) leftOut.push(words.address.unknown(key));
  return { config, origin, points, look, hidden, leftOut };
}

/** @typedef {<T>(key: string, form: import("./address_fields.js").Form<T>) => T|undefined} Take */

/**
 * @param {Take} take
 * @param {ReadonlyMap<string, string>} pairs
 * @param {string[]} leftOut
 * @returns {RunConfig}
 */
function takeConfig(take, pairs, leftOut) {
  const dataset = DATASETS[pairs.get("dataset") ?? ""];
  // A dataset alone says which problem it is for.
  const problem = take("problem", CONFIG_FORMS.problem) ?? dataset?.problem ?? DEFAULT_CONFIG.problem;
  const namesLoss = pairs.has("loss");
  const named = configForms().map(([field, form]) => [field, field === "problem" ? problem : take(field, form) ?? DEFAULT_CONFIG[field]]);
  /** @type {RunConfig} */
  const config = Object.fromEntries(named);
  const losses = LOSSES[problem] ?? [];
  const loss = losses.includes(config.loss) ? config.loss : losses[0] ?? DEFAULT_CONFIG.loss;
  if (loss !== config.loss && namesLoss) leftOut.push(words.address.otherProblem(config.loss));
  return { ...config, loss };
}

/**
 * @param {Take} take
 * @param {RunConfig} config
 * @param {string[]} leftOut
 * @returns {AddressOrigin|null}
 */
function takeOrigin(take, config, leftOut) {
  const dataset = take("dataset", { read: (text) => (Object.hasOwn(DATASETS, text) ? text : undefined), write: String });
  const count = take("count", COUNT) ?? DEFAULT_COUNT;
  const percent = take("noise", NOISE_PERCENT) ?? 0;
  const seed = take("data_seed", SEED) ?? config.seed;
  const classes = take("data_classes", DATA_CLASSES) ?? null;
  const kind = DATASETS[dataset ?? ""];
  if (dataset === undefined || kind === undefined) return null;
  if (kind.problem !== config.problem) {
    leftOut.push(words.address.otherProblem(dataset));
    return null;
  }
  const fits = classes === null || (classes >= kind.classes[0] && classes <= Math.min(kind.classes[1], config.classes));
  if (!fits) leftOut.push(words.address.dataClasses(classes, dataset));
  return { dataset, count, noise: percent / 100, seed, classes: fits ? classes : null };
}

/**
 * @param {Map<string, string>} pairs
 * @param {number} classes
 * @param {boolean} others whether there is a dataset, which goes before
 * @param {string[]} leftOut
 * @returns {readonly AddressPoint[]|null}
 */
function takePoints(pairs, classes, others, leftOut) {
  const text = pairs.get("points");
  pairs.delete("points");
  if (text === undefined) return null;
  if (others) {
    leftOut.push(words.address.pointsAndDataset);
    return null;
  }
  const points = text.length > MAX_ADDRESS_LETTERS ? null : unpackPoints(text);
  if (points === null || points.length > MAX_POINTS) {
    leftOut.push(words.address.unreadablePoints);
    return null;
  }
  const kept = points.filter(([, , label]) => label < classes);
  if (kept.length < points.length) leftOut.push(words.address.pointsOfOtherClasses(points.length - kept.length, classes));
  return kept;
}

/**
 * @param {string} text
 * @param {string[]} leftOut
 * @returns {Map<string, string>} the last of each key
 */
function pairsOf(text, leftOut) {
  /** @type {Map<string, string>} */
  const pairs = new Map();
  for (const part of text.split("&")) {
    if (part === "") continue;
    const split = part.includes("=") ? part.indexOf("=") : part.length;
    try {
      pairs.set(decodeURIComponent(part.slice(0, split)), decodeURIComponent(part.slice(split + 1)));
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      leftOut.push(words.address.unknown(part));
    }
  }
  return pairs;
}

/**
 * @param {RunConfig} config
 * @returns {Experiment} with these settings, and nothing else said
 */
export function ofConfig(config) {
  return { config, origin: null, points: null, look: LOOK, hidden: [] };
}

function configForms() {
  return /** @type {[keyof RunConfig, import("./address_fields.js").Form<any>][]} */ (Object.entries(CONFIG_FORMS));
}

/** @param {number} fraction */
function percentOf(fraction) {
  return Number((100 * fraction).toPrecision(12));
}
