/** The page at the door: makes the link of a code that somebody has typed. */

import { asMade } from "./door_code.js";
import { fillDoorWords } from "./door_words.js";

/** What it is called in a link. */
const PARAMETER = "token";

fillDoorWords(document);

const form = document.querySelector("form");
const code = document.querySelector("input");
const wrong = document.querySelector("#wrong");
if (form === null || code === null || !(wrong instanceof HTMLElement)) throw new Error("The door has no form.");

/** @param {string} given */
function linkWith(given) {
  const lab = new URL("./", import.meta.url);
  lab.searchParams.set(PARAMETER, given);
  lab.hash = location.hash;
  return lab;
}

const refused = new URL(location.href).searchParams.get(PARAMETER);
const meant = refused === null ? null : asMade(refused);
// As it was given it has been tried: somebody may have chosen a code that only looks as if a class had it.
if (meant !== null && meant !== refused) location.replace(linkWith(meant));
wrong.hidden = refused === null;
code.value = refused ?? "";
code.select();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  location.assign(linkWith(code.value.trim()));
});
