/** Owns the look-up and making of elements, so that views say what they need and fail at once when the page lacks it. */

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`The page has no ${selector}.`);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node|string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Writes only what differs, and into the text that is there: a figure that changes costs no node, one that does not no layout.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const { firstChild: only } = element;
  if (only instanceof Text && only.nextSibling === null) {
    if (only.data !== text) only.data = text;
  } else if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * @param {HTMLButtonElement|HTMLInputElement|HTMLSelectElement} control
 * @param {boolean} enabled
 */
export function setEnabled(control, enabled) {
  if (control.disabled === enabled) control.disabled = !enabled;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function context2d(canvas) {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no canvas.");
  return context;
}

/**
 * @param {OffscreenCanvas} canvas
 * @returns {OffscreenCanvasRenderingContext2D}
 */
export function offscreen2d(canvas) {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no canvas.");
  return context;
}

/** @type {WeakMap<HTMLInputElement, string>} */
const shownValues = new WeakMap();

/**
 * Shows a value in a field, if it is another than the one shown last: what a person is typing stays.
 * @param {HTMLInputElement} field
 * @param {string} value
 */
export function setValue(field, value) {
  if (shownValues.get(field) === value) return;
  shownValues.set(field, value);
  field.value = value;
}
