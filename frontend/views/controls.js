/** Owns the list of everything that can be operated: the page itself is the list, read by its attributes. */

import { words } from "../words.js";
import { explanationOf } from "./tips.js";
import { wordAt } from "./words_in_page.js";

/** @typedef {{control: string, name: string, sentence: string, element: HTMLElement}} Control */
/** @typedef {"data"|"draw"|"network"|"training"|"view"|"analysis"} GroupName */

/** In the order of the page. @type {readonly (readonly [group: GroupName, name: string])[]} */
export const GROUPS = Object.freeze([
  ["data", words.data.title], ["draw", words.draw.title], ["view", words.view.title],
  ["analysis", words.analysis.title], ["network", words.network.title], ["training", words.training.title],
]);

/** Said here, because the control itself may say now why it is locked. @type {Readonly<Record<string, string>>} */
const MEANINGS = Object.freeze({
  initialisation: words.setup.explainInitialisation, "layer-norm": words.setup.explainLayerNorm,
});

/**
 * @param {GroupName} group
 * @returns {Control[]} the controls of a group in the order of the page
 */
export function controlsOf(group) {
  const elements = [...document.querySelectorAll(`[data-group="${group}"] [data-control]`)].filter((element) => element instanceof HTMLElement);
  return elements.map((element) => ({
    control: element.dataset.control ?? "", name: nameOf(element), sentence: sentenceOf(element), element,
  }));
}

/**
 * @param {HTMLElement} element
 * @returns {string} what it does, and not why it cannot do so now; of a control of several parts, what the first one does
 */
function sentenceOf(element) {
  const { control = "", explain } = element.dataset;
  const meaning = words.controlMeanings[control] ?? MEANINGS[control];
  if (meaning !== undefined) return meaning;
  if (explain !== undefined) return wordAt(explain);
  return explanationOf(element) || explanationOf(element.querySelector("[data-explained]") ?? element);
}

/**
 * @param {HTMLElement} element
 * @returns {string} what a control is called on the page
 */
function nameOf(element) {
  const own = words.controls[element.dataset.control ?? ""];
  if (own !== undefined) return own;
  const label = element.getAttribute("aria-label")
    ?? element.querySelector(":scope > span, :scope > label > span, :scope > summary, :scope > legend, :scope > h3")?.textContent
    ?? (element instanceof HTMLButtonElement ? element.textContent : null);
  const name = (label ?? "").trim();
  const title = element.parentElement?.previousElementSibling;
  // Under a title of its own a name may be one that is also used elsewhere, such as "Epochs".
  return title?.matches("h3") && title.textContent !== name ? `${title.textContent}: ${name}` : name;
}
