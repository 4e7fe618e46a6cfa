import assert from "node:assert/strict";
import test from "node:test";

import { makePoint } from "../../frontend/document.js";
import { createReception } from "../../frontend/reception.js";
import { Disconnected, Refused } from "../../frontend/requests.js";
import { initialState } from "../../frontend/state.js";
import { createStore } from "../../frontend/state_manager.js";
import { CONFIG, FakeConnection, sessionMessage, settle } from "./fakes.js";

function setUp({ trainedBefore = false, points = [makePoint(1, 2, 0)] } = {}) {
  const told = [];
  const connection = new FakeConnection();
  const store = createStore(initialState({
    document: { points, config: CONFIG }, confirmed: new Map(), serverConfig: CONFIG, origin: null, trained: trainedBefore,
  }));
  const reception = createReception({
    store, connection, trainedBefore,
    commands: { notify: (text) => told.push(text), dismissNotice: () => told.push("dismissed") },
    sync: { release: () => told.push("released") },
    memory: { meetAgain: () => told.push("met again"), clear: () => told.push("cleared") },
    onBegun: () => told.push("begun"), onUnknown: () => told.push("unknown"), onReady: async () => { told.push("ready"); },
  });
  return { connection, reception, store, told };
}

test("what the server does not know is given to it, and edits go out only once its points have come", async () => {
  const { connection, reception, told } = setUp();
  void reception.begin(sessionMessage());
  await settle();
  assert.deepEqual(connection.sent, [{ type: "RESTORE", config: CONFIG, points: [[1, 2, 0]] }]);
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  assert.deepEqual(told, ["cleared", "begun", "unknown"]);
  reception.hear({ type: "POINTS", revision: 1, points: [[1, 1, 2, 0, "train"]] });
  await settle();
  assert.deepEqual(told.slice(3), ["released", "ready"]);
});

test("a session that is known is met again, and why it stopped is said once", async () => {
  const { reception, told } = setUp();
  await reception.begin(sessionMessage({ resumed: true }, { run_state: "DIVERGED", step: 9, reason: "The loss grew." }));
  assert.deepEqual(told, ["met again", "begun", "The loss grew.", "released", "ready"]);
  const status = {
    type: "TRAINING_STATUS", run_state: "DIVERGED", step: 9, epoch: 1, train_loss: null, test_loss: null,
    train_accuracy: null, test_accuracy: null, steps_per_second: null, reason: "The loss grew.",
  };
  reception.hear(status);
  assert.equal(told.length, 5);
});

test("a restoring that a lost connection cut off does not go on under the next one", async () => {
  const { connection, reception, told } = setUp({ trainedBefore: true });
  void reception.begin(sessionMessage());
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  await reception.begin(sessionMessage({ resumed: true }));
  const before = told.length;
  reception.hear({ type: "POINTS", revision: 2, points: [[1, 1, 2, 0, "train"]] });
  await settle();
  assert.deepEqual(told.slice(before), []);
});

test("a restoring whose connection goes before its answer waits for the next session", async () => {
  const { connection, reception, told } = setUp();
  void reception.begin(sessionMessage());
  connection.last.reject(new Disconnected());
  await settle();
  assert.deepEqual(told, ["cleared", "begun", "unknown"]);
});

test("a refused restoring is said, and what was drawn goes out as edits", async () => {
  const { connection, reception, told } = setUp();
  void reception.begin(sessionMessage());
  connection.last.reject(new Refused("bad_message", "The message is too long."));
  await settle();
  assert.deepEqual(told.slice(3), ["The message is too long.", "released", "ready"]);
});

test("weights that are gone are said", async () => {
  const { connection, reception, told } = setUp({ trainedBefore: true });
  void reception.begin(sessionMessage());
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  reception.hear({ type: "POINTS", revision: 1, points: [[1, 1, 2, 0, "train"]] });
  await settle();
  assert.match(told[3], /weights/i);
});

const status = (runState, reason = null) => ({
  type: "TRAINING_STATUS", run_state: runState, step: 9, epoch: 1, train_loss: null, test_loss: null,
  train_accuracy: null, test_accuracy: null, steps_per_second: null, reason,
});

