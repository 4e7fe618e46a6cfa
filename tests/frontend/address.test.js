import assert from "node:assert/strict";
import test from "node:test";

import { MAX_ADDRESS_LETTERS, ofConfig, readAddress, writeAddress } from "../../frontend/address.js";
import { ACTIVATIONS, DATASETS, DEFAULT_CONFIG, FEATURES, INITIALISATIONS, LOSSES, OPTIMIZERS, SCHEDULES } from "../../frontend/run_config.js";
import { words } from "../../frontend/words.js";

/** Mulberry32: the same experiments at every run. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function randomExperiment(random) {
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const some = (list) => list.filter(() => random() < 0.5);
  const many = (most, make) => Array.from({ length: below(most + 1) }, make);
  const maybe = (value, otherwise) => (random() < 0.5 ? value : otherwise);
  const flag = () => random() < 0.5;
  const problem = pick(Object.keys(LOSSES));
  const features = some(FEATURES);
  const config = {
    problem, loss: pick(LOSSES[problem]), classes: 2 + below(7), features: features.length > 0 ? features : ["sin_x2"],
    hidden_layers: many(10, () => 1 + below(100)), activation: pick(ACTIVATIONS),
    layer_activations: many(10, () => maybe(pick(ACTIVATIONS), null)), layer_norm: flag(), initialisation: pick(INITIALISATIONS),
    optimizer: pick(OPTIMIZERS), learning_rate: maybe(random() * 1e6, 10 ** -below(12)) || 1, schedule: pick(SCHEDULES),
    schedule_epochs: 1 + below(100_000), schedule_factor: 1 - random(), weight_decay: maybe(random() * 10, null),
    gradient_clip: random() * 1000, batch_size: 1 + below(5000), l1: random() * 10, l2: maybe(random() / 1e9, 0), dropout: random() * 0.9,
    train_fraction: 0.1 + random() * 0.9, speed: random() * 1000, speed_unit: pick(["epoch", "step"]), stop_epochs: below(1e9 + 1),
    stop_loss: random() * 1e6, stop_accuracy: random(), seed: below(2 ** 32),
  };
  for (const [field, value] of Object.entries(DEFAULT_CONFIG)) if (field !== "problem" && field !== "loss" && flag()) config[field] = value;
  const place = () => Math.round((random() * 12 - 6) * 1e4) / 1e4 + 0;
  const names = Object.keys(DATASETS).filter((name) => DATASETS[name].problem === problem);
  const origin = flag() ? {
    dataset: pick(names), count: 2 + below(4999), noise: below(51) / 100, seed: below(2 ** 32), classes: null,
  } : null;
  const points = origin === null && flag() ? Array.from({ length: 1 + below(300) }, () => (
    [place(), place(), below(config.classes), maybe(Math.round((random() * 2 - 1) * 1e4) / 1e4 + 0, null)])) : null;
  return {
    config, origin, points,
    look: { view: pick(["plane", "network"]), discretise: flag(), showTest: flag(), ticks: flag(), presenting: flag(), logLoss: flag() },
    hidden: some(["noise", "csv", "batch-size", "start", "l1"]),
  };
}

test("what was written is read again, whatever the experiment", () => {
  const random = randomNumbers(3);
  for (let turn = 0; turn < 1000; turn += 1) {
    const experiment = randomExperiment(random);
    const { fragment, pointsLeftOut } = writeAddress(experiment);
    assert.equal(pointsLeftOut, false);
    assert.ok(fragment.length <= MAX_ADDRESS_LETTERS);
    assert.match(fragment, /^[\w=&,.+-]*$/, "letters that no program changes on the way");
    assert.deepEqual(readAddress(`#${fragment}`), { ...experiment, leftOut: [] });
  }
});

test("as the page opens there is nothing to write, and nothing written is as the page opens", () => {
  const usual = ofConfig(DEFAULT_CONFIG);
  assert.equal(writeAddress(usual).fragment, "");
  assert.deepEqual(readAddress(""), { ...usual, leftOut: [] });
});

test("an address is short and can be read by a person", () => {
  const { fragment } = writeAddress({
    ...ofConfig({ ...DEFAULT_CONFIG, hidden_layers: [4, 2], activation: "relu", features: ["x1", "x1_squared"], layer_activations: [null, "sine"] }),
    origin: { dataset: "spiral", count: 500, noise: 0.25, seed: 7, classes: null },
    hidden: ["noise", "csv"],
  });
  assert.equal(fragment, "dataset=spiral&count=500&noise=25&features=x1,x1_squared&hidden_layers=4,2&activation=relu&layer_activations=same,sine&hide=noise,csv");
});

test("points that are too many for an address are left out, and that is said", () => {
  const points = Array.from({ length: 1300 }, (_, index) => [index / 1000, 0, 0, null]);
  const { fragment, pointsLeftOut } = writeAddress({ ...ofConfig(DEFAULT_CONFIG), points });
  assert.deepEqual([fragment, pointsLeftOut], ["", true]);
  assert.equal(writeAddress({ ...ofConfig(DEFAULT_CONFIG), points: points.slice(0, 1150) }).pointsLeftOut, false);
});

test("a regression dataset alone is a regression", () => {
  const { config, origin, leftOut } = readAddress("dataset=multi_gauss");
  assert.deepEqual([config.problem, config.loss, origin.dataset, leftOut], ["regression", "squared_error", "multi_gauss", []]);
});

const REFUSED = [
  ["activation=foo", /^activation “foo” \(no such choice\)$/],
  ["batch_size=0", /^batch size “0” \(1 to 5,000\)$/],
  ["batch_size=10.5", /batch size “10.5”/],
  ["learning_rate=0", /^learning rate “0” \(above 0, at most 1,000,000\)$/],
  ["learning_rate=Infinity", /learning rate/],
  ["learning_rate=NaN", /learning rate/],
  ["learning_rate=0x10", /learning rate/],
  ["learning_rate=1e999", /learning rate/],
  ["classes=9", /number of classes “9” \(2 to 8\)/],
  ["hidden_layers=8,0", /^hidden layers “8,0” \(at most 10 layers, each can have 1 to 100 units\)$/],
  ["hidden_layers=1,1,1,1,1,1,1,1,1,1,1", /hidden layers/],
  [`hidden_layers=${"1,".repeat(9000)}1`, /hidden layers “1,1,1/],
  ["hidden_layers=8,,8", /hidden layers/],
  ["features=x1,x1", /inputs “x1,x1”/],
  ["features=none", /inputs “none”/],
  ["layer_norm=maybe", /layer norm “maybe”/],
  ["seed=-1", /seed “-1”/],
  ["seed=4294967296", /seed/],
  ["dataset=constructor", /dataset “constructor”/],
  ["problem=toString", /problem “toString”/],
  ["dataset=xor&count=1000000000", /number of points “1000000000” \(2 to 5,000\)/],
  ["dataset=xor&noise=51", /noise “51” \(0 to 50\)/],
  ["dataset=xor&data_classes=3&classes=4", /3 classes of xor \(it cannot have them\)/],
  ["dataset=plane&problem=classification", /“plane” \(for the other problem\)/],
  ["problem=regression&loss=cross_entropy", /“cross_entropy” \(for the other problem\)/],
  ["view=upside_down", /view “upside_down”/],
  ["hide=<img>", /hidden controls “<img>”/],
  ["points=a", /points \(they cannot be read\)/],
  ["points=a%20", /points \(they cannot be read\)/],
  ["points=aAAAAAA", /points \(they cannot be read\)/],
  ["points=a_____w", /points \(they cannot be read\)/],
  ["points=z____", /points \(they cannot be read\)/],
  ["dataset=xor&points=aAAAAAAA", /points \(a ready dataset is taken alone\)/],
  ["foo=1", /^“foo” \(no such setting\)$/],
  ["__proto__=1", /“__proto__” \(no such setting/],
  ["%E0%A4%A=1", /no such setting/],
  ["<script>alert(1)</script>", /“<script>alert\(1\)<\/script>”/],
];
for (const [fragment, sentence] of REFUSED) {
  test(`of ${fragment.slice(0, 60)} the rest is taken, and what was left out is said`, () => {
    const { leftOut, config } = readAddress(`#l1=0.5&${fragment}&dropout=0.25`);
    assert.deepEqual([config.l1, config.dropout], [0.5, 0.25]);
    assert.equal(leftOut.length, 1);
    assert.match(leftOut[0], sentence);
    assert.ok(leftOut[0].length < 200);
  });
}

test("what was left out is one plain sentence, however much it is", () => {
  const { leftOut } = readAddress("hidden_layers=0,500&learning_rate=1e99&foo=1&bar=1");
  assert.equal(words.address.notice(leftOut), "Left out of the address: hidden layers “0,500” (at most 10 layers, each can have 1 to 100 units), "
    + "learning rate “1e99” (above 0, at most 1,000,000), “foo” (no such setting) and 1 more. Everything else was opened.");
});

test("points of a class that there is not are left out, the others stay", () => {
  const { fragment } = writeAddress({ ...ofConfig({ ...DEFAULT_CONFIG, classes: 3 }), points: [[1, 1, 0, null], [2, 2, 2, null]] });
  const { points, leftOut } = readAddress(fragment.replace("classes=3&", ""));
  assert.deepEqual(points, [[1, 1, 0, null]]);
  assert.deepEqual(leftOut, ["1 point (of a class beyond the 2)"]);
});

test("an address far longer than any of ours is not taken apart", () => {
  const { config, leftOut, refusal } = readAddress(`#${"l1=1&".repeat(10_000)}`);
  assert.deepEqual([config.l1, leftOut], [0, []]);
  assert.equal(refusal, "The address is far too long (50,000 letters) and was not opened.");
});

test("no text makes reading fail", () => {
  const random = randomNumbers(11);
  const letters = "abxy01,.-=&%#_< ez";
  for (let turn = 0; turn < 3000; turn += 1) {
    const text = Array.from({ length: Math.floor(random() * 60) }, () => letters[Math.floor(random() * letters.length)]).join("");
    const { config } = readAddress(`#points=${text}&activation=${text}&${text}`);
    assert.equal(config.classes, 2);
  }
});
