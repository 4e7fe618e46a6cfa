import assert from "node:assert/strict";
import test from "node:test";

import { CELL_PIXELS, hasTwoClasses, smoothSigned } from "../../frontend/smooth_map.js";

const CERTAIN_0 = 31;
const CERTAIN_1 = (1 << 5) | 31;

test("a map of one class stays as certain as it is up to its edges", () => {
  const field = smoothSigned(new Uint8Array(9).fill(CERTAIN_1), 3, 3);
  assert.equal(field.length, 9 * CELL_PIXELS ** 2);
  assert.ok(field.every((value) => Math.abs(value - 1) < 1e-6));
});

test("a sharp boundary runs through the ground once, without a step back", () => {
  const cells = Uint8Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? CERTAIN_0 : CERTAIN_1));
  const row = smoothSigned(cells, 8, 8).slice(0, 8 * CELL_PIXELS);
  assert.equal(row[0], -1);
  assert.equal(row.at(-1), 1);
  assert.ok(row.every((value, index) => index === 0 || value >= row[index - 1]));
});

test("a third class is seen", () => {
  assert.equal(hasTwoClasses(Uint8Array.of(CERTAIN_0, CERTAIN_1)), true);
  assert.equal(hasTwoClasses(Uint8Array.of(CERTAIN_0, 2 << 5)), false);
});