/** Session begun, with what is said kept as notices. */
async function live() {
  const notices = [];
  const lab = setUp({ points: [] });
  const reception = createReception({
    store: lab.store, connection: lab.connection, trainedBefore: false,
    commands: {
      notify(text, more) {
        notices.push([text, more.tone, more.action]);
        lab.store.dispatch({ type: "set", patch: { notice: { text, tone: "info", action: null, stays: false, aboutStart: false, ...more } } });
      },
      dismissNotice: () => lab.store.dispatch({ type: "set", patch: { notice: null } }),
    },
    sync: { release() {} }, memory: { meetAgain() {}, clear() {} }, onBegun() {}, onUnknown() {}, onReady: async () => {},
  });
  await reception.begin(sessionMessage({ resumed: true }));
  return { ...lab, reception, notices };
}

test("what the server says of itself is in the store", async () => {
  const { reception, store } = await live();
  reception.hear({ type: "CONFIG", config_version: 2, config: { ...CONFIG, l2: 0.1 } });
  assert.equal(store.get().serverConfig.l2, 0.1);
  reception.hear({ type: "FROZEN", parameters: [[1, 0, 0]] });
  assert.deepEqual(store.get().frozen, [[1, 0, 0]]);
  const metrics = { type: "METRICS", step: 9, train_confusion: [], test_confusion: [], gradient_norms: [], dead_shares: [], learning_rate: 0.1 };
  reception.hear(metrics);
  assert.equal(store.get().metrics, metrics);
});

test("what is measured after a run has lost its way is not shown", async () => {
  const { reception, store } = await live();
  reception.hear(status("DIVERGED", "The loss grew."));
  reception.hear({ type: "METRICS", step: 9, train_confusion: [], test_confusion: [], gradient_norms: [], dead_shares: [], learning_rate: 0.1 });
  assert.equal(store.get().metrics, null);
});

test("each way in which a run ends is said with what helps against it, and goes when it is past", async () => {
  for (const [runState, tone, action] of [["DIVERGED", "error", "remedy"], ["FAILED", "error", "reset"], ["PAUSED", "info", null]]) {
    const { reception, store, notices } = await live();
    reception.hear(status(runState, "It ended."));
    reception.hear(status(runState, "It ended."));
    assert.deepEqual(notices, [["It ended.", tone, action]], "once");
    reception.hear(status("IDLE"));
    assert.equal(store.get().notice, null);
  }
});

test("an error that nobody asked for is said, with a new beginning where training has failed", async () => {
  const { reception, notices } = await live();
  for (const code of ["training_failed", "internal"]) reception.hear({ type: "ERROR", id: null, code, message: `${code}.`, path: null });
  assert.deepEqual(notices, [["training_failed.", "error", "reset"], ["internal.", "error", null]]);
});

test("what the server says of a run that is saved is in the store, and why it could not be is no notice", async () => {
  const { reception, store, notices } = await live();
  reception.hear({ type: "RUN_SAVING", id: 3, phase: "waiting", ahead: 2 });
  assert.deepEqual(store.get().saving, { name: "under-way", phase: "waiting", ahead: 2 });
  const saved = { type: "RUN_SAVED", id: 3, run_id: "r", checkpoint_id: "c" };
  reception.hear(saved);
  assert.deepEqual(store.get().saving, { name: "saved", run: saved });
  reception.hear({ type: "ERROR", id: 3, code: "save_failed", message: "The disk is full: points.csv could not be written.", path: null });
  assert.deepEqual(store.get().saving, { name: "failed", why: "The disk is full: points.csv could not be written." });
  assert.deepEqual(notices, []);
});

test("an opened run is in the store before its past is, and both before anybody is told", async () => {
  const told = [];
  const { store, connection } = setUp({ points: [] });
  const seen = () => store.get().run.step;
  const reception = createReception({
    store, connection, trainedBefore: false,
    commands: { notify() {}, dismissNotice() {}, opened: ({ run_id }) => told.push(["opened", run_id, seen()]) },
    sync: { release() {} }, memory: { meetAgain() {}, clear() {}, open: (history) => told.push(["past", history.length, seen()]) },
    onBegun() {}, onUnknown() {}, onReady: async () => {},
  });
  await reception.begin(sessionMessage({ resumed: true }));
  const { state } = sessionMessage({}, { run_state: "PAUSED", step: 500, epoch: 25 });
  reception.hear({ type: "RUN_OPENED", state, history: [[0, 0, 0.7, null, 0.5, null]], run_id: "r", found: null, notes: [] });
  assert.deepEqual(told, [["past", 1, 500], ["opened", "r", 500]]);
});
