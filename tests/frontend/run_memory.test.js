import assert from "node:assert/strict";
import test from "node:test";

import { DEFAULT_CONFIG } from "../../frontend/protocol.js";
import { RunMemory } from "../../frontend/run_memory.js";
import { createStore, initialState } from "../../frontend/state_manager.js";
import { FakeClock } from "./fakes.js";

const frameOf = (step, unit = null) => ({ step, epoch: step / 10, unit, cells: new Uint8Array(4) });

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

test("statuses are remembered in all four curves, maps between them only in the train loss", () => {
  const { store, memory, tell } = setUp();
  tell(10);
  store.dispatch({ type: "frame", step: 15, epoch: 1.5, trainLoss: 0.07 });
  tell(20);
  assert.deepEqual(memory.curves.trainLoss.samples.map(({ epoch }) => epoch), [1, 1.5, 2]);
  assert.deepEqual(memory.curves.testAccuracy.samples, [{ epoch: 1, value: 0.4 }, { epoch: 2, value: 0.4 }]);
});

test("a moment holds the map with the figures of its time", () => {
  const { memory, tell } = setUp();
  tell(10);
  memory.see(frameOf(10));
  assert.deepEqual({ ...memory.timeline.at(0), frame: null }, {
    step: 10, epoch: 1, trainLoss: 0.1, testLoss: 0.2, trainAccuracy: 0.5, testAccuracy: 0.4, frame: null });
});

test("the map of a single unit is no moment of the run", () => {
  const { memory, tell } = setUp();
  tell(10);
  memory.see(frameOf(10, { layer: 1, unit: 0, scale: 1 }));
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
