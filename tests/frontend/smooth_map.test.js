import assert from "node:assert/strict";
import test from "node:test";

import { CELL_PIXELS, CERTAINTIES, hasTwoClasses, SIGNED_VALUES, SmoothMap } from "../../frontend/smooth_map.js";

const CERTAIN_0 = 31;
const CERTAIN_1 = (1 << 5) | 31;

test("a map of one class stays as certain as it is up to its edges", () => {
  const field = new SmoothMap(3, 3).smooth(new Uint8Array(9).fill(CERTAIN_1), CERTAINTIES);
  assert.equal(field.length, 9 * CELL_PIXELS ** 2);
  assert.ok(field.every((value) => Math.abs(value - 1) < 1e-6));
});

test("a sharp boundary runs through the ground once, without a step back", () => {
  const cells = Uint8Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? CERTAIN_0 : CERTAIN_1));
  const row = new SmoothMap(8, 8).smooth(cells, CERTAINTIES).slice(0, 8 * CELL_PIXELS);
  assert.equal(row[0], -1);
  assert.equal(row.at(-1), 1);
  assert.ok(row.every((value, index) => index === 0 || value >= row[index - 1]));
});

test("a third class is seen", () => {
  assert.equal(hasTwoClasses(Uint8Array.of(CERTAIN_0, CERTAIN_1)), true);
  assert.equal(hasTwoClasses(Uint8Array.of(CERTAIN_0, 2 << 5)), false);
});

test("a signed cell runs from -1 over 0 to 1", () => {
  assert.equal(SIGNED_VALUES[0], -1);
  assert.ok(Math.abs(SIGNED_VALUES[127] + SIGNED_VALUES[128]) < 1e-6);
  assert.equal(SIGNED_VALUES[255], 1);
});

test("the next map of the same size is smoothed into the same memory", () => {
  const map = new SmoothMap(5, 4);
  const first = map.smooth(new Uint8Array(20).fill(255), SIGNED_VALUES);
  assert.ok(first.every((value) => value === 1));
  const second = map.smooth(new Uint8Array(20), SIGNED_VALUES);
  assert.equal(second, first);
  assert.ok(second.every((value) => value === -1));
});
