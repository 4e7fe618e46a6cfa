/** Owns what a weight or bias of the network is called on the wire, where its value is in a frame, and what a person may type for it. */

/** @typedef {import("./neuron_frames.js").NeuronFrame} NeuronFrame */
/** @typedef {import("./protocol.js").ParameterAddress} Parameter layer 1 is the first hidden one */

export const LARGEST_PARAMETER = 1000;

/**
 * @param {Parameter} parameter
 * @returns {string} the same for the same parameter
 */
export function parameterKey([layer, unit, input]) {
  return `${layer} ${unit} ${input ?? "bias"}`;
}

/**
 * @param {NeuronFrame} frame
 * @param {Parameter} parameter
 * @returns {number|null} null where the frame does not have it
 */
export function parameterValue(frame, [layer, unit, input]) {
  const before = frame.drawn[layer - 1] ?? 0;
  if (unit >= (frame.drawn[layer] ?? 0) || (input !== null && input >= before)) return null;
  const value = input === null ? frame.biases[(frame.biasStart[layer] ?? 0) + unit]
    : frame.weights[(frame.weightStart[layer] ?? 0) + unit * before + input];
  return value ?? null;
}

/**
 * @param {string} text
 * @returns {number|null} null for what is no number, or beyond what the server takes
 */
export function parseParameter(text) {
  const plain = text.trim().replace("\u2212", "-").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Math.abs(value) <= LARGEST_PARAMETER ? value : null;
}
