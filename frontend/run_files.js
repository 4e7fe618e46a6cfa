/** Owns the way of saved runs between page and server: their addresses, sending one there, fetching a file that is made when asked for. */

import { words } from "./words.js";

/** @typedef {{name: string, content: Blob}} Part a file of a run, or all of them as "zip" */
/** @typedef {(address: string, options: RequestInit) => Promise<Response>} Send as `fetch` does */

/** Of HTTP: a file is not what it should be. */
const FAULTY = 400;

/** The server does not take or give it, or cannot be reached; the message is a sentence for a person. */
export class RunRefused extends Error {
  /**
   * @param {string} message
   * @param {boolean} [isFaulty] whether a file is the reason, so that the same one need not be tried again
   */
  constructor(message, isFaulty = false) {
    super(message);
    this.name = "RunRefused";
    this.isFaulty = isFaulty;
  }
}

/**
 * @param {string} session its id
 * @returns {string} where a saved run is sent to, relative to the page
 */
export function openingAddress(session) {
  return `runs/${session}`;
}

/**
 * @param {string} session its id
 * @param {string} checkpointId
 * @param {string} [name] of a file; left out: the whole run as a zip
 * @returns {string} relative to the page
 */
export function runAddress(session, checkpointId, name) {
  return `runs/${session}/${checkpointId}${name === undefined ? ".zip" : `/${name}`}`;
}

/**
 * Sends a saved run to be opened.
 * @param {string} address
 * @param {readonly Part[]} parts
 * @param {AbortSignal} signal
 * @param {Send} [send]
 * @returns {Promise<string|null>} what the run is called; null for settings alone, and where its files do not tell
 * @throws {RunRefused}
 */
export async function sendRun(address, parts, signal, send = fetch) {
  const form = new FormData();
  for (const { name, content } of parts) form.append(name, content, name);
  const response = await answerOf(send(address, { method: "POST", body: form, signal }), words.openRun.lost);
  try {
    const { run_id } = await response.json();
    return run_id;
  } catch (error) {
    // What stands between page and server may answer with a page of its own, and break off in it.
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new RunRefused(words.openRun.lost);
  }
}

/**
 * @param {string} address
 * @param {Send} [send]
 * @returns {Promise<Blob>}
 * @throws {RunRefused}
 */
export async function fetchRunFile(address, send = fetch) {
  return (await answerOf(send(address, {}), words.saveRun.notFetched)).blob();
}

/**
 * @param {Promise<Response>} asked
 * @param {string} lost what is said where no answer comes
 * @returns {Promise<Response>} a good one
 */
async function answerOf(asked, lost) {
  const response = await asked.catch((error) => {
    if (error instanceof TypeError) throw new RunRefused(lost);
    throw error;
  });
  if (!response.ok) throw new RunRefused(await reasonOf(response), response.status === FAULTY);
  return response;
}

/**
 * @param {Response} response a refusal
 * @returns {Promise<string>} why, in the server's words where it has any
 */
async function reasonOf(response) {
  try {
    const { message } = await response.json();
    if (typeof message === "string") return message;
  } catch (error) {
    // What stands between page and server may answer with a page of its own, and break off in it.
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  return words.openRun.unexplained(response.status);
}
