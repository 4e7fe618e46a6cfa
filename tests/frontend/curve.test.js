import assert from "node:assert/strict";
import test from "node:test";

import { decades, LossCurve, Series } from "../../frontend/curve.js";

test("a series of any length stays within its bound and keeps its ends", () => {
  const series = new Series(600);
  for (let reading = 0; reading <= 100_000; reading += 1) series.push(reading, 1 / (reading + 1));
  assert.ok(series.samples.length <= 600, String(series.samples.length));
  assert.ok(series.samples.length > 250, String(series.samples.length));
  assert.equal(series.samples[0].epoch, 0);
  assert.equal(series.samples.at(-1).epoch, 100_000);
});

test("thinning keeps the samples evenly spread and in order", () => {
  const series = new Series(64);
  for (let reading = 0; reading < 10_000; reading += 1) series.push(reading, 1);
  const gaps = series.samples.slice(1, -1).map((sample, index) => sample.epoch - series.samples[index].epoch).slice(1);
  assert.ok(Math.min(...gaps) > 0);
  assert.ok(Math.max(...gaps) <= 2 * Math.min(...gaps), String(gaps));
});

test("a short series is not thinned", () => {
  const series = new Series(600);
  for (let reading = 0; reading < 600; reading += 1) series.push(reading, reading + 1);
  assert.equal(series.samples.length, 600);
});

test("stopping and going on continues the curve, new weights begin one", () => {
  const curve = new LossCurve();
  curve.push(10, 1, 0.5, null);
  curve.push(20, 2, 0.4, 0.6);
  curve.push(20, 2, 0.4, null);
  curve.push(30, 3, 0.3, null);
  assert.deepEqual(curve.train.samples.map(({ epoch }) => epoch), [1, 2, 3]);
  assert.deepEqual(curve.test.samples.map(({ loss }) => loss), [0.6]);
  curve.push(0, 0, 0.7, null);
  assert.deepEqual(curve.train.samples.map(({ loss }) => loss), [0.7]);
  assert.deepEqual(curve.test.samples, []);
});

test("a loss that changes without a step is not drawn twice at the same place", () => {
  const curve = new LossCurve();
  curve.push(10, 1, 0.5, 0.6);
  curve.push(10, 1, 0.7, 0.8);
  assert.deepEqual([curve.train.samples.length, curve.test.samples.length], [1, 1]);
});

test("the axis holds all losses in whole decades", () => {
  const of = (...losses) => decades(losses.map((loss) => ({ epoch: 0, loss })));
  assert.deepEqual(of(0.69, 0.02), { low: -2, high: 0 });
  assert.deepEqual(of(1), { low: -1, high: 0 });
  assert.deepEqual(of(250, 3), { low: 0, high: 3 });
  assert.deepEqual(of(), { low: -2, high: 0 });
  assert.deepEqual(of(0, 0.5), { low: -1, high: 0 });
});

test("what was not seen is a gap, also after many more readings and a reload", () => {
  const curve = new LossCurve();
  curve.push(10, 1, 0.5, null);
  curve.meetAgain(10);
  curve.push(20, 2, 0.4, null);
  const back = new LossCurve();
  back.bringBack(JSON.parse(JSON.stringify(curve.keep())));
  back.meetAgain(500);
  back.push(500, 50, 0.3, null);
  assert.deepEqual(back.train.samples.map(({ epoch, begins }) => [epoch, begins ?? false]), [[1, false], [2, false], [50, true]]);
  for (let step = 501; step < 5000; step += 1) back.push(step, step, 0.2, null);
  assert.equal(back.train.samples.filter(({ begins }) => begins).length, 1);
});

test("the axis reaches a jump above one and at most six decades down", () => {
  const of = (...losses) => decades(losses.map((loss) => ({ epoch: 0, loss })));
  assert.deepEqual(of(0.5, 1.2, 0.03), { low: -2, high: 1 });
  assert.deepEqual(of(0.5, 1e-5), { low: -5, high: 0 });
  assert.deepEqual(of(0.5, 1e-12), { low: -6, high: 0 });
});
