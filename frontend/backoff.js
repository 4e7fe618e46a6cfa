/** Owns how long to wait before the next attempt at a connection. */

const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 15_000;

/**
 * How long to wait before attempt number `attempt` (from 0): doubling, with the upper half left to chance.
 * @param {number} attempt
 * @param {number} chance from 0 to 1
 * @returns {number} milliseconds
 */
export function backoffMs(attempt, chance) {
  const longest = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (attempt + 1));
  return Math.max(MIN_BACKOFF_MS, (longest / 2) * (1 + chance));
}
