import assert from "node:assert/strict";
import test from "node:test";

import { makePoint } from "../../frontend/document.js";
import { createReception } from "../../frontend/reception.js";
import { Disconnected, Refused } from "../../frontend/socket.js";
import { createStore, initialState } from "../../frontend/state_manager.js";
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
