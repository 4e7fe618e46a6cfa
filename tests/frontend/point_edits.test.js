import assert from "node:assert/strict";
import test from "node:test";

import { makePoint } from "../../frontend/document.js";
import {
  bandAround, flipLabels, giveAll, keysAround, keysWithin, moveAll, scatterValues, toClassification, toRegression,
} from "../../frontend/point_edits.js";

/** Park and Miller's generator. */
function seeded(state = 5) {
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const many = (count, classes = 2) => Array.from({ length: count }, (_, index) => makePoint(0, 0, index % classes));

test("a rectangle holds the points in it, from whichever corner it was drawn", () => {
  const [inside, edge, outside] = [makePoint(1, 1, 0), makePoint(2, 2, 0), makePoint(2.1, 1, 0)];
  for (const band of [{ x0: 0, y0: 0, x1: 2, y1: 2 }, { x0: 2, y0: 2, x1: 0, y1: 0 }, { x0: 0, y0: 2, x1: 2, y1: 0 }]) {
    assert.deepEqual(keysWithin([inside, edge, outside], band), new Set([inside.key, edge.key]));
  }
});

test("a disc holds the points within its radius", () => {
  const [near, far] = [makePoint(1, 1, 0), makePoint(1.4, 1.4, 0)];
  assert.deepEqual(keysAround([near, far], 1, 1, 0.5), new Set([near.key]));
});

test("chosen points move as one and stop together at the edge of the plane", () => {
  const points = [makePoint(5, 0, 0), makePoint(1, -5.5, 1), makePoint(0, 0, 0)];
  const chosen = points.slice(0, 2);
  assert.deepEqual(moveAll(points, chosen, 3, -2).map(({ x, y }) => [x, y]), [[6, -0.5], [2, -6], [0, 0]]);
  assert.deepEqual(bandAround(chosen), { x0: 1, y0: -5.5, x1: 5, y1: 0 });
  assert.equal(moveAll(points, [], 1, 1), points);
});

test("a moved point keeps the label that it got meanwhile", () => {
  const [before, now] = [makePoint(1, 1, 0), makePoint(1, 1, 0)].map((point) => ({ ...point, key: 4 }));
  assert.deepEqual(moveAll([{ ...now, label: 1 }], [before], 1, 0), [{ ...now, x: 2, label: 1 }]);
});

test("chosen points get a class or a value and keep their keys", () => {
  const points = many(3);
  const keys = new Set([points[1].key]);
  assert.deepEqual(giveAll(points, keys, { label: 4 }).map(({ label }) => label), [0, 4, 0]);
  assert.deepEqual(giveAll(points, keys, { value: -0.5 }).map(({ key, value }) => [key, value]), points.map(({ key }, index) => [key, index === 1 ? -0.5 : null]));
});

test("label noise flips exactly its share, each to another class, all classes in turn", () => {
  const points = many(1000, 4);
  const flipped = flipLabels(points, 0.25, 4, seeded());
  const changed = flipped.filter((point, index) => point.label !== points[index].label);
  assert.equal(changed.length, 250);
  assert.deepEqual(flipped.map(({ key }) => key), points.map(({ key }) => key));
  for (let label = 0; label < 4; label += 1) assert.ok(changed.filter((point) => point.label === label).length > 40);
  assert.deepEqual(flipLabels(points, 0, 4, seeded()), points);
  assert.ok(flipLabels(many(10), 1, 2, seeded()).every(({ label }, index) => label === 1 - (index % 2)));
});

test("scattered values are from -1 to 1, and the share of them exact", () => {
  const scattered = scatterValues(many(100), 0.3, seeded()).filter(({ value }) => value !== null);
  assert.equal(scattered.length, 30);
  assert.ok(scattered.every(({ value }) => Math.abs(value) <= 1));
});

test("points go to regression by their label and back by the sign of their value", () => {
  const points = [0, 1, 2].map((label) => makePoint(0, 0, label));
  const valued = toRegression(points, 3);
  assert.deepEqual(valued.map(({ value }) => value), [-1, 0, 1]);
  assert.deepEqual(toClassification(valued).map(({ label }) => label), [0, 0, 1]);
});
