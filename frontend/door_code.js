/** Owns what the codes look like that `--class` makes, such as k7m4p-2xqpd-9hrtw, however they were typed. */

const MADE = /^[a-hjkmnp-z2-9]{15}$/;
const GROUP = /.{5}(?=.)/g;

/**
 * @param {string} typed
 * @returns {string|null} the code as it was made, whatever there is of capitals, blanks, and dashes or none; null if it can be none of those
 */
export function asMade(typed) {
  const letters = typed.replace(/[\s\p{Dash}]/gu, "").toLowerCase();
  return MADE.test(letters) ? letters.replace(GROUP, "$&-") : null;
}
