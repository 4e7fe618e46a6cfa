import assert from "node:assert/strict";
import test from "node:test";

import { DEFAULT_KEPT, pictureName, readKept, writeKept } from "../../frontend/look.js";

test("how the page looks comes back as it was kept", () => {
  const kept = {
    look: { ...DEFAULT_KEPT.look, view: "network", ticks: false }, brush: { radius: 1.5, density: 9 },
    hiddenControls: new Set(["csv"]), openDrawers: new Set(["data", "draw"]),
  };
  assert.deepEqual(readKept(writeKept(kept)), kept);
});

test("what another version of the page has kept is taken where it fits, and left at its default elsewhere", () => {
  const text = '{"look": {"view": "network", "ticks": "yes", "sparkle": true}, "hiddenControls": "csv", "openDrawers": ["data", 5]}';
  const { look, brush, hiddenControls, openDrawers } = readKept(text);
  assert.deepEqual(look, { ...DEFAULT_KEPT.look, view: "network" });
  assert.deepEqual(brush, DEFAULT_KEPT.brush);
  assert.deepEqual([[...hiddenControls], [...openDrawers]], [[], ["data"]]);
  assert.deepEqual(readKept("{}"), DEFAULT_KEPT);
});

test("a picture is named after its data and its step", () => {
  assert.equal(pictureName("multi_gauss", 1200), "boundary-lab-multi-gauss-step-1200.png");
  assert.equal(pictureName(null, 0), "boundary-lab-drawing-step-0.png");
});
