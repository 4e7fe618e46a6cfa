import assert from "node:assert/strict";
import test from "node:test";

import { networkSummary, outputCount, parameterName, unitName } from "../../frontend/unit_names.js";
import { CONFIG } from "./fakes.js";

const REGRESSION = { ...CONFIG, problem: "regression" };

test("a unit is called by its feature, by its place, or by what it answers", () => {
  const names = (config) => [[0, 1], [2, 7], [3, 1]].map(([layer, unit]) => unitName(config, { layer, unit }));
  assert.deepEqual(names({ ...CONFIG, features: ["x1", "sin_x2"] }), ["sin x₂", "unit 8 of layer 2", "class 1"]);
  assert.deepEqual(names(REGRESSION), ["x₂", "unit 8 of layer 2", "value"]);
  assert.equal(unitName(CONFIG, { layer: 0, unit: 5 }), "", "a feature that is not chosen");
});

test("a weight is called by both its ends, a bias by its unit", () => {
  assert.equal(parameterName(CONFIG, [1, 0, 1]), "x₂ → unit 1 of layer 1");
  assert.equal(parameterName(CONFIG, [1, 0, null]), "bias of unit 1 of layer 1");
});

test("a regression has one output, a classification one for each class", () => {
  assert.deepEqual([outputCount(REGRESSION), outputCount({ ...CONFIG, classes: 5 })], [1, 5]);
});

test("the whole network is told in one line", () => {
  assert.equal(networkSummary(CONFIG, "114"), "2 inputs › 8 › 8 › 2 classes · 114 parameters · tanh");
  const wide = { ...REGRESSION, hidden_layers: [100, 100, 100, 100, 100], features: ["x1"], activation: "leaky_relu" };
  assert.equal(networkSummary(wide, "9"), "1 input › 5 × 100 › value · 9 parameters · leaky relu");
  assert.match(networkSummary({ ...CONFIG, hidden_layers: [5, 5, 5, 5] }, "9"), /› 5 › 5 › 5 › 5 ›/);
  assert.match(networkSummary({ ...wide, hidden_layers: [100, 100, 100, 100, 99] }, "9"), /› 100 › 99 ›/);
  assert.match(networkSummary({ ...CONFIG, layer_activations: ["relu", null] }, "9"), /mixed activations$/);
  assert.match(networkSummary({ ...CONFIG, layer_activations: ["tanh", null] }, "9"), /tanh$/);
});
