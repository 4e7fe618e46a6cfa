import assert from "node:assert/strict";
import test from "node:test";

import { makePoint } from "../../frontend/document.js";
import { initialState } from "../../frontend/state.js";
import { createStore, reduce } from "../../frontend/state_manager.js";
import { CONFIG, sessionMessage } from "./fakes.js";

const withPoints = (...points) => ({ ...initialState(null), document: { points, config: CONFIG } });
const addEdit = (points) => ({ kind: "add", points, message: { type: "ADD_POINTS", points: [] } });

test("added points are confirmed with their ids and splits in order", () => {
  const points = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const state = reduce(withPoints(...points), { type: "confirmed", edit: addEdit(points), reply: { type: "OK", id: 1, point_ids: [7, 8], splits: ["train", "test"] } });
  assert.deepEqual(points.map(({ key }) => [state.confirmed.get(key).id, state.confirmed.get(key).split]), [[7, "train"], [8, "test"]]);
});

test("refused points go, refused removals come back, a refused setting returns to the server's", () => {
  const [a, b] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const added = reduce(withPoints(a, b), { type: "refused", edit: addEdit([b]) });
  assert.deepEqual(added.document.points, [a]);

  const held = { ...b, id: 3, split: "train" };
  const removed = reduce({ ...withPoints(a), confirmed: new Map([[b.key, held]]) },
    { type: "refused", edit: { kind: "remove", points: [held], message: { type: "REMOVE_POINTS", ids: [3] } } });
  assert.deepEqual(removed.document.points, [a, b]);

  const wanted = { ...withPoints(a), document: { points: [a], config: { ...CONFIG, hidden_layers: [4], l2: 0.1 } } };
  const configured = reduce(wanted, { type: "refused", edit: { kind: "configure", patch: { hidden_layers: [4] }, message: { type: "CONFIGURE", hidden_layers: [4] } } });
  assert.deepEqual(configured.document.config, { ...CONFIG, l2: 0.1 });
});

test("a change is confirmed under the same id, and a refused one goes back to where the server has it", () => {
  const [a, b] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const confirmed = new Map([[a.key, { ...a, id: 3, split: "test" }], [b.key, { ...b, id: 4, split: "train" }]]);
  const moved = { ...a, x: 2, label: 1 };
  const before = { ...withPoints(moved, b), confirmed };
  const edit = { kind: "change", points: [moved], message: { type: "CHANGE_POINTS", points: [[3, 2, 0, 1]] } };
  const done = reduce(before, { type: "confirmed", edit, reply: { type: "OK", id: 1 } });
  assert.deepEqual(done.confirmed.get(a.key), { ...moved, id: 3, split: "test" });
  const refused = reduce(before, { type: "refused", edit });
  assert.deepEqual(refused.document.points, [a, b]);
});

test("a session that the server knows is taken from it", () => {
  const message = sessionMessage({ resumed: true }, { run_state: "TRAINING", step: 40, epoch: 2, points: [[1, 2, 3, 0, "train"]], config: { ...CONFIG, classes: 4 } });
  const state = reduce(initialState(null), { type: "session", message, keepDocument: false });
  assert.equal(state.run.state, "TRAINING");
  assert.equal(state.run.step, 40);
  assert.equal(state.document.config.classes, 4);
  assert.deepEqual(state.document.points.map(({ x, y, label }) => [x, y, label]), [[2, 3, 0]]);
});

test("a session that the server does not know keeps what was drawn, as not confirmed", () => {
  const point = makePoint(1, 1, 1);
  const before = { ...withPoints(point), confirmed: new Map([[point.key, { ...point, id: 5, split: "train" }]]) };
  const state = reduce({ ...before, document: { ...before.document, config: { ...CONFIG, seed: 9 } } }, { type: "session", message: sessionMessage(), keepDocument: true });
  assert.deepEqual(state.document.points, [point]);
  assert.equal(state.document.config.seed, 9);
  assert.equal(state.confirmed.size, 0);
});

test("a status moves all figures of a run in unison", () => {
  const message = {
    type: "TRAINING_STATUS", run_state: "TRAINING", step: 12, epoch: 0.5, train_loss: 0.3, test_loss: null, train_accuracy: 0.9, test_accuracy: null,
    steps_per_second: 900, reason: null };
  const old = { ...initialState(null).run, step: 3, trainLoss: 1, testLoss: 2, trainAccuracy: 0.1, testAccuracy: 0.2 };
  const { run } = reduce({ ...initialState(null), run: old }, { type: "status", message });
  assert.deepEqual(run, {
    state: "TRAINING", step: 12, epoch: 0.5, trainLoss: 0.3, testLoss: null, trainAccuracy: 0.9, testAccuracy: null, stepsPerSecond: 900, reason: null });
});

test("the figures of a model go with it: new weights, a new session, a run that diverged", () => {
  const metrics = { type: "METRICS", step: 40, train_confusion: [], test_confusion: [], gradient_norms: [], dead_shares: [], learning_rate: 0.01 };
  const before = { ...initialState(null), metrics, run: { ...initialState(null).run, state: "TRAINING", step: 42 } };
  const statusOf = (run_state, step) => reduce(before, { type: "status", message: { type: "TRAINING_STATUS", run_state, step } }).metrics;
  assert.deepEqual([statusOf("TRAINING", 50), statusOf("PAUSED", 42)], [metrics, metrics]);
  assert.deepEqual([statusOf("IDLE", 0), statusOf("DIVERGED", 50)], [null, null]);
  assert.equal(reduce(before, { type: "session", message: sessionMessage(), keepDocument: true }).metrics, null);
});

test("the chosen class follows when its class goes", () => {
  const before = { ...initialState(null), document: { points: [], config: { ...CONFIG, classes: 4 } }, activeClass: 3 };
  assert.equal(reduce(before, { type: "document", document: { points: [], config: CONFIG } }).activeClass, 1);
});

test("a listener sees the state before and after", () => {
  const store = createStore(initialState(null));
  const seen = [];
  store.subscribe((state, before) => seen.push([before.noise, state.noise]));
  store.dispatch({ type: "set", patch: { noise: 0.1 } });
  assert.deepEqual(seen, [[0, 0.1]]);
});

test("how fine the map is, is known as long as the session is, and not of the next one's before it comes", () => {
  const state = { ...initialState(null), mapSize: { width: 64, height: 64 } };
  const after = (resumed) => reduce(state, { type: "session", message: sessionMessage({ resumed }), keepDocument: true }).mapSize;
  assert.deepEqual(after(true), { width: 64, height: 64 });
  assert.equal(after(false), null);
});
