/** Fills the page's structure with its words: text, accessible names and explanations, each named in an attribute. */

import { words } from "../words.js";
import { explain } from "./tips.js";

/**
 * @param {string} path such as "data.noise"
 * @returns {string}
 */
export function wordAt(path) {
  const [section = "", key = ""] = path.split(".");
  const found = /** @type {Readonly<Record<string, Readonly<Record<string, unknown>>>>} */ (words)[section]?.[key];
  if (typeof found !== "string") throw new Error(`There are no words for ${path}.`);
  return found;
}

/** @param {Document|Element} root */
export function fillWords(root) {
  for (const element of root.querySelectorAll("[data-words]")) element.textContent = wordAt(element.getAttribute("data-words") ?? "");
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", wordAt(element.getAttribute("data-label") ?? ""));
  }
  for (const element of root.querySelectorAll("[data-explain]")) {
    if (element instanceof HTMLElement) explain(element, wordAt(element.getAttribute("data-explain") ?? ""));
  }
  document.documentElement.dataset.worded = "";
}
