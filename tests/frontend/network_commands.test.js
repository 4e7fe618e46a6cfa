import assert from "node:assert/strict";
import test from "node:test";

import { createNetworkCommands } from "../../frontend/network_commands.js";
import { initialState } from "../../frontend/state.js";
import { createStore } from "../../frontend/state_manager.js";
import { words } from "../../frontend/words.js";

function page({ training = false, hidden = [8, 8] } = {}) {
  const store = createStore(initialState(null));
  const { document, run } = store.get();
  store.dispatch({ type: "document", document: { ...document, config: { ...document.config, hidden_layers: hidden } } });
  const status = { type: "TRAINING_STATUS", run_state: training ? "TRAINING" : "IDLE", step: 0, epoch: 0, train_loss: null, test_loss: null, train_accuracy: null, test_accuracy: null, steps_per_second: null, reason: run.reason };
  store.dispatch({ type: "status", message: status });
  const asked = [];
  const configured = [];
  const told = [];
  const commands = createNetworkCommands({
    store,
    ask: (message) => { asked.push(message); return Promise.resolve(true); },
    configure: (patch) => configured.push(patch),
    notify: (text) => told.push(text),
  });
  return { store, asked, configured, told, ...commands };
}

test("features keep their order however they are chosen", () => {
  const { configured, toggleFeature } = page();
  toggleFeature("sin_x1");
  toggleFeature("x1");
  assert.deepEqual(configured, [{ features: ["x1", "x2", "sin_x1"] }, { features: ["x2"] }]);
});

test("units stay between one and a hundred, layers at most ten", () => {
  const { configured, changeUnits, addLayer } = page({ hidden: [1, 100, 8, 8, 8, 8, 8, 8, 8, 8] });
  changeUnits(0, -1);
  changeUnits(1, 1);
  addLayer();
  assert.deepEqual(configured.map(({ hidden_layers: layers }) => layers.slice(0, 2)), [[1, 100], [1, 100]]);
});

test("a new layer is as wide as the last one, and eight wide where there is none", () => {
  const { configured, addLayer } = page({ hidden: [8, 3] });
  addLayer();
  assert.deepEqual(configured[0].hidden_layers, [8, 3, 3]);
  const empty = page({ hidden: [] });
  empty.addLayer();
  assert.deepEqual(empty.configured[0].hidden_layers, [8]);
});

test("while it trains nothing is rebuilt, and the reason is told", () => {
  const { configured, told, toggleFeature, changeUnits, addLayer, removeLayer } = page({ training: true });
  toggleFeature("x1_x2");
  changeUnits(0, 1);
  addLayer();
  removeLayer();
  assert.deepEqual(configured, []);
  assert.deepEqual(told, Array(4).fill(words.network.locked));
});

test("a weight is set and frozen by its place, while it trains too", async () => {
  const { asked, setParameter, freezeParameters } = page({ training: true });
  await setParameter([2, 1, 0], 0.5);
  await freezeParameters([[1, 0, null], [1, 0, 1]], true);
  assert.deepEqual(asked, [
    { type: "SET_PARAMETERS", parameters: [[2, 1, 0, 0.5]] },
    { type: "FREEZE_PARAMETERS", parameters: [[1, 0, null], [1, 0, 1]], frozen: true },
  ]);
});

test("the unit on the map is the one that is pointed at", () => {
  const { store, hoverUnit } = page();
  hoverUnit({ layer: 1, unit: 2 });
  const { hoveredUnit } = store.get();
  hoverUnit({ layer: 1, unit: 2 });
  assert.equal(store.get().hoveredUnit, hoveredUnit);
  hoverUnit(null);
  assert.equal(store.get().hoveredUnit, null);
});
