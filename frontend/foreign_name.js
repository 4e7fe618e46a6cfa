/** The page for whoever called the server by a name that it does not know. It names that name: the server repeats none. */

import { doorWords, fillDoorWords } from "./door_words.js";

/** @type {readonly (readonly [place: string, text: string])[]} */
const named = [
  ["#sentence", doorWords.foreignName.sentence(location.hostname)], ["#option", doorWords.foreignName.option(location.hostname)],
];
for (const [place, text] of named) {
  const element = document.querySelector(place);
  if (element === null) throw new Error(`The page has no ${place}.`);
  element.textContent = text;
}
fillDoorWords(document);
