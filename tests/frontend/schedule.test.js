import assert from "node:assert/strict";
import test from "node:test";

import { DEFAULT_CONFIG, SCHEDULES } from "../../frontend/run_config.js";
import { learningRateAt } from "../../frontend/schedule.js";

const rates = (schedule, ...epochs) =>
  epochs.map((epoch) => Number(learningRateAt({ ...DEFAULT_CONFIG, schedule, learning_rate: 1, schedule_epochs: 10, schedule_factor: 0.5 }, epoch).toPrecision(6)));

test("each schedule gives the rate that training.md says", () => {
  assert.deepEqual(rates("constant", 0, 99), [1, 1]);
  assert.deepEqual(rates("step", 0, 9.9, 10, 25), [1, 1, 0.5, 0.25]);
  assert.deepEqual(rates("exponential", 0, 5, 10), [1, 0.707107, 0.5]);
  assert.deepEqual(rates("cosine", 0, 5, 10, 50), [1, 0.505, 0.01, 0.01]);
  assert.deepEqual(rates("warm_up", 0, 5, 10, 50), [0.1, 0.55, 1, 1]);
});

test("every schedule has a rate above 0 and at most the learning rate, however long it runs", () => {
  for (const schedule of SCHEDULES) {
    for (const rate of rates(schedule, 0, 0.1, 3, 10, 100)) assert.ok(rate > 0 && rate <= 1, `${schedule} ${rate}`);
  }
});
