import assert from "node:assert/strict";
import test from "node:test";

import { buildRamp, signedEnds, THEMES } from "../../frontend/colors.js";
import { FEATURES, featureTile, paintCells } from "../../frontend/tiles.js";

const SIDE = 12;
const at = (cells, column, row) => cells[row * SIDE + column] / 127.5 - 1;

test("tiles stand the right way up: x1 grows to the right, x2 to the top", () => {
  const x1 = featureTile("x1", SIDE);
  const x2 = featureTile("x2", SIDE);
  assert.ok(at(x1, SIDE - 1, 5) > 0.8 && at(x1, 0, 5) < -0.8);
  assert.ok(at(x2, 5, 0) > 0.8 && at(x2, 5, SIDE - 1) < -0.8);
});

test("each feature is its formula", () => {
  const x = -6 + 12 * (9.5 / SIDE);
  const y = 6 - 12 * (2.5 / SIDE);
  const wanted = [x / 6, y / 6, (x * x) / 36, (y * y) / 36, (x * y) / 36, Math.sin(x), Math.sin(y)];
  FEATURES.forEach((name, index) => assert.ok(Math.abs(at(featureTile(name, SIDE), 9, 2) - wanted[index]) < 0.01, name));
});

test("cells are painted by their sign: minus purple, plus green, nothing the ground", () => {
  const ramp = buildRamp(THEMES.light, 128, signedEnds(THEMES.light), 1);
  const lookup = Uint32Array.from({ length: 256 }, (_, cell) => ramp[Math.round(cell / 255 * 256)]);
  const pixels = new Uint32Array(3);
  paintCells(pixels, Uint8Array.of(0, 128, 255), lookup);
  const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  assert.deepEqual(channels(pixels[0]), [0x7b, 0x32, 0x94]);
  assert.deepEqual(channels(pixels[2]), [0x0b, 0x7a, 0x4b]);
  assert.ok(channels(pixels[1]).every((value) => value > 245));
});
