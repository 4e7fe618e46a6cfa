/** Owns what helps against what the diagnosis finds: a change of settings, and whether it takes new weights. */

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {{patch: Partial<RunConfig>, startsOver: boolean}} Remedy startsOver: training begins again with new weights */

/** Where each optimizer learns well on the plane's datasets. @type {Readonly<Record<string, number>>} */
const USUAL_RATES = Object.freeze({ sgd: 0.03, momentum: 0.01, nesterov: 0.01, adam: 0.01, adamw: 0.01, rmsprop: 0.01, adagrad: 0.1 });
/** A rate so many times above the usual is not divided by three again and again: the usual one takes its place. */
const FAR = 10;
const PENALTY = 0.003;
const DROPOUT = 0.2;
const MOST_DROPOUT = 0.5;
const NEW_LAYER_UNITS = 8;

/**
 * @param {RunConfig} config
 * @param {boolean} diverged whether the weights are lost
 * @returns {Remedy} a third of the learning rate; where that is still far too much, the usual one with new weights
 */
export function lowerRate({ optimizer, learning_rate }, diverged) {
  const usual = USUAL_RATES[optimizer] ?? 0.01;
  const lower = onLadder(learning_rate / (diverged ? 10 : 3));
  const isFar = learning_rate > FAR * usual;
  return { patch: { learning_rate: isFar ? usual : lower }, startsOver: diverged || isFar };
}

/**
 * @param {RunConfig} config
 * @param {"leaky_relu"|"relu"|"tanh"} wanted
 * @returns {Remedy} that activation everywhere, with what it needs beside it
 */
export function otherActivation(config, wanted) {
  /** @type {Partial<RunConfig>} */
  const patch = {};
  if (config.hidden_layers.length === 0) patch.hidden_layers = [NEW_LAYER_UNITS];
  if (config.activation !== wanted && !(wanted === "tanh" && config.activation !== "linear")) patch.activation = wanted;
  if (config.layer_activations.some((activation) => activation !== null)) patch.layer_activations = [];
  if (wanted !== "tanh" && config.initialisation !== "he") patch.initialisation = "he";
  if (wanted !== "tanh" && config.learning_rate > FAR * (USUAL_RATES[config.optimizer] ?? 0.01)) patch.learning_rate = USUAL_RATES[config.optimizer] ?? 0.01;
  // All of it is there already: then normalised layers help most.
  if (Object.keys(patch).length === 0) patch.layer_norm = !config.layer_norm;
  return { patch, startsOver: true };
}

/** @returns {Remedy} the first weights that a network usually has */
export function usualWeights() {
  return { patch: { initialisation: "pytorch" }, startsOver: true };
}

/**
 * @param {RunConfig} config
 * @returns {Remedy|null} a penalty on large weights, null where there is one
 */
export function penalty({ l2 }) {
  return l2 < PENALTY ? { patch: { l2: PENALTY }, startsOver: false } : null;
}

/**
 * @param {RunConfig} config
 * @returns {Remedy} dropout, or a stronger penalty where there is no unit to drop or enough is dropped
 */
export function dropout(config) {
  if (config.hidden_layers.length > 0 && config.dropout < MOST_DROPOUT) {
    return { patch: { dropout: Math.max(DROPOUT, Math.round((config.dropout + 0.1) * 100) / 100) }, startsOver: false };
  }
  return { patch: { l2: Math.min(1, onLadder(config.l2 * 3.1)) }, startsOver: false };
}

/**
 * @param {number} value above 0
 * @returns {number} the nearest of 1 and 3 times a power of ten, as the page's lists have them
 */
function onLadder(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return Number(((digit < 2 ? 1 : digit < 6 ? 3 : 10) * power).toPrecision(1));
}
