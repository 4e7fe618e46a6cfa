import assert from "node:assert/strict";
import test from "node:test";

import { DEFAULT_CONFIG } from "../../frontend/run_config.js";
import { fieldOptions } from "../../frontend/views/choices.js";
import { withLayerActivation } from "../../frontend/views/network_drawer.js";

test("a list over a field knows the value that is set, also one that is not in the list", () => {
  const { options, current } = fieldOptions("gradient_clip", [0, 1], String);
  assert.deepEqual(options[1], { key: "1", name: "1", patch: { gradient_clip: 1 } });
  assert.deepEqual(current({ ...DEFAULT_CONFIG, gradient_clip: 2.5 }), { key: "2.5", name: "2.5", patch: { gradient_clip: 2.5 } });
});

test("a layer gets an activation of its own and gives it back", () => {
  const config = { ...DEFAULT_CONFIG, hidden_layers: [8, 8, 8] };
  const own = withLayerActivation(config, 1, "relu");
  assert.deepEqual(own, { layer_activations: [null, "relu"] });
  assert.deepEqual(withLayerActivation({ ...config, ...own }, 0, "sine"), { layer_activations: ["sine", "relu"] });
  assert.deepEqual(withLayerActivation({ ...config, ...own }, 1, null), { layer_activations: [] });
});

test("an activation of a layer that has gone is left out", () => {
  const config = { ...DEFAULT_CONFIG, hidden_layers: [8], layer_activations: [null, null, "relu"] };
  assert.deepEqual(withLayerActivation(config, 0, "elu"), { layer_activations: ["elu"] });
});
