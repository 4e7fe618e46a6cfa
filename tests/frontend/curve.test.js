import assert from "node:assert/strict";
import test from "node:test";

import { nearestSample, RunCurves, Series } from "../../frontend/curve.js";

const reading = (step, epoch, trainLoss, testLoss, trainAccuracy = null, testAccuracy = null) =>
  ({ step, epoch, trainLoss, testLoss, trainAccuracy, testAccuracy });

test("a series of any length stays within its bound and keeps its ends", () => {
  const series = new Series(undefined, 600);
  for (let at = 0; at <= 1_000_000; at += 1) series.push(at, 1 / (at + 1));
  assert.ok(series.samples.length <= 600, String(series.samples.length));
  assert.ok(series.samples.length > 250, String(series.samples.length));
  assert.equal(series.samples[0].epoch, 0);
  assert.equal(series.samples.at(-1).epoch, 1_000_000);
});

test("thinning keeps the samples evenly spread and in order", () => {
  const series = new Series(undefined, 64);
  for (let at = 0; at < 10_000; at += 1) series.push(at, 1);
  const gaps = series.samples.slice(1, -1).map((sample, index) => sample.epoch - series.samples[index].epoch).slice(1);
  assert.ok(Math.min(...gaps) > 0);
  assert.ok(Math.max(...gaps) <= 2 * Math.min(...gaps), String(gaps));
});

test("a short series is not thinned", () => {
  const series = new Series(undefined, 600);
  for (let at = 0; at < 600; at += 1) series.push(at, at + 1);
  assert.equal(series.samples.length, 600);
});

test("stopping and going on continues the curves, new weights begin them", () => {
  const curves = new RunCurves();
  curves.push(reading(10, 1, 0.5, null));
  curves.push(reading(20, 2, 0.4, 0.6, 0.8, 0.7));
  curves.push(reading(20, 2, 0.4, null));
  curves.push(reading(30, 3, 0.3, null));
  assert.deepEqual(curves.trainLoss.samples.map(({ epoch }) => epoch), [1, 2, 3]);
  assert.deepEqual(curves.testLoss.samples.map(({ value }) => value), [0.6]);
  assert.deepEqual(curves.trainAccuracy.samples, [{ epoch: 2, value: 0.8 }]);
  assert.deepEqual(curves.testAccuracy.samples, [{ epoch: 2, value: 0.7 }]);
  assert.equal(curves.lastEpoch, 3);
  curves.push(reading(0, 0, 0.7, null));
  assert.deepEqual(curves.trainLoss.samples.map(({ value }) => value), [0.7]);
  assert.deepEqual(curves.testLoss.samples, []);
  assert.deepEqual(curves.trainAccuracy.samples, []);
});

test("what changes without a step is not drawn twice at the same place", () => {
  const curves = new RunCurves();
  curves.push(reading(10, 1, 0.5, 0.6, 0.7, 0.8));
  curves.push(reading(10, 1, 0.7, 0.8, 0.9, 1));
  assert.deepEqual([curves.trainLoss, curves.testLoss, curves.trainAccuracy, curves.testAccuracy].map(({ samples }) => samples.length), [1, 1, 1, 1]);
});

test("what was not seen is a gap, also after many more readings and a reload", () => {
  const curves = new RunCurves();
  curves.push(reading(10, 1, 0.5, null));
  curves.meetAgain(10);
  curves.push(reading(20, 2, 0.4, null));
  const back = new RunCurves();
  back.bringBack(JSON.parse(JSON.stringify(curves.keep())));
  back.meetAgain(500);
  back.push(reading(500, 50, 0.3, null));
  assert.deepEqual(back.trainLoss.samples.map(({ epoch, begins }) => [epoch, begins ?? false]), [[1, false], [2, false], [50, true]]);
  for (let step = 501; step < 5000; step += 1) back.push(reading(step, step, 0.2, null));
  assert.equal(back.trainLoss.samples.filter(({ begins }) => begins).length, 1);
});

test("an accuracy of nothing is merged as a mean, so that it is not lost", () => {
  const curves = new RunCurves();
  for (let step = 0; step < 2000; step += 1) curves.push(reading(step, step, null, null, step % 2));
  const middle = curves.trainAccuracy.samples.slice(5, -5).map(({ value }) => value);
  assert.ok(middle.every((value) => value >= 0 && value <= 1));
  assert.ok(middle.some((value) => value > 0.4));
});

test("the nearest sample is found on both sides", () => {
  const samples = [0, 10, 20].map((epoch) => ({ epoch, value: epoch }));
  assert.deepEqual([-5, 4, 6, 19, 99].map((epoch) => nearestSample(samples, epoch)?.value), [0, 0, 10, 20, 20]);
  assert.equal(nearestSample([], 3), null);
});
