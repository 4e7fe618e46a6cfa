/** The page at the door: makes the link of a code that somebody has typed. */

import { fillDoorWords } from "./door_words.js";

fillDoorWords(document);

const form = document.querySelector("form");
const code = document.querySelector("input");
const wrong = document.querySelector("#wrong");
if (form === null || code === null || !(wrong instanceof HTMLElement)) throw new Error("The door has no form.");

wrong.hidden = !new URL(location.href).searchParams.has("token");
code.focus();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const lab = new URL("./", import.meta.url);
  lab.searchParams.set("token", code.value.trim());
  lab.hash = location.hash;
  location.assign(lab);
});
