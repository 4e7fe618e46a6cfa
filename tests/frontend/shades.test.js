import assert from "node:assert/strict";
import test from "node:test";

import { rgbOf, THEMES } from "../../frontend/colors.js";
import { linkWidth, shadeColors, shadeOf, SHADES } from "../../frontend/shades.js";

const rgb = (text) => text.match(/\d+/g).map(Number);
const distance = (a, b) => Math.hypot(...a.map((channel, index) => channel - b[index]));

test("a weight of zero is in the middle, and so is what is no number", () => {
  assert.deepEqual([0, NaN].map(shadeOf), [SHADES, SHADES]);
});

test("weights are as strong to one side as to the other, and any size has a shade", () => {
  for (const size of [0.1, 1, 5, 1000, Infinity]) {
    assert.equal(shadeOf(size) - SHADES, SHADES - shadeOf(-size));
    assert.ok(shadeOf(size) <= 2 * SHADES);
  }
});

test("a larger weight has a wider link", () => {
  const widths = [0, 0.3, 1, 2, 4].map((size) => linkWidth(shadeOf(size), 1));
  assert.ok(widths.every((width, index) => index === 0 || width > widths[index - 1]));
  assert.equal(linkWidth(shadeOf(-2), 1), linkWidth(shadeOf(2), 1));
});

for (const [name, theme] of Object.entries(THEMES)) {
  test(`plus, minus and nothing are told apart on the ${name} ground, and a small weight is quiet`, () => {
    const colors = shadeColors(theme).map(rgb);
    const [minus, none, plus] = [colors[0], colors[SHADES], colors.at(-1)];
    assert.ok(distance(minus, plus) > 80);
    for (const end of [minus, plus]) assert.ok(distance(end, none) > 100);
    assert.ok(distance(colors[SHADES + 1], theme.ground) < 60);
    assert.ok(distance(rgbOf(theme.hollow), theme.ground) === 0);
  });
}
