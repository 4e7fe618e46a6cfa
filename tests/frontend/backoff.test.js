import assert from "node:assert/strict";
import test from "node:test";

import { backoffMs } from "../../frontend/backoff.js";

test("backoff grows from half a second to fifteen and never leaves these bounds", () => {
  for (const chance of [0, 0.5, 1]) {
    const delays = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, chance));
    assert.ok(delays.every((delay) => delay >= 500 && delay <= 15_000), String(delays));
    assert.ok(delays.every((delay, index) => index === 0 || delay >= delays[index - 1]), String(delays));
  }
  assert.equal(backoffMs(0, 0), 500);
  assert.equal(backoffMs(20, 1), 15_000);
  assert.notEqual(backoffMs(3, 0.2), backoffMs(3, 0.8));
});

test("backoff is never shorter than the server asks, and left to chance all the same", () => {
  for (const attempt of [0, 1, 5, 20]) {
    const delays = [0, 0.3, 1].map((chance) => backoffMs(attempt, chance, 4000));
    assert.ok(delays[0] >= 4000 && delays[0] < delays[1] && delays[1] < delays[2], String(delays));
  }
  assert.equal(backoffMs(20, 0.5, 2000), backoffMs(20, 0.5), "what is longer anyway stays");
});
