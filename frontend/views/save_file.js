/** Owns how the page gives a person a file. */

import { make } from "./elements.js";

/**
 * @param {Blob} content
 * @param {string} name of the file
 */
export function saveFile(content, name) {
  const address = URL.createObjectURL(content);
  make("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
