import assert from "node:assert/strict";
import test from "node:test";

import { DEFAULT_CONFIG } from "../../frontend/run_config.js";
import { RunMemory } from "../../frontend/run_memory.js";
import { initialState } from "../../frontend/state.js";
import { createStore } from "../../frontend/state_manager.js";
import { FakeClock } from "./fakes.js";

const frameOf = (step, unit = null) => ({ step, epoch: step / 10, trainLoss: 1 / step, unit, cells: new Uint8Array(4) });
const UNIT = { layer: 1, unit: 0, scale: 1 };

function setUp() {
  const store = createStore(initialState(null));
  const clock = new FakeClock();
  const memory = new RunMemory(store, clock.nowMs);
  const tell = (step, changes = {}) => store.dispatch({ type: "status", message: {
    type: "TRAINING_STATUS", run_state: "TRAINING", step, epoch: step / 10, train_loss: 1 / step, test_loss: 2 / step, train_accuracy: 0.5,
    test_accuracy: 0.4, steps_per_second: 100, reason: null, ...changes } });
  const configure = (patch) => store.dispatch({ type: "config", message: { type: "CONFIG", config_version: 2, config: { ...DEFAULT_CONFIG, ...patch } } });
  return { store, clock, memory, tell, configure };
}

test("statuses are remembered in all four curves at the same epochs from the first one on, maps between them in none", () => {
  const { memory, tell } = setUp();
  memory.see(frameOf(10));
  tell(10);
  memory.see(frameOf(15));
  memory.see(frameOf(20));
  tell(20);
  for (const quantity of ["trainLoss", "testLoss", "trainAccuracy", "testAccuracy"]) {
    assert.deepEqual(memory.curves[quantity].samples.map(({ epoch }) => epoch), [1, 2], quantity);
  }
  assert.deepEqual(memory.curves.testAccuracy.samples, [{ epoch: 1, value: 0.4 }, { epoch: 2, value: 0.4 }]);
});

test("a map that comes moves no figure of the run", () => {
  const { store, memory, tell } = setUp();
  tell(10);
  const { run } = store.get();
  memory.see(frameOf(15));
  assert.equal(store.get().run, run);
});

for (const [order, sayAll] of [
  ["after its status", ({ memory, tell }) => { tell(10); memory.see(frameOf(10)); }],
  ["before its status", ({ memory, tell }) => { tell(5); memory.see(frameOf(10)); tell(10); }],
]) {
  test(`a moment holds a map that comes ${order} with the figures of its step`, () => {
    const parts = setUp();
    sayAll(parts);
    assert.equal(parts.memory.timeline.length, 1);
    assert.deepEqual(parts.memory.timeline.at(0), {
      step: 10, epoch: 1, trainLoss: 0.1, testLoss: 0.2, trainAccuracy: 0.5, testAccuracy: 0.4, stepsPerSecond: 100, frame: parts.memory.timeline.at(0).frame });
  });
}

test("a map whose step no status tells of is a moment with the figures that the map tells until the next map comes", () => {
  const { memory, tell } = setUp();
  memory.see(frameOf(10));
  tell(10);
  memory.see(frameOf(15));
  const unknown = { testLoss: null, trainAccuracy: null, testAccuracy: null, stepsPerSecond: null, frame: null };
  assert.deepEqual({ ...memory.timeline.at(1), frame: null }, { step: 15, epoch: 1.5, trainLoss: 1 / 15, ...unknown });
  memory.see({ ...frameOf(16), trainLoss: NaN });
  assert.deepEqual({ ...memory.timeline.at(1), frame: null }, { step: 16, epoch: 1.6, trainLoss: null, ...unknown });
  memory.see(frameOf(20));
  tell(20);
  memory.see(frameOf(25));
  const steps = Array.from({ length: memory.timeline.length }, (_, index) => memory.timeline.at(index).step);
  assert.deepEqual(steps, [10, 20, 25]);
});

test("a map that comes after the run diverged takes no figure back and ends no curve", () => {
  const { store, memory, tell } = setUp();
  tell(5);
  memory.see(frameOf(5));
  tell(7, { run_state: "DIVERGED", train_loss: null, test_loss: null, train_accuracy: null, test_accuracy: null });
  const { run } = store.get();
  memory.see(frameOf(6));
  assert.equal(store.get().run, run);
  assert.deepEqual([memory.timeline.length, memory.curves.trainLoss.samples.length], [2, 1]);
});

