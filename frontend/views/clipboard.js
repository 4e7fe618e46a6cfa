/** Owns how the page writes to the clipboard, where it may. */

/**
 * Has to be called before anything is waited for: after that, Safari knows of no click that has asked for it.
 * @param {string|Promise<string>} text may be still to come
 * @returns {Promise<boolean>} whether the browser let the page write to the clipboard
 */
export async function copy(text) {
  // Without https there is no clipboard; with it the person or their administrator may not allow it.
  if (navigator.clipboard === undefined) return false;
  const content = Promise.resolve(text).then((written) => new Blob([written], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": content })]);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return false;
  }
}
