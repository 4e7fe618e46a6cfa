import assert from "node:assert/strict";
import test from "node:test";

import { readAddress } from "../../frontend/address.js";
import { Refused } from "../../frontend/requests.js";
import { setUp } from "./desk.js";
import { sessionMessage, settle } from "./fakes.js";

test("a point shows at once and is confirmed by its answer", async () => {
  const { connection, store, commands, shown, accept } = setUp();
  commands.add([[1, 2]]);
  assert.deepEqual(shown(), [[1, 2, 0]]);
  assert.equal(store.get().confirmed.size, 0);
  assert.deepEqual(connection.sent, [{ type: "ADD_POINTS", points: [[1, 2, 0]] }]);
  await accept();
  assert.equal(store.get().confirmed.size, 1);
});

test("a refused point is taken back with the server's sentence, and undo does not bring it back", async () => {
  const { connection, store, commands, shown } = setUp();
  commands.add([[1, 2]]);
  connection.last.reject(new Refused("limit_exceeded", "There is room for 5,000 points."));
  await settle();
  assert.deepEqual(shown(), []);
  assert.equal(store.get().notice.text, "There is room for 5,000 points.");
  commands.redo();
  commands.undo();
  assert.deepEqual(shown(), []);
});

test("a stroke is one entry of the history and goes out in batches", async () => {
  const { connection, commands, shown, accept } = setUp();
  commands.beginStroke();
  for (let x = 0; x < 5; x += 1) commands.add([[x, 0]]);
  commands.endStroke();
  assert.equal(connection.sent.length, 1);
  await accept();
  assert.deepEqual(connection.sent[1], { type: "ADD_POINTS", points: [[1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0]] });
  await accept();
  commands.undo();
  assert.deepEqual(shown(), []);
  assert.deepEqual(connection.last.message, { type: "CLEAR_POINTS" });
});

test("redo after undo adds the point anew under a new id", async () => {
  const { connection, store, commands, shown, accept } = setUp();
  commands.add([[0, 0]]);
  await accept();
  commands.add([[1, 1]]);
  await accept();
  commands.undo();
  assert.deepEqual(connection.last.message, { type: "REMOVE_POINTS", ids: [2] });
  await accept();
  commands.redo();
  assert.deepEqual(connection.last.message, { type: "ADD_POINTS", points: [[1, 1, 0]] });
  await accept();
  assert.deepEqual(shown(), [[0, 0, 0], [1, 1, 0]]);
  assert.deepEqual([...store.get().confirmed.values()].map(({ id }) => id), [1, 3]);
});

test("a point erased before its answer came is removed when it has come", async () => {
  const { connection, store, commands, accept } = setUp();
  commands.add([[1, 1], [2, 2]]);
  commands.erase(new Set([store.get().document.points[0].key]));
  await accept();
  assert.deepEqual(connection.last.message, { type: "REMOVE_POINTS", ids: [1] });
});

test("taking a class away takes its points with it, in one entry", async () => {
  const { connection, store, commands, shown, accept } = setUp();
  commands.add([[0, 0]]);
  await accept();
  commands.chooseClass(2);
  commands.add([[1, 1]]);
  await accept();
  await accept();
  commands.removeClass();
  assert.deepEqual(shown(), [[0, 0, 0]]);
  assert.equal(store.get().document.config.classes, 2);
  assert.deepEqual(connection.last.message, { type: "REMOVE_POINTS", ids: [2] });
  await accept();
  assert.deepEqual(connection.last.message, { type: "CONFIGURE", classes: 2 });
  commands.undo();
  assert.deepEqual(shown(), [[0, 0, 0], [1, 1, 2]]);
  assert.equal(store.get().document.config.classes, 3);
});

test("what builds a new network says that its weights are new, where there was something to lose, and so does undoing it", async () => {
  const { connection, store, commands, accept } = setUp(sessionMessage({}, { step: 40, run_state: "PAUSED" }));
  commands.configure({ learning_rate: 0.3 });
  assert.equal(store.get().notice, null);
  await accept();
  commands.configure({ activation: "relu" });
  const { text, tone, action } = store.get().notice;
  assert.deepEqual({ text, tone, action }, { text: "A new network: its weights are new.", tone: "info", action: null });
  commands.dismissNotice();
  commands.undo();
  assert.match(store.get().notice.text, /^A new network/);
  commands.dismissNotice();
  void commands.chooseProblem("regression");
  assert.match(store.get().notice.text, /^A new network/);
  commands.dismissNotice();
  const thrown = commands.drawSeed();
  await settle();
  assert.equal(store.get().notice, null);
  while (connection.last.message.type !== "RESET_MODEL") await accept();
  await accept();
  await thrown;
  assert.equal(store.get().notice, null);
});

