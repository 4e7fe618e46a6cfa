import assert from "node:assert/strict";
import test from "node:test";

import { openFrame } from "../../frontend/frames.js";
import { decodeNeurons } from "../../frontend/neuron_frames.js";
import { parameterKey, parameterValue, parseParameter } from "../../frontend/parameters.js";
import { neuronFrame } from "./neuron_frame.js";

const frame = decodeNeurons(openFrame(neuronFrame({
  units: [2, 100, 3], weight: (layer, unit, input) => 100 * layer + 10 * unit + input, bias: (layer, unit) => -(10 * layer + unit),
})));

test("a weight is found by where it leads to and comes from, a bias by its unit", () => {
  assert.equal(parameterValue(frame, [2, 1, 7]), 217);
  assert.equal(parameterValue(frame, [1, 5, 1]), 151);
  assert.equal(parameterValue(frame, [2, 2, null]), -22);
});

test("a parameter that the frame does not have has no value", () => {
  for (const parameter of [[1, 8, 0], [1, 0, 2], [3, 0, null], [2, 3, null]]) assert.equal(parameterValue(frame, parameter), null);
});

test("two parameters have the same key only if they are the same", () => {
  const keys = [[1, 0, 0], [1, 0, null], [1, 1, 0], [2, 0, 0], [11, 0, 0], [1, 10, 0]].map(parameterKey);
  assert.equal(new Set(keys).size, keys.length);
});

for (const [text, value] of [["0.5", 0.5], [" -2 ", -2], ["\u22121,25", -1.25], ["+3.", 3], [".5", 0.5], ["1e2", 100], ["1000", 1000], ["-1000", -1000]]) {
  test(`"${text}" is ${value}`, () => assert.equal(parseParameter(text), value));
}

for (const text of ["", "  ", "abc", "1000.1", "-1001", "1e9", "NaN", "Infinity", "0x10", "1,2,3", "1.2.3", "--1", "5 apples"]) {
  test(`"${text}" is no value for a weight`, () => assert.equal(parseParameter(text), null));
}
