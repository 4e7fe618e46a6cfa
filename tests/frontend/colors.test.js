import assert from "node:assert/strict";
import test from "node:test";

import { buildLookup, CLASS_COLORS, MARKER_HAIRLINE, MARKER_RING, MARKER_SHAPES, rgbOf, THEMES } from "../../frontend/colors.js";

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const channels = (pixel) => [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255];

for (const [name, theme] of Object.entries(THEMES)) {
  test(`a marker's ring or hairline holds 3:1 on every colour of the ${name} map`, () => {
    for (const pixel of buildLookup(theme)) {
      const best = Math.max(contrast(rgbOf(MARKER_RING), channels(pixel)), contrast(rgbOf(MARKER_HAIRLINE), channels(pixel)));
      assert.ok(best >= 3, `${best.toFixed(2)} on ${channels(pixel)}`);
    }
  });

  test(`the ${name} map shows its ground where the network has no idea, and is never see-through`, () => {
    const lookup = buildLookup(theme);
    for (let label = 0; label < 8; label += 1) assert.deepEqual(channels(lookup[label << 5]), [...theme.ground]);
    assert.ok(lookup.every((pixel) => pixel >>> 24 === 255));
  });

  test(`certainty makes the colours of the ${name} map stronger, class by class`, () => {
    const lookup = buildLookup(theme);
    const distance = (pixel) => Math.hypot(...channels(pixel).map((value, channel) => value - theme.ground[channel]));
    for (let label = 0; label < 8; label += 1) {
      for (let confidence = 1; confidence < 32; confidence += 1) {
        assert.ok(distance(lookup[(label << 5) + confidence]) > distance(lookup[(label << 5) + confidence - 1]));
      }
    }
  });

  test(`the eight certain colours of the ${name} map all differ`, () => {
    const lookup = buildLookup(theme);
    assert.equal(new Set(CLASS_COLORS.map((_, label) => lookup[(label << 5) + 31])).size, 8);
  });
}

test("in the dark the light ring is wide, and holds 3:1 on the class's own certain colour wherever the hairline is near it", () => {
  assert.ok(THEMES.dark.ring >= 2 * THEMES.light.ring);
  const lookup = buildLookup(THEMES.dark);
  for (let label = 0; label < 8; label += 1) {
    const certain = channels(lookup[(label << 5) + 31]);
    if (contrast(rgbOf(MARKER_HAIRLINE), certain) < 4.5) assert.ok(contrast(rgbOf(MARKER_RING), certain) >= 3, String(label));
  }
});

test("every class has a colour and a shape of its own", () => {
  assert.equal(new Set(CLASS_COLORS).size, 8);
  assert.equal(new Set(MARKER_SHAPES.map((shape) => JSON.stringify(shape))).size, 8);
});
