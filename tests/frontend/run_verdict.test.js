import assert from "node:assert/strict";
import test from "node:test";

import { verdictOf } from "../../frontend/run_verdict.js";

const verdict = (steps, difference, isSame = true, why = null, changed = false) =>
  verdictOf({ verified_steps: steps, largest_difference: difference, is_same_curve: isSame, why_not_verified: why, changed });

test("a curve that is the same to single precision has the check mark, with the largest difference", () => {
  const { mark, text } = verdict(200, 3.2e-7);
  assert.equal(mark, "good");
  assert.match(text, /same curve: over 200 steps the losses differ by 3\.2e−7 at most/);
});

test("one that is the same to the last digit says so", () => {
  assert.match(verdict(1000, 0).text, /to the last digit, over 1,000 steps/);
});

test("a curve that is another is no success", () => {
  const { mark, text } = verdict(200, 0.03, false);
  assert.equal(mark, "bad");
  assert.match(text, /another curve.*by up to 0\.03/);
});

test("one that rounding alone has parted from ours is told so, with what calms it", () => {
  const { mark, text } = verdict(200, 0.03);
  assert.equal(mark, "good");
  assert.match(text, /same curve, as far as it can be told.*rounding alone parts the losses by up to 0\.03.*smaller learning rate/);
});

test("what was not checked has no check mark, and says why", () => {
  assert.deepEqual(verdict(null, null, null, "It took longer than 30 s."), { mark: "note", text: "Not checked against plain PyTorch. It took longer than 30 s." });
});

test("a run that was changed on the way has no check mark, whatever the script gives, and it is said where its course is", () => {
  const same = verdict(200, 3.2e-7, true, null, true);
  assert.equal(same.mark, "note");
  assert.match(same.text, /^Settings, points or weights were changed on the way: train\.py trains with the last ones.*changes\.jsonl has the real course/);
  assert.match(same.text, /itself was checked over 200 steps\.$/);
  assert.doesNotMatch(same.text, /same curve/);
  const other = verdict(200, 0.03, false, null, true);
  assert.equal(other.mark, "bad");
  assert.match(other.text, /changed on the way.*another curve/);
  assert.match(verdict(null, null, null, "It took longer than 30 s.", true).text, /changed on the way.*Not checked.*longer than 30 s/);
});
