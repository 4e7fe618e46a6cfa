import assert from "node:assert/strict";
import test from "node:test";

import { createProber } from "../../frontend/probe.js";
import { Refused } from "../../frontend/requests.js";
import { setUp } from "./desk.js";
import { sessionMessage, settle, statusMessage } from "./fakes.js";

test("a refused setting returns to what the server has", async () => {
  const { connection, store, commands } = setUp();
  commands.configure({ hidden_layers: [4] });
  assert.deepEqual(store.get().document.config.hidden_layers, [4]);
  connection.last.reject(new Refused("illegal_transition", "Stop training first."));
  await settle();
  assert.deepEqual(store.get().document.config.hidden_layers, [8, 8]);
});

test("start waits for the points that were drawn before it", async () => {
  const { connection, commands, accept } = setUp();
  commands.add([[1, 1]]);
  commands.toggle();
  await settle();
  assert.deepEqual(connection.sent.map(({ type }) => type), ["ADD_POINTS"]);
  await accept();
  assert.deepEqual(connection.sent.map(({ type }) => type), ["ADD_POINTS", "START_TRAINING"]);
});

test("a refused start is said in the server's words", async () => {
  const { connection, store, commands } = setUp();
  commands.toggle();
  await settle();
  connection.last.reject(new Refused("not_trainable", "Add points of a second class."));
  await settle();
  assert.equal(store.get().notice.text, "Add points of a second class.");
});

test("what was told of something past goes when training starts; what is about to go by itself, and what went wrong, does not", () => {
  for (const [more, goes] of [[{ stays: true }, true], [{}, false], [{ stays: true, tone: "error" }, false]]) {
    const { store } = setUp();
    const notice = { text: "The weights are new.", tone: "info", action: null, stays: false, aboutStart: false, ...more };
    const status = (state) => store.dispatch({ type: "status", message: { run_state: state, step: 1, epoch: 0 } });
    status("PAUSED");
    store.dispatch({ type: "set", patch: { notice } });
    status("PAUSED");
    assert.equal(store.get().notice, notice);
    status("TRAINING");
    assert.equal(store.get().notice, goes ? null : notice, JSON.stringify(more));
    store.dispatch({ type: "set", patch: { notice } });
    status("TRAINING");
    assert.equal(store.get().notice, notice, "one that comes while it trains stays");
  }
});

test("the same wish twice is one wish", async () => {
  const { connection, commands } = setUp();
  commands.toggle();
  commands.toggle();
  await settle();
  assert.equal(connection.sent.length, 1);
});

test("points drawn while the connection is gone are kept and sent when it is back", async () => {
  const { connection, store, sync, commands, shown } = setUp();
  connection.live = false;
  store.dispatch({ type: "phase", phase: { name: "waiting", retryAtMs: 500, farewell: null } });
  commands.add([[3, 3]]);
  assert.deepEqual(connection.sent, []);
  connection.live = true;
  store.dispatch({ type: "session", message: sessionMessage({ resumed: true }), keepDocument: true });
  assert.deepEqual(shown(), [[3, 3, 0]]);
  sync.release();
  assert.deepEqual(connection.sent, [{ type: "ADD_POINTS", points: [[3, 3, 0]] }]);
});

test("the probe asks one thing at a time, at most fifteen times a second, and forgets an answer after leaving", async () => {
  const { clock, connection, store } = setUp();
  const prober = createProber(store, connection, clock);
  prober.at(1, 1);
  prober.at(2, 2);
  prober.at(3, 3);
  assert.equal(connection.sent.length, 1);
  connection.last.resolve({ type: "PROBABILITIES", id: 1, x: 1, y: 1, step: 5, probabilities: [0.2, 0.8] });
  await settle();
  assert.deepEqual(store.get().probe.probabilities, [0.2, 0.8]);
  assert.equal(connection.sent.length, 1);
  clock.advance(67);
  assert.deepEqual(connection.last.message, { type: "PROBE", x: 3, y: 3 });
  prober.leave();
  connection.last.resolve({ type: "PROBABILITIES", id: 2, x: 3, y: 3, step: 6, probabilities: [0.5, 0.5] });
  await settle();
  assert.equal(store.get().probe, null);
});

test("of quick clicks on start the last one holds, and none is an error", async () => {
  const { connection, store, commands } = setUp();
  const sent = () => connection.sent.map(({ type }) => type);
  for (let click = 0; click < 3; click += 1) commands.toggle();
  await settle();
  assert.deepEqual(sent(), ["START_TRAINING"]);
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  assert.deepEqual(sent(), ["START_TRAINING"]);
  // The status has not come yet.
  commands.toggle();
  await settle();
  assert.deepEqual(sent(), ["START_TRAINING", "STOP_TRAINING"]);
  connection.last.resolve({ type: "OK", id: 2 });
  await settle();
  store.dispatch({ type: "status", message: statusMessage("PAUSED") });
  commands.toggle();
  await settle();
  assert.equal(sent().at(-1), "START_TRAINING");
});

test("start after a run that was lost says why, and offers the remedy", () => {
  const { connection, store, commands } = setUp();
  store.dispatch({ type: "status", message: statusMessage("DIVERGED", "The loss grew without end.") });
  commands.toggle();
  assert.deepEqual(connection.sent, []);
  assert.deepEqual([store.get().notice.text, store.get().notice.action], ["The loss grew without end.", "remedy"]);
});

test("the sentence about a refused start goes when points come", async () => {
  const { connection, store, commands } = setUp();
  commands.toggle();
  await settle();
  connection.last.reject(new Refused("not_trainable", "Add points of a second class."));
  await settle();
  commands.add([[1, 1]]);
  assert.equal(store.get().notice, null);
});

test("a start without a connection says that what was drawn is kept", async () => {
  const { connection, store, commands, shown } = setUp();
  connection.live = false;
  commands.add([[1, 2]]);
  await commands.toggle();
  assert.match(store.get().notice.text, /connection was lost .*; what you drew is kept\.$/);
  assert.deepEqual(shown(), [[1, 2, 0]]);
});