test("the map of a single unit is no moment of the run", () => {
  const { memory, tell } = setUp();
  tell(10);
  memory.see(frameOf(10, UNIT));
  assert.equal(memory.timeline.length, 0);
});

test("a setting that changes during the run is marked where the run stands", () => {
  const { memory, tell, configure } = setUp();
  configure({ l2: 1 });
  assert.equal(memory.marks.all.length, 0, "nothing has been learned yet");
  tell(10);
  configure({ l2: 1, learning_rate: 1 });
  assert.deepEqual(memory.marks.all.map(({ epoch, fields }) => [epoch, fields]), [[1, { learning_rate: [0.01, 1] }]]);
});

test("new weights begin everything anew and end the look back", () => {
  const { store, memory, tell, configure } = setUp();
  tell(10);
  memory.see(frameOf(10));
  configure({ l2: 1 });
  store.dispatch({ type: "set", patch: { moment: memory.timeline.at(0) } });
  tell(0, { run_state: "IDLE", train_loss: 0.7 });
  assert.deepEqual([memory.timeline.length, memory.marks.all.length, memory.curves.trainLoss.samples.length], [0, 0, 1]);
  assert.equal(store.get().moment, null);
});

for (const unit of [null, UNIT]) {
  test(`maps of new weights that come before their status begin everything anew, and stay: ${unit === null ? "the answer's" : "a unit's"}`, () => {
    const { store, memory, tell } = setUp();
    memory.see(frameOf(40));
    tell(40);
    store.dispatch({ type: "set", patch: { moment: memory.timeline.at(0) } });
    memory.see(frameOf(3, unit));
    assert.equal(store.get().moment, null);
    memory.see(frameOf(6));
    tell(6);
    tell(9);
    const steps = Array.from({ length: memory.timeline.length }, (_, index) => memory.timeline.at(index).step);
    assert.deepEqual([steps, memory.curves.trainLoss.samples.map(({ epoch }) => epoch)], [[6], [0.6, 0.9]]);
  });
}

test("a reload keeps curves and marks, and the same run goes on in them", () => {
  const { memory, tell, configure } = setUp();
  tell(10);
  configure({ l2: 1 });
  const kept = JSON.parse(JSON.stringify(memory.keep()));
  const later = setUp();
  later.memory.bringBack(kept);
  later.tell(30);
  assert.deepEqual(later.memory.curves.trainLoss.samples.map(({ epoch }) => epoch), [1, 3]);
  assert.equal(later.memory.marks.all.length, 1);
});

test("an opened run brings its curves in place of what was seen of the other, and goes on in them", () => {
  const { store, memory, tell, configure } = setUp();
  tell(10);
  memory.see(frameOf(10));
  configure({ l2: 1 });
  store.dispatch({ type: "set", patch: { moment: memory.timeline.at(0) } });
  const state = { run_state: "PAUSED", config: { ...DEFAULT_CONFIG, l1: 1 }, config_version: 3, revision: 1, points: [[1, 0, 0, 0, "train"]], step: 600, epoch: 60, reason: null };
  store.dispatch({ type: "opened", message: { type: "RUN_OPENED", state, history: [], run_id: "r", found: null, notes: [] } });
  memory.open([[0, 0, 0.7, null, 0.5, null], [300, 30, 0.2, null, 0.9, null], [600, 60, 0.1, null, 1, null]]);
  assert.deepEqual(memory.curves.trainLoss.samples, [{ epoch: 0, value: 0.7 }, { epoch: 30, value: 0.2 }, { epoch: 60, value: 0.1 }]);
  assert.equal(memory.curves.testLoss.samples.length, 0);
  assert.deepEqual([memory.timeline.length, memory.marks.all.length, store.get().moment], [0, 0, null]);
  memory.see(frameOf(600));
  tell(600, { run_state: "PAUSED" });
  tell(700);
  assert.deepEqual(memory.curves.trainLoss.samples.map(({ epoch }) => epoch), [0, 30, 60, 70]);
  assert.equal(memory.timeline.at(0).step, 600);
});

test("an opened run that has not gone so far begins at its own step", () => {
  const { store, memory, tell } = setUp();
  tell(900);
  const state = { run_state: "IDLE", config: DEFAULT_CONFIG, config_version: 3, revision: 1, points: [], step: 0, epoch: 0, reason: null };
  store.dispatch({ type: "opened", message: { type: "RUN_OPENED", state, history: [], run_id: "r", found: null, notes: [] } });
  memory.open([]);
  tell(5);
  assert.deepEqual(memory.curves.trainLoss.samples.map(({ epoch }) => epoch), [0.5]);
});
