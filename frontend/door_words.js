/** Fills the pages around the lab with their words. They stand apart from those of the page: who stands at the door reads no more. */

import { en } from "./words/door_en.js";

export { en as doorWords } from "./words/door_en.js";

/**
 * @param {string} path such as "door.title"
 * @returns {string}
 */
function doorWordAt(path) {
  const [section = "", key = ""] = path.split(".");
  const found = /** @type {Readonly<Record<string, Readonly<Record<string, unknown>>>>} */ (en)[section]?.[key];
  if (typeof found !== "string") throw new Error(`There are no words for ${path}.`);
  return found;
}

/** @param {Document} page */
export function fillDoorWords(page) {
  for (const element of page.querySelectorAll("[data-door]")) element.textContent = doorWordAt(element.getAttribute("data-door") ?? "");
  for (const element of page.querySelectorAll("[data-door-alt]")) {
    element.setAttribute("alt", doorWordAt(element.getAttribute("data-door-alt") ?? ""));
  }
  page.documentElement.dataset.worded = "";
}
