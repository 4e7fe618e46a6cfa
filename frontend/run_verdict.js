/** Owns what is said of the check of a saved run against plain PyTorch. */

import { formatCount, formatNorm } from "./format.js";
import { words } from "./words.js";

/** @typedef {{mark: "good"|"note"|"bad", text: string}} Verdict */

/** Two curves nearer than this are one to any eye; only a run that enlarges its last digits is brought further apart by single precision. */
const SAME_CURVE = 1e-4;

/**
 * @param {Pick<import("./protocol.js").RunSavedMessage, "verified_steps"|"largest_difference"|"is_same_curve"|"why_not_verified"|"changed">} run
 * @returns {Verdict} of a run that was changed on the way: that the curve of the script is not its own
 */
export function verdictOf(run) {
  const { saveRun } = words;
  const verdict = verdictOfScript(run);
  if (!run.changed) return verdict;
  const { mark, text } = verdict;
  return { mark: mark === "bad" ? "bad" : "note", text: `${saveRun.changed} ${mark === "good" ? saveRun.changedChecked(formatCount(run.verified_steps ?? 0)) : text}` };
}

/**
 * @param {Parameters<typeof verdictOf>[0]} run
 * @returns {Verdict}
 */
function verdictOfScript({ verified_steps, largest_difference, is_same_curve, why_not_verified }) {
  const { saveRun } = words;
  if (verified_steps === null || largest_difference === null) return { mark: "note", text: saveRun.notVerified(why_not_verified ?? "") };
  const steps = formatCount(verified_steps);
  if (largest_difference === 0) return { mark: "good", text: saveRun.verifiedExactly(steps) };
  const difference = formatNorm(largest_difference);
  if (!is_same_curve) return { mark: "bad", text: saveRun.differs(difference, steps) };
  return { mark: "good", text: (largest_difference <= SAME_CURVE ? saveRun.verified : saveRun.verifiedButSensitive)(difference, steps) };
}
