import assert from "node:assert/strict";
import test from "node:test";

import { Timeline } from "../../frontend/timeline.js";

const momentOf = (step, bytes = 10_000) => ({
  step, epoch: step / 10, trainLoss: 1, testLoss: null, trainAccuracy: 1, testAccuracy: null, frame: { cells: { byteLength: bytes } },
});
const steps = (timeline) => Array.from({ length: timeline.length }, (_, index) => timeline.at(index).step);

test("a run of a million maps is remembered in 300 moments and 4 MB, in order, from the first to the last", () => {
  const timeline = new Timeline();
  for (let step = 1; step <= 1_000_000; step += 1) timeline.push(momentOf(step));
  assert.ok(timeline.length <= 300 && timeline.length > 290, String(timeline.length));
  assert.ok(timeline.bytes <= 4 * 2 ** 20);
  const kept = steps(timeline);
  assert.deepEqual(kept, [...kept].sort((a, b) => a - b));
  assert.equal(kept[0], 1);
  assert.equal(kept.at(-1), 1_000_000);
});

test("recent moments lie dense, and the sparser the longer ago they are", () => {
  const timeline = new Timeline();
  for (let step = 1; step <= 20_000; step += 1) timeline.push(momentOf(step));
  const kept = steps(timeline);
  const gapAt = (step) => {
    const index = kept.findIndex((other) => other >= step);
    return kept[index] - kept[index - 1];
  };
  assert.ok(gapAt(19_995) <= 5, String(gapAt(19_995)));
  assert.ok(gapAt(19_990) < gapAt(19_000) && gapAt(19_000) < gapAt(15_000), kept.join(" "));
  assert.ok(gapAt(15_000) < 1500, String(gapAt(15_000)));
  assert.ok(gapAt(20) <= 5, "the beginning, where most is learned, stays too");
});

test("large maps are remembered in fewer moments", () => {
  const timeline = new Timeline();
  for (let step = 1; step <= 500; step += 1) timeline.push(momentOf(step, 40_000));
  assert.ok(timeline.bytes <= 4 * 2 ** 20);
  assert.ok(timeline.length > 90, String(timeline.length));
});

test("a map too large for all is remembered alone", () => {
  const timeline = new Timeline(300, 1000);
  timeline.push(momentOf(1, 900));
  timeline.push(momentOf(2, 5000));
  assert.deepEqual(steps(timeline), [2]);
});

test("a new run begins with nothing, and a map made anew replaces that of its step", () => {
  const timeline = new Timeline();
  for (const step of [5, 10, 10, 20]) timeline.push(momentOf(step));
  assert.deepEqual(steps(timeline), [5, 10, 20]);
  timeline.push(momentOf(0));
  assert.deepEqual(steps(timeline), [0]);
  assert.equal(timeline.bytes, 10_000);
});

test("a moment is found again, or the last before it where it was thinned away", () => {
  const timeline = new Timeline(3);
  for (const step of [1, 2, 3, 4, 5]) timeline.push(momentOf(step));
  assert.equal(timeline.indexOf(momentOf(5)), 2);
  assert.equal(timeline.at(timeline.indexOf(momentOf(4))).step <= 4, true);
  assert.equal(timeline.indexOf(momentOf(0)), -1);
  assert.equal(timeline.at(99), null);
});
