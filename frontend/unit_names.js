/** Owns what a person calls the units of the network. */

import { words } from "./words.js";

/** @typedef {{layer: number, unit: number}} Unit layer 0: the chosen features; the last layer: the outputs; both from 0 */
/** @typedef {import("./tiles.js").FeatureName} FeatureName */

/**
 * @param {import("./protocol.js").RunConfig} config
 * @param {Unit} unit
 * @returns {string}
 */
export function unitName({ features, hidden_layers, problem }, { layer, unit }) {
  if (layer === 0) return words.diagram.symbols[/** @type {FeatureName} */ (features[unit])] ?? "";
  if (layer <= hidden_layers.length) return words.diagram.unit(unit + 1, layer);
  return problem === "regression" ? words.diagram.valueOutput : words.diagram.classOutput(unit);
}

/**
 * @param {import("./protocol.js").RunConfig} config
 * @param {import("./parameters.js").Parameter} parameter
 * @returns {string}
 */
export function parameterName(config, [layer, unit, input]) {
  const to = unitName(config, { layer, unit });
  return input === null ? words.diagram.bias(to) : words.diagram.weight(unitName(config, { layer: layer - 1, unit: input }), to);
}

/**
 * @param {import("./protocol.js").RunConfig} config
 * @returns {number} how many outputs the network has
 */
export function outputCount({ problem, classes }) {
  return problem === "regression" ? 1 : classes;
}
