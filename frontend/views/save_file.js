/** Owns how the page gives a person a file. */

import { make } from "./elements.js";

/** Safari reads the file only some time after the click, on an iPhone once its person has said yes to it. */
const READ_WITHIN_MS = 60_000;

/**
 * @param {Blob} content
 * @param {string} name of the file
 */
export function saveFile(content, name) {
  const address = URL.createObjectURL(content);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), READ_WITHIN_MS);
}
