import assert from "node:assert/strict";
import test from "node:test";

import { readAddress, writeAddress } from "../../frontend/address.js";
import { seedOf } from "../../frontend/playground_address.js";
import { DEFAULT_CONFIG } from "../../frontend/run_config.js";

/** As that playground itself writes it, with all its keys. */
const WHOLE = "#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0"
  + "&networkShape=4,2&seed=0.46553&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false"
  + "&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false";

test("a whole fragment gives its experiment, and nothing is left out", () => {
  const { config, origin, points, look, hidden, leftOut } = readAddress(WHOLE);
  const seed = seedOf("0.46553");
  assert.deepEqual(leftOut, []);
  assert.deepEqual(config, {
    ...DEFAULT_CONFIG, loss: "squared_error", hidden_layers: [4, 2], optimizer: "sgd", learning_rate: 0.03, batch_size: 10, train_fraction: 0.5,
    seed,
  });
  assert.deepEqual(origin, { dataset: "circle", count: 500, noise: 0, seed, classes: null });
  assert.deepEqual([points, hidden, look.discretise, look.showTest], [null, [], false, false]);
});

test("what a fragment does not name has that playground's default", () => {
  const { config, origin } = readAddress("#networkShape=8,8,8&dataset=spiral");
  assert.deepEqual([config.hidden_layers, config.optimizer, config.learning_rate, config.train_fraction], [[8, 8, 8], "sgd", 0.03, 0.5]);
  assert.deepEqual([origin.dataset, origin.count], ["spiral", 500]);
});

test("inputs, penalties, noise, view and zero weights are taken over", () => {
  const { config, origin, look, leftOut } = readAddress("#x=false&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
    + "&regularization=L1&regularizationRate=0.003&noise=35&percTrainData=80&initZero=true&discretize=true&showTestData=true&activation=relu&batchSize=1");
  assert.deepEqual(config.features, ["x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]);
  assert.deepEqual([config.l1, config.l2, config.train_fraction, config.initialisation], [0.003, 0, 0.8, "zeros"]);
  assert.deepEqual([config.activation, config.batch_size, origin.noise], ["relu", 1, 0.35]);
  assert.deepEqual([look.discretise, look.showTest, leftOut], [true, true, []]);
  assert.equal(readAddress("#regularization=L2&regularizationRate=0.1").config.l2, 0.1);
});

test("a regression takes its dataset of the other key, and its 1,200 points", () => {
  const fragment = "#problem=regression&dataset=spiral&regDataset=reg-gauss&networkShape=3&activation=linear";
  const { config, origin } = readAddress(fragment);
  assert.deepEqual([config.problem, config.loss, config.hidden_layers], ["regression", "squared_error", [3]]);
  assert.deepEqual([origin.dataset, origin.count], ["multi_gauss", 1200]);
  assert.equal(readAddress("#problem=regression&regDataset=reg-plane").origin.dataset, "plane");
});

test("a network without hidden layers is one", () => {
  assert.deepEqual(readAddress("#networkShape=&dataset=gauss").config.hidden_layers, []);
});

test("each of its hidden controls hides ours, and one that says false hides nothing", () => {
  const { hidden, leftOut } = readAddress("#networkShape=1&playButton_hide=true&regularization_hide=true&regularizationRate_hide=true"
    + "&percTrainData_hide=true&noise_hide=false&numHiddenLayers_hide=true&hideText_hide=true");
  assert.deepEqual(hidden, ["start", "l1", "l2", "test-share", "layers"]);
  assert.deepEqual(leftOut, []);
});

test("the same seed is the same number always, a whole number stays what it is", () => {
  assert.equal(seedOf("0.5"), seedOf("0.5"));
  assert.notEqual(seedOf("0.5"), seedOf("0.51"));
  assert.equal(seedOf("42"), 42);
  for (const text of ["0.5", "abc", "4294967296", "ä", "-1"]) assert.ok(seedOf(text) >= 0 && seedOf(text) <= 2 ** 32 - 1);
});

const REFUSED = [
  ["activation=elu", /^activation “elu” \(no such choice\)$/],
  ["dataset=constructor", /dataset “constructor”/],
  ["regDataset=reg-maximum", /regression dataset “reg-maximum”/],
  ["networkShape=8,-8", /hidden layers “8,-8”/],
  ["networkShape=100000000", /hidden layers “100000000”/],
  ["batchSize=0", /batch size “0”/],
  ["learningRate=lots", /learning rate “lots”/],
  ["noise=80", /noise “80” \(0 to 50\)/],
  ["percTrainData=0", /training share in percent “0” \(10 to 100\)/],
  ["cosX=true", /input cosX \(there is none such here\)/],
  ["x=false&y=false", /no input at all \(x and y are taken\)/],
  ["tutorial=intro", /tutorial \(there is none here\)/],
  ["foo_hide=true", /control “foo” \(no such control\)/],
  ["foo=1", /“foo” \(no such setting/],
];
for (const [fragment, sentence] of REFUSED) {
  test(`of ${fragment} the rest is taken, and what was left out is said`, () => {
    const { config, leftOut } = readAddress(`#discretize=true&problem=classification&${fragment}&regularization=L2&regularizationRate=0.25`);
    assert.deepEqual([config.l2, config.optimizer], [0.25, "sgd"]);
    assert.equal(leftOut.length, 1);
    assert.match(leftOut[0], sentence);
  });
}

test("written as our own address it is still the same experiment", () => {
  const { leftOut, ...read } = readAddress(`${WHOLE}&noise_hide=true&discretize=true`);
  assert.deepEqual(leftOut, []);
  assert.deepEqual(readAddress(writeAddress(read).fragment), { ...read, leftOut: [] });
});
