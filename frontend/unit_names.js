/** Owns what a person calls the units of the network. */

import { words } from "./words.js";

/** More hidden layers of one size are told as so many times that size. */
const MOST_SIZES = 4;

/** @typedef {{layer: number, unit: number}} Unit layer 0: the chosen features; the last layer: the outputs; both from 0 */
/** @typedef {import("./tiles.js").FeatureName} FeatureName */

/**
 * @param {import("./run_config.js").RunConfig} config
 * @param {Unit} unit
 * @returns {string}
 */
export function unitName({ features, hidden_layers, problem }, { layer, unit }) {
  if (layer === 0) return words.diagram.symbols[/** @type {FeatureName} */ (features[unit])] ?? "";
  if (layer <= hidden_layers.length) return words.diagram.unit(unit + 1, layer);
  return problem === "regression" ? words.diagram.valueOutput : words.diagram.classOutput(unit);
}

/**
 * @param {import("./run_config.js").RunConfig} config
 * @param {import("./parameters.js").Parameter} parameter
 * @returns {string}
 */
export function parameterName(config, [layer, unit, input]) {
  const to = unitName(config, { layer, unit });
  return input === null ? words.diagram.bias(to) : words.diagram.weight(unitName(config, { layer: layer - 1, unit: input }), to);
}

/**
 * @param {import("./run_config.js").RunConfig} config
 * @returns {number} how many outputs the network has
 */
export function outputCount({ problem, classes }) {
  return problem === "regression" ? 1 : classes;
}

/**
 * @param {import("./run_config.js").RunConfig} config
 * @param {string} parameters how many there are, as it is written
 * @returns {string} the whole network in one line
 */
export function networkSummary(config, parameters) {
  const { features, hidden_layers: hidden, activation, layer_activations: perLayer, problem, classes } = config;
  const outputs = problem === "regression" ? words.diagram.valueOutput : words.diagram.outputs(classes);
  const sizes = [words.diagram.inputs(features.length), ...layerSizes(hidden), outputs].join(" › ");
  const isMixed = perLayer.some((name) => name !== null && name !== activation);
  return words.diagram.summary(sizes, parameters, isMixed ? words.diagram.mixed : activation.replace("_", " "));
}

/**
 * @param {readonly number[]} hidden units of each hidden layer
 * @returns {string[]} such as 8, 8, or where many follow each other 10 × 100
 */
function layerSizes(hidden) {
  const [first = 0] = hidden;
  const isUniform = hidden.length > MOST_SIZES && hidden.every((units) => units === first);
  return isUniform ? [words.diagram.layersOf(hidden.length, first)] : hidden.map(String);
}
