/** Owns by which address the devices of a class reach the server. */

/** A browser lets the page copy for a few seconds after the click that asked for it. */
const PATIENCE_MS = 2000;

/**
 * @param {(address: string, options: RequestInit) => Promise<Response>} [send] as `fetch` does
 * @returns {Promise<string|null>} null without `--class`, without a network, and where the server does not say
 */
export async function classAddress(send = fetch) {
  try {
    const response = await send("class.json", { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return null;
    const { address } = await response.json();
    return address;
  } catch (error) {
    // Not reached, or answered by somebody else, or not in time.
    if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)) throw error;
    return null;
  }
}
