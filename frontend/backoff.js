/** Owns how long to wait before the next attempt at a connection. */

const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 15_000;

/**
 * How long to wait before attempt number `attempt` (from 0): doubling, with the upper half left to chance.
 * @param {number} attempt
 * @param {number} chance from 0 to 1
 * @param {number} [leastMs] what the server asks for
 * @returns {number} milliseconds
 */
export function backoffMs(attempt, chance, leastMs = 0) {
  const shortest = Math.min(MAX_BACKOFF_MS / 2, MIN_BACKOFF_MS * 2 ** attempt);
  return Math.max(shortest, leastMs) * (1 + chance);
}
