/** Owns what a browser has to have for the page. Of all that is needed these are the newest: who has them has the rest too. */

/**
 * @param {{CSS: {supports: (property: string, value: string) => boolean}, HTMLElement: {prototype: object}}} browser
 * @returns {boolean} whether the page cannot be shown as it is meant
 */
export function isTooOld({ CSS, HTMLElement }) {
  return !CSS.supports("color", "light-dark(#000, #fff)") || !("popover" in HTMLElement.prototype);
}
