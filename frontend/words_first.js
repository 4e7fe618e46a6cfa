/**
 * Runs before everything else of the page, so that no part of it is ever seen without its words, and a browser that is too old for it
 * says so before anything fails.
 */

import { isTooOld } from "./needs.js";
import { fillWords } from "./views/words_in_page.js";

fillWords(document);
document.querySelector("#too-old")?.toggleAttribute("hidden", !isTooOld(globalThis));
