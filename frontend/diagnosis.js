/**
 * Owns what can be said about a run from measured evidence, and what helps: pure functions of the settings, the last readings and the
 * newest METRICS. The limits were found on recorded runs, see specs/003-full-playground/research.md.
 */

import { median } from "./loss_history.js";
import { dropout, lowerRate, otherActivation, penalty, usualWeights } from "./remedies.js";

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./remedies.js").Remedy} Remedy */
/** @typedef {"diverged"|"zeros"|"rate"|"dead"|"vanishing"|"linear"|"overfitting"} FindingKind */
/**
 * @typedef {{kind: "diverged", evidence: {step: number, rate: number}, remedy: Remedy}
 *   | {kind: "zeros", evidence: {layers: number}, remedy: Remedy}
 *   | {kind: "rate", evidence: {least: number, most: number, rate: number}, remedy: Remedy}
 *   | {kind: "dead", evidence: {layer: number, dead: number, units: number}, remedy: Remedy}
 *   | {kind: "vanishing", evidence: {times: number|null}, remedy: Remedy}
 *   | {kind: "linear", evidence: {accuracy: number}, remedy: Remedy}
 *   | {kind: "overfitting", evidence: {from: number, to: number, epoch: number}, remedy: Remedy}} Finding
 */
/**
 * @typedef {object} Evidence
 * @property {RunConfig} config
 * @property {Pick<import("./state.js").Run, "state"|"step"|"epoch">} run
 * @property {import("./loss_history.js").LossHistory} history
 * @property {import("./protocol.js").MetricsMessage|null} metrics
 */

/** Mean change from reading to reading, beside the mean loss. A healthy run stays below 0.1, one that jumps lies above 0.25. */
const SWING = 0.18;
/** Share of readings where the loss turns: 2/3 for pure chance, near 0 for a loss that falls. */
const TURNS = 0.4;
/** The later half's median beside the earlier one's: above, the loss does not fall. */
const NO_PROGRESS = 0.85;
const NO_FALL = 0.97;
const DEAD_SHARE = 0.5;
const VANISHING_RATIO = 1e-3;
const SOLVED_ACCURACY = 0.95;
const LINE_ACCURACY = 0.9;
const LINE_EPOCHS = 5;
const OVERFIT_RISE = 1.3;
const OVERFIT_TRAIN_FALL = 0.9;
/** A loss that is worth talking about, and a rise that is: a tenth of what guessing costs. */
const NOTABLE = Object.freeze({ cross_entropy: { loss: 0.2, rise: 0.07 }, squared_error: { loss: 0.1, rise: 0.05 }, huber: { loss: 0.03, rise: 0.02 } });

/**
 * @param {Evidence} evidence
 * @returns {Finding[]} what is true now, the gravest first
 */
export function diagnose(evidence) {
  const { run } = evidence;
  if (run.state === "DIVERGED") return [diverged(evidence)];
  if (run.step === 0 || run.state === "FAILED") return [];
  const found = [zeroWeights(evidence), rateTooHigh(evidence), deadUnits(evidence), vanishing(evidence), linear(evidence), overfitting(evidence)];
  return found.filter((finding) => finding !== null);
}

/**
 * @param {RunConfig} config
 * @returns {string[]} of each hidden layer
 */
function activationsOf({ hidden_layers, activation, layer_activations }) {
  return hidden_layers.map((_, layer) => layer_activations[layer] ?? activation);
}

/**
 * @param {Evidence} evidence
 * @returns {Finding}
 */
function diverged({ config, run }) {
  return { kind: "diverged", evidence: { step: run.step, rate: config.learning_rate }, remedy: lowerRate(config, true) };
}

/**
 * @param {Evidence} evidence
 * @returns {Finding|null} all weights were zero at first, so that the units of a layer are all the same, and the loss does not fall
 */
function zeroWeights({ config, history }) {
  const layers = config.hidden_layers.length;
  if (config.initialisation !== "zeros" || layers === 0 || !isStuck(history)) return null;
  return { kind: "zeros", evidence: { layers }, remedy: usualWeights() };
}

/**
 * @param {Evidence} evidence
 * @returns {Finding|null} the train loss jumps up and down and does not fall
 */
