import assert from "node:assert/strict";
import test from "node:test";

import { setUp } from "./desk.js";
import { CONFIG, sessionMessage, settle } from "./fakes.js";

const SETS = [
  { name: "circle", problem: "classification", classes: [2, 2], points: [[0, 0, 1]] },
  { name: "plane", problem: "regression", classes: [2, 2], points: [[0, 0, 0, 0.5]] },
];

test("the list of datasets is loading, then ready, or failed where it cannot be fetched", async () => {
  const { commands, store } = setUp();
  const loading = commands.loadCatalogue(async () => SETS);
  assert.equal(store.get().catalogue.status, "loading");
  await loading;
  assert.deepEqual(store.get().catalogue, { status: "ready", datasets: SETS });
  await commands.loadCatalogue(async () => null);
  assert.deepEqual(store.get().catalogue, { status: "failed", datasets: [] });
});

test("without a dataset there is nothing to make anew", async () => {
  const { commands, connection } = setUp();
  await commands.regenerate();
  await commands.useDatasetClasses(3);
  assert.deepEqual(connection.sent, []);
});

test("making a dataset anew keeps its size and noise and takes another seed", async () => {
  const { commands, connection, store } = setUp();
  commands.setCount(50);
  commands.setNoise(0.25);
  void commands.loadDataset("xor");
  await settle();
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  void commands.regenerate();
  await settle();
  const [first, second] = connection.sent.filter(({ type }) => type === "LOAD_DATASET");
  assert.deepEqual([second.dataset, second.count, second.noise], ["xor", 50, 0.25]);
  assert.equal(first.seed, CONFIG.seed);
  assert.notEqual(second.seed, first.seed);
  assert.equal(store.get().dataset, "xor");
});

test("the other problem takes the points along, each as what it means there", async () => {
  const { commands, store } = setUp();
  commands.add([[1, 1]]);
  commands.chooseClass(1);
  commands.add([[2, 2]]);
  await commands.chooseProblem("regression");
  const { config, points } = store.get().document;
  assert.deepEqual([config.problem, config.loss], ["regression", "squared_error"]);
  assert.deepEqual(points.map(({ value }) => value), [-1, 1]);
  await commands.chooseProblem("classification");
  assert.deepEqual(store.get().document.points.map(({ label }) => label), [0, 1]);
});

test("the other problem waits for the end of training, and the same one is none", async () => {
  const { commands, store } = setUp(sessionMessage({}, { run_state: "TRAINING", step: 3 }));
  const before = store.get().document;
  await commands.chooseProblem("classification");
  assert.equal(store.get().notice, null);
  await commands.chooseProblem("regression");
  assert.equal(store.get().document, before);
  assert.match(store.get().notice.text, /Stop training/);
});

test("where a ready dataset is shown, the other problem begins with its first one", async () => {
  const { commands, connection, store } = setUp();
  store.dispatch({ type: "set", patch: { catalogue: { status: "ready", datasets: SETS }, dataset: "circle" } });
  void commands.chooseProblem("regression");
  for (let next = 0; next < connection.requests.length; next += 1) {
    connection.requests[next].resolve({ type: "OK", id: next });
    await settle();
  }
  const { type, dataset, ...rest } = connection.sent.at(-1);
  assert.deepEqual([type, dataset], ["LOAD_DATASET", "plane"]);
  assert.equal("classes" in rest, false);
});

test("imported rows take the place of the points or come to them, with the classes that they need", () => {
  const { commands, store, shown } = setUp();
  const rows = [{ x: 1, y: 1, label: 3, value: null }, { x: 2, y: 2, label: 0, value: null }];
  commands.add([[0, 0]]);
  commands.importPoints(rows, false);
  assert.deepEqual(shown(), [[0, 0, 0], [1, 1, 3], [2, 2, 0]]);
  assert.equal(store.get().document.config.classes, 4);
  commands.importPoints(rows.slice(1), true);
  assert.deepEqual(shown(), [[2, 2, 0]]);
  assert.equal(store.get().document.config.classes, 2);
  commands.undo();
  assert.equal(shown().length, 3);
});

test("labels imported into a regression become values, and values keep their side", () => {
  const { commands, store } = setUp(sessionMessage({}, { config: { ...CONFIG, problem: "regression", loss: "squared_error" } }));
  commands.importPoints([{ x: 0, y: 0, label: 0, value: null }, { x: 1, y: 1, label: 1, value: null }, { x: 2, y: 2, label: 0, value: 0.25 }], true);
  assert.deepEqual(store.get().document.points.map(({ label, value }) => [label, value]), [[0, -1], [1, 1], [1, 0.25]]);
});
