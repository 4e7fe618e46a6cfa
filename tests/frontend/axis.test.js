import assert from "node:assert/strict";
import test from "node:test";

import { accuracyAxis, decades, linearAxis, logarithmicAxis, shareOf } from "../../frontend/axis.js";

const of = (...values) => values.map((value) => ({ epoch: 0, value }));

test("the logarithmic axis holds all losses in whole decades", () => {
  assert.deepEqual(decades(of(0.69, 0.02)), { low: -2, high: 0 });
  assert.deepEqual(decades(of(1)), { low: -1, high: 0 });
  assert.deepEqual(decades(of(250, 3)), { low: 0, high: 3 });
  assert.deepEqual(decades(of()), { low: -2, high: 0 });
  assert.deepEqual(decades(of(0, 0.5)), { low: -1, high: 0 });
});

test("the logarithmic axis reaches a jump above one and at most six decades down", () => {
  assert.deepEqual(decades(of(0.5, 1.2, 0.03)), { low: -2, high: 1 });
  assert.deepEqual(decades(of(0.5, 1e-5)), { low: -5, high: 0 });
  assert.deepEqual(decades(of(0.5, 1e-12)), { low: -6, high: 0 });
  assert.deepEqual(logarithmicAxis(of(0.5, 1e-12)).lines.length, 4);
});

test("the linear axis begins at nothing and ends at a round number above all losses", () => {
  assert.deepEqual(linearAxis(of(0.69)), { low: 0, high: 0.8, lines: [0, 0.2, 0.4, 0.6, 0.8], logarithmic: false });
  assert.equal(linearAxis(of()).high, 1);
  for (const most of [1e-9, 0.03, 1, 7.3, 999999]) {
    const { high, lines } = linearAxis(of(most));
    assert.ok(high >= most && high <= 2.5 * most, `${most} ${high}`);
    assert.ok(lines.length <= 6);
  }
});

test("the axis of the accuracy comes nearer as it rises", () => {
  assert.deepEqual([0.3, 0.7, 0.95].map((value) => accuracyAxis(of(value)).low), [0, 0.5, 0.9]);
  assert.equal(accuracyAxis(of()).low, 0.5, "before the first reading");
  assert.deepEqual(accuracyAxis(of(0.3)).lines, [0, 0.5, 1]);
});

test("a value has its place between the ends, and none leaves the axis", () => {
  assert.equal(shareOf(linearAxis(of(1)), 0.5), 0.5);
  assert.equal(shareOf(logarithmicAxis(of(1, 0.011)), 0.1), 0.5);
  for (const axis of [linearAxis(of(1)), logarithmicAxis(of(1))]) {
    assert.equal(shareOf(axis, 0), 0);
    assert.equal(shareOf(axis, 1e9), 1);
  }
});
