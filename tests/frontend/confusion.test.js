import assert from "node:assert/strict";
import test from "node:test";

import { barOfNorm, classFigures, rowShares } from "../../frontend/confusion.js";

test("precision is of what was said, recall of what there is", () => {
  assert.deepEqual(classFigures([[8, 2], [4, 6]]), [
    { precision: 8 / 12, recall: 0.8, support: 10 }, { precision: 0.75, recall: 0.6, support: 10 }]);
});

test("a class that is never said has no precision, one without points no recall", () => {
  assert.deepEqual(classFigures([[5, 0], [3, 0]])[1], { precision: null, recall: 0, support: 3 });
  assert.deepEqual(classFigures([[5, 1], [0, 0]])[1], { precision: 0, recall: null, support: 0 });
  assert.deepEqual(classFigures([]), []);
});

test("shares are of the row, and an empty row has none", () => {
  assert.deepEqual(rowShares([[1, 3], [0, 0]]), [[0.25, 0.75], [0, 0]]);
});

test("the bar of a gradient is logarithmic and stays within its ends", () => {
  assert.deepEqual([null, 0, NaN, 1e-12, 1e-3, 100, 1e9].map(barOfNorm), [0, 0, 0, 0, 0.5, 1, 1]);
});
