import assert from "node:assert/strict";
import test from "node:test";

import { pixelToPlane, planeToPixel } from "../../frontend/geometry.js";
import { nearestPoint } from "../../frontend/views/reach.js";

test("the corners of the plane are the corners of the square, y up", () => {
  assert.deepEqual(planeToPixel(-6, 6, 600), [0, 0]);
  assert.deepEqual(planeToPixel(6, -6, 600), [600, 600]);
  assert.deepEqual(planeToPixel(0, 0, 600), [300, 300]);
});

test("what is drawn at a place is hit at that place, at every size", () => {
  for (const side of [1, 318, 390, 771.5, 1544]) {
    for (const [x, y] of [[-6, -6], [-3.2, 4.7], [0, 0], [0.01, -0.01], [5.999, 2]]) {
      const [backX, backY] = pixelToPlane(...planeToPixel(x, y, side), side);
      assert.ok(Math.abs(backX - x) < 1e-9 && Math.abs(backY - y) < 1e-9, `${x}, ${y} at ${side}`);
    }
  }
});

test("a cell of the map lies under the place that the contract gives to it", () => {
  const [column, row, width, side] = [12, 34, 100, 800];
  const x = -6 + (12 * (column + 0.5)) / width;
  const y = 6 - (12 * (row + 0.5)) / width;
  const [pixelX, pixelY] = planeToPixel(x, y, side);
  assert.equal(Math.floor(pixelX / (side / width)), column);
  assert.equal(Math.floor(pixelY / (side / width)), row);
});

test("the eraser takes the nearest point within reach, and none beyond", () => {
  const points = [{ key: 1, x: 0, y: 0, label: 0 }, { key: 2, x: 0.1, y: 0, label: 1 }, { key: 3, x: 5, y: 5, label: 0 }];
  assert.equal(nearestPoint(points, { x: 304, y: 300, side: 600 }, 12)?.key, 2);
  assert.equal(nearestPoint(points, { x: 301, y: 300, side: 600 }, 12)?.key, 1);
  assert.equal(nearestPoint(points, { x: 300, y: 330, side: 600 }, 12), null);
});
