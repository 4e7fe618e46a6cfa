/** Owns how the page writes to the clipboard, where it may. */

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the browser let the page write to the clipboard
 */
export async function copy(text) {
  // Without https there is no clipboard; with it the person or their administrator may not allow it.
  if (navigator.clipboard === undefined) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return false;
  }
}
