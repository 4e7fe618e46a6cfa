import assert from "node:assert/strict";
import test from "node:test";

import { buildLookup, buildRamp, THEMES } from "../../frontend/colors.js";
import { CERTAINTIES, hasTwoClasses, RAMP_STEPS, SIGNED_LEVELS, SmoothMap } from "../../frontend/smooth_map.js";
import { CELL_PIXELS } from "../../frontend/smoothing.js";

const CERTAIN_0 = 31;
const CERTAIN_1 = (1 << 5) | 31;
/** In place of colours: how far along the ramp, from -1 over 0 at the ground to 1, in steps. */
const PLACES = Uint32Array.from({ length: 2 * RAMP_STEPS + 1 }, (_, step) => step);
const LOOKUP = buildLookup(THEMES.light);

function places(cells, width, height, levels, map = new SmoothMap()) {
  const pixels = new Uint32Array(width * height * CELL_PIXELS ** 2);
  map.paintSigned(cells, width, height, levels, PLACES, pixels);
  return [...pixels].map((step) => step / RAMP_STEPS - 1);
}

function colors(cells, width, height, map = new SmoothMap()) {
  const pixels = new Uint32Array(width * height * CELL_PIXELS ** 2);
  map.paintColors(cells, width, height, LOOKUP, pixels);
  return [...pixels];
}

/** Cells that have nothing to do with each other. */
const noise = (count, most) => Uint8Array.from({ length: count }, (_, index) => (index * 7919 + (index >> 3) * 104729) % most);

/** Doubles a row with the weights 3/4 and 1/4. */
function doubled(row) {
  return row.flatMap((here, at) => [0.75 * here + 0.25 * (row[at - 1] ?? here), 0.75 * here + 0.25 * (row[at + 1] ?? here)]);
}

function transposed(rows) {
  return rows[0].map((_, x) => rows.map((row) => row[x]));
}

/** The same smooth picture by the definition: the corners taken off, then doubled twice, along each axis. */
function byDefinition(values, width) {
  const soft = (row) => row.map((here, at) => ((row[at - 1] ?? here) + 2 * here + (row[at + 1] ?? here)) / 4);
  const along = (rows) => rows.map((row) => doubled(doubled(soft(row))));
  const rows = Array.from({ length: values.length / width }, (_, y) => values.slice(y * width, (y + 1) * width));
  return transposed(along(transposed(along(rows)))).flat();
}

test("a map of one class stays as certain as it is up to its edges", () => {
  const found = places(new Uint8Array(9).fill(CERTAIN_1), 3, 3, CERTAINTIES);
  assert.equal(found.length, 9 * CELL_PIXELS ** 2);
  assert.ok(found.every((place) => place === 1));
});

test("a sharp boundary runs through the ground once, without a step back", () => {
  const cells = Uint8Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? CERTAIN_0 : CERTAIN_1));
  const row = places(cells, 8, 8, CERTAINTIES).slice(0, 8 * CELL_PIXELS);
  assert.equal(row[0], -1);
  assert.equal(row.at(-1), 1);
  assert.ok(row.every((place, index) => index === 0 || place >= row[index - 1]));
});

for (const [width, height] of [[9, 6], [1, 5], [4, 1], [1, 1]]) {
  test(`${width} × ${height} cells become what softening and two doublings make of them`, () => {
    const cells = noise(width * height, 256);
    const wanted = byDefinition([...cells].map((cell) => cell / 127.5 - 1), width);
    const found = places(cells, width, height, SIGNED_LEVELS);
    assert.equal(found.length, wanted.length);
    assert.ok(found.every((place, index) => Math.abs(place - wanted[index]) <= 1 / RAMP_STEPS));
  });
}

test("a third class is seen", () => {
  assert.equal(hasTwoClasses(Uint8Array.of(CERTAIN_0, CERTAIN_1)), true);
  assert.equal(hasTwoClasses(Uint8Array.of(CERTAIN_0, 2 << 5)), false);
});

test("signed cells run from one end of the ramp to the other", () => {
  for (const [cell, place] of [[0, -1], [255, 1]]) assert.ok(places(new Uint8Array(4).fill(cell), 2, 2, SIGNED_LEVELS).every((found) => found === place));
  const middle = new SmoothMap();
  const lows = places(new Uint8Array(4).fill(127), 2, 2, SIGNED_LEVELS, middle);
  const highs = places(new Uint8Array(4).fill(128), 2, 2, SIGNED_LEVELS, middle);
  assert.ok(Math.abs(lows[0] + highs[0]) < 1e-9);
});

test("an area of one class has exactly the colour of its cells, whichever it is", () => {
  for (let cell = 0; cell < 256; cell += 1) {
    assert.ok(colors(new Uint8Array(6).fill(cell), 3, 2).every((pixel) => pixel === LOOKUP[cell]), String(cell));
  }
});

test("between two classes the colours run from one to the other, channel by channel", () => {
  const row = colors(Uint8Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? 31 : (2 << 5) | 31)), 8, 8).slice(0, 8 * CELL_PIXELS);
  const [from, to] = [LOOKUP[31], LOOKUP[(2 << 5) | 31]];
  assert.deepEqual([row[0], row.at(-1)], [from, to]);
  for (const shift of [0, 8, 16, 24]) {
    const channel = row.map((pixel) => (pixel >>> shift) & 255);
    const rises = channel.at(-1) >= channel[0];
    assert.ok(channel.every((value, index) => index === 0 || (rises ? value >= channel[index - 1] : value <= channel[index - 1])), String(shift));
  }
});

test("a map leaves nothing behind in the next one, whatever its size and its kind", () => {
  const map = new SmoothMap();
  const ramp = buildRamp(THEMES.dark, RAMP_STEPS);
  for (const [width, height] of [[12, 12], [4, 4], [20, 20], [5, 9], [12, 12]]) {
    const cells = noise(width * height, 256);
    assert.deepEqual(places(cells, width, height, SIGNED_LEVELS, map), places(cells, width, height, SIGNED_LEVELS));
    assert.deepEqual(colors(cells, width, height, map), colors(cells, width, height));
    const pixels = new Uint32Array(width * height * CELL_PIXELS ** 2).fill(7);
    map.paintSigned(cells, width, height, SIGNED_LEVELS, ramp, pixels);
    assert.ok(pixels.every((pixel) => ramp.includes(pixel)));
  }
});

test("maps cost no memory once the largest has been seen", () => {
  const made = [];
  const watched = (type) => class extends type {
    constructor(...values) {
      super(...values);
      made.push(type.name);
    }
  };
  const { Int32Array: Int32, ArrayBuffer: Buffer } = globalThis;
  const map = new SmoothMap();
  const pixels = new Uint32Array(12 * 12 * CELL_PIXELS ** 2);
  const paint = (side) => {
    const cells = noise(side * side, 256);
    map.paintSigned(cells, side, side, SIGNED_LEVELS, PLACES, pixels);
    map.paintColors(cells, side, side, LOOKUP, pixels);
  };
  Object.assign(globalThis, { Int32Array: watched(Int32), ArrayBuffer: watched(Buffer) });
  try {
    paint(12);
    assert.deepEqual(new Set(made), new Set(["Int32Array"]));
    made.length = 0;
    for (const side of [12, 4, 10, 5, 12]) paint(side);
    assert.deepEqual(made, []);
  } finally {
    Object.assign(globalThis, { Int32Array: Int32, ArrayBuffer: Buffer });
  }
});
