/** Chooses the language of the page. */

export { en as words } from "./words/en.js";