function rateTooHigh({ config, history }) {
  const losses = history.window.map(({ trainLoss }) => trainLoss);
  if (losses.length === 0 || fall(losses) < NO_PROGRESS || median(losses) < notable(config).loss) return null;
  const changes = losses.slice(1).map((loss, index) => loss - (losses[index] ?? loss));
  const turns = changes.slice(1).filter((change, index) => change * (changes[index] ?? 0) < 0).length / (changes.length - 1);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const swing = changes.reduce((sum, change) => sum + Math.abs(change), 0) / changes.length / mean;
  if (!(swing > SWING && turns > TURNS)) return null;
  const evidence = { least: Math.min(...losses), most: Math.max(...losses), rate: config.learning_rate };
  return { kind: "rate", evidence, remedy: lowerRate(config, false) };
}

/**
 * @param {Evidence} evidence
 * @returns {Finding|null} half of a layer of ReLUs gives the same for every point, and the loss does not fall
 */
function deadUnits({ config, history, metrics }) {
  if (metrics === null || !isStuck(history)) return null;
  const activations = activationsOf(config);
  let layer = -1;
  metrics.dead_shares.forEach((share, index) => {
    if (activations[index] === "relu" && share >= DEAD_SHARE && share > (metrics.dead_shares[layer] ?? 0)) layer = index;
  });
  const units = config.hidden_layers[layer];
  if (units === undefined) return null;
  const evidence = { layer: layer + 1, dead: Math.round((metrics.dead_shares[layer] ?? 0) * units), units };
  return { kind: "dead", evidence, remedy: otherActivation(config, "leaky_relu") };
}

/**
 * @param {Evidence} evidence
 * @returns {Finding|null} hardly any gradient comes through to the first layer, and the loss does not fall
 */
function vanishing({ config, history, metrics }) {
  if (metrics === null || config.hidden_layers.length < 2 || !isStuck(history)) return null;
  const first = metrics.gradient_norms[0] ?? null;
  const last = metrics.gradient_norms.at(-1) ?? null;
  if (first === null || last === null || !(last > 0) || !(first / last < VANISHING_RATIO)) return null;
  return { kind: "vanishing", evidence: { times: first > 0 ? last / first : null }, remedy: otherActivation(config, "relu") };
}

/**
 * @param {Evidence} evidence
 * @returns {Finding|null} nothing in the network bends, and the accuracy stays low
 */
function linear({ config, run, history }) {
  const bends = config.layer_norm || activationsOf(config).some((activation) => activation !== "linear")
    || config.features.some((feature) => feature !== "x1" && feature !== "x2");
  if (bends || config.problem !== "classification" || run.epoch < LINE_EPOCHS) return null;
  const { window } = history;
  const accuracies = window.flatMap(({ trainAccuracy }) => (trainAccuracy === null ? [] : [trainAccuracy]));
  if (accuracies.length === 0 || fall(window.map(({ trainLoss }) => trainLoss)) < NO_FALL) return null;
  if (!(median(accuracies) < LINE_ACCURACY)) return null;
  const accuracy = Math.max(...accuracies);
  return { kind: "linear", evidence: { accuracy }, remedy: otherActivation(config, "tanh") };
}

/**
 * @param {Evidence} evidence
 * @returns {Finding|null} the test loss lies well above its lowest while the train loss went on falling
 */
function overfitting({ config, history }) {
  const { best, now } = history;
  if (best === null || now === null) return null;
  const rose = now.testLoss > best.testLoss * OVERFIT_RISE && now.testLoss - best.testLoss > notable(config).rise;
  if (!rose || !(now.trainLoss < best.trainLoss * OVERFIT_TRAIN_FALL)) return null;
  const evidence = { from: best.testLoss, to: now.testLoss, epoch: best.epoch };
  return { kind: "overfitting", evidence, remedy: penalty(config) ?? dropout(config) };
}

/**
 * @param {import("./loss_history.js").LossHistory} history
 * @returns {boolean} whether there is something left to learn and it is not learned
 */
function isStuck({ window }) {
  if (window.length === 0 || fall(window.map(({ trainLoss }) => trainLoss)) < NO_FALL) return false;
  const accuracies = window.flatMap(({ trainAccuracy }) => (trainAccuracy === null ? [] : [trainAccuracy]));
  return accuracies.length === 0 || median(accuracies) < SOLVED_ACCURACY;
}

/**
 * @param {readonly number[]} losses
 * @returns {number} the later half's median beside the earlier one's: 1 where the loss stands still
 */
function fall(losses) {
  const half = losses.length >> 1;
  const earlier = median(losses.slice(0, half));
  return earlier > 0 ? median(losses.slice(half)) / earlier : 0;
}

/** @param {RunConfig} config */
function notable({ loss }) {
  return NOTABLE[/** @type {keyof typeof NOTABLE} */ (loss)] ?? NOTABLE.cross_entropy;
}
