import assert from "node:assert/strict";
import test from "node:test";

import { readAddress } from "../../frontend/address.js";
import { experimentOf } from "../../frontend/opening.js";
import { Disconnected } from "../../frontend/requests.js";
import { initialState } from "../../frontend/state.js";
import { setUp } from "./desk.js";
import { CONFIG, sessionMessage, settle } from "./fakes.js";

/** Answers everything that is asked for, as long as anything is. */
async function answerAll(connection, from = 0) {
  for (let next = from; next < connection.requests.length; next += 1) {
    const { message, resolve } = connection.requests[next];
    const ids = (message.points ?? []).map((_, index) => index + 1);
    resolve({ type: "OK", id: next, point_ids: ids, splits: ids.map(() => "train") });
    await settle();
  }
}

test("an experiment is its drawn points, or how its dataset is made, not both", () => {
  const drawn = { ...initialState(null), document: { points: [{ key: 1, x: 1, y: 2, label: 0, value: null }], config: CONFIG } };
  assert.deepEqual([experimentOf(drawn).origin, experimentOf(drawn).points], [null, [[1, 2, 0, null]]]);
  const made = experimentOf({ ...drawn, dataset: "spiral", datasetCount: 50, datasetSeed: null, datasetClasses: 3, noise: 0.1 });
  assert.equal(made.points, null);
  assert.deepEqual(made.origin, { dataset: "spiral", count: 50, noise: 0.1, seed: CONFIG.seed, classes: 3 });
  assert.equal(experimentOf({ ...drawn, document: { points: [], config: CONFIG } }).points, null);
  assert.equal("singleKeys" in made.look, false, "how a person types is no part of it");
});

test("what the server takes when it is not told is left out of an experiment", () => {
  const state = { ...initialState(null), dataset: "spiral", datasetClasses: null };
  assert.equal(experimentOf(state).origin.classes, null);
  const rings = { name: "spiral", problem: "classification", classes: [2, 8], points: [[0, 0, 2]] };
  assert.equal(experimentOf({ ...state, catalogue: { status: "ready", datasets: [rings] } }).origin.classes, 3);
});

test("an address with a dataset stops what trains, has it made and begins with new weights", async () => {
  const { commands, connection, store } = setUp(sessionMessage({}, { run_state: "TRAINING", step: 9 }));
  void commands.open(readAddress("dataset=xor&count=50&noise=0.1&data_seed=3&nonsense=1"));
  await settle();
  await answerAll(connection);
  const sent = connection.sent.map(({ type }) => type);
  assert.equal(sent[0], "STOP_TRAINING");
  assert.deepEqual(sent.slice(-2), ["LOAD_DATASET", "RESET_MODEL"]);
  const { dataset, count, seed } = connection.sent.at(-2);
  assert.deepEqual([dataset, count, seed, store.get().dataset], ["xor", 50, 3, "xor"]);
  assert.match(store.get().notice.text, /^Left out of the address: “nonsense”/);
});

test("an address whose training cannot be stopped is not opened", async () => {
  const { commands, connection, store } = setUp(sessionMessage({}, { run_state: "TRAINING", step: 9 }));
  const before = store.get().document;
  const opening = commands.open(readAddress("l1=0.5"));
  await settle();
  connection.last.reject(new Disconnected());
  await opening;
  assert.equal(store.get().document, before);
});