test("a network that nobody trained goes without a word, unless weights were frozen in it", () => {
  const untouched = setUp();
  untouched.commands.configure({ activation: "relu" });
  assert.equal(untouched.store.get().notice, null);
  const frozen = setUp(sessionMessage({}, { frozen: [[1, 0, 0]] }));
  frozen.commands.configure({ activation: "relu" });
  assert.equal(frozen.store.get().notice.text, "A new network: its weights are new, and none is frozen.");
});

test("undo of what builds a new network waits for the end of training", async () => {
  const { store, commands, accept } = setUp();
  commands.configure({ activation: "relu" });
  await accept();
  store.dispatch({ type: "status", message: { type: "TRAINING_STATUS", run_state: "TRAINING", step: 1, epoch: 0, train_loss: 1, test_loss: null, train_accuracy: 0.5, test_accuracy: null, steps_per_second: null, reason: null } });
  commands.undo();
  assert.equal(store.get().document.config.activation, "relu");
  assert.match(store.get().notice.text, /Stop training/);
});

test("several classes at once are said, and one more is not", () => {
  const { store, commands } = setUp();
  commands.chooseClass(2);
  assert.equal(store.get().notice, null);
  commands.chooseClass(7);
  assert.deepEqual([store.get().notice.text, store.get().notice.action], ["Classes 3 to 7 added.", "undo"]);
});

test("undo brings back the dataset and the noise that made the points", async () => {
  const { connection, store, commands } = setUp();
  const chosen = () => [store.get().dataset, store.get().noise];
  const row = (id) => ({ type: "points", message: { type: "POINTS", revision: id, points: [[id, id, id, 0, "train"]] } });
  const done = async (id) => {
    await settle();
    connection.last.resolve({ type: "OK", id });
    await settle();
    store.dispatch(row(id));
  };
  commands.loadDataset("xor");
  await done(1);
  commands.setNoise(0.3);
  commands.loadDataset("xor");
  await done(2);
  commands.undo();
  assert.deepEqual(chosen(), ["xor", 0]);
  commands.redo();
  assert.deepEqual(chosen(), ["xor", 0.3]);
  commands.undo();
  commands.undo();
  assert.deepEqual(chosen(), [null, 0]);
});

test("of two datasets chosen quickly one after the other, the last one has the classes that it needs", async () => {
  const { connection, store, commands } = setUp();
  const entry = (name, classes, points) => ({ name, problem: "classification", classes, points });
  const datasets = [entry("circle", [2, 2], [[0, 0, 1]]), entry("rings", [2, 8], [[0, 0, 2]])];
  store.dispatch({ type: "set", patch: { catalogue: { status: "ready", datasets } } });
  commands.loadDataset("circle");
  await settle();
  commands.loadDataset("rings");
  // In the order in which they were sent, as the server answers.
  for (let next = 0; next < connection.requests.length; next += 1) {
    connection.requests[next].resolve({ type: "OK", id: next });
    await settle();
  }
  assert.deepEqual(connection.sent.map(({ type, dataset, classes }) => [type, dataset ?? "", classes]), [
    ["LOAD_DATASET", "circle", 2], ["CONFIGURE", "", 3], ["LOAD_DATASET", "rings", 3],
  ]);
  assert.equal(store.get().document.config.classes, 3);
});

test("an address opened where nothing was is the beginning: undo leaves it, and the next address can be taken back", async () => {
  const { store, commands, shown, accept } = setUp();
  void commands.open(readAddress("l1=0.5&points=aAAAAAAA"));
  await settle();
  assert.deepEqual(shown(), [[-6, -6, 0]]);
  assert.equal(store.get().history.undo, "none");
  commands.undo();
  assert.deepEqual(shown(), [[-6, -6, 0]]);
  await accept();
  void commands.open(readAddress("l1=0.25"));
  await settle();
  assert.equal(store.get().history.undo, "free");
  commands.undo();
  assert.equal(store.get().document.config.l1, 0.5);
});

test("an address that is far too long changes nothing, and that is said", async () => {
  const { store, commands } = setUp();
  const before = store.get();
  await commands.open(readAddress("l1=0.5&".repeat(10_000)));
  assert.equal(store.get().document, before.document);
  assert.equal(store.get().look, before.look);
  assert.match(store.get().notice.text, /^The address is far too long \(70,000 letters\) and was not opened\.$/);
});
