/** Owns which addresses of a page only its own computer can open. */

/**
 * @param {string} hostname as `location.hostname` has it
 * @returns {boolean} whether it means the computer that asks, whichever that is
 */
export function isLoopback(hostname) {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname);
}
