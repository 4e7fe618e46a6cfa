/** The page for the projector: the link of the class, and how many are in. */

import { doorWords, fillDoorWords } from "./door_words.js";

const { classroom } = doorWords;
const POLL_MS = 2000;

/** @typedef {{class: boolean, address: string|null, token: string|null}} Link */

fillDoorWords(document);

/** @type {string|null} */
let shown = null;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function part(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}.`);
  return found;
}

/** @param {Link} link */
function showLink({ class: isClass, address, token }) {
  const isThere = address !== null;
  part("sentence").textContent = isThere ? "" : isClass ? classroom.noNetwork : classroom.noClass;
  part("address").textContent = address?.replace(/\/$/, "") ?? "";
  part("token").textContent = isThere ? token ?? "" : "";
  for (const id of ["open-name", "token-name", "figure"]) part(id).hidden = !isThere;
  if (isThere && shown !== address) part("picture").setAttribute("src", "class.svg");
  shown = address;
}

/** @param {number} count */
function showCount(count) {
  part("count").textContent = String(count);
  part("count-name").textContent = classroom.connected(count);
  part("connected").hidden = false;
}

async function look() {
  try {
    const [link, health] = await Promise.all([fetch("class.json"), fetch("healthz")]);
    if (!link.ok || !health.ok) throw new TypeError(`answered ${link.status} and ${health.status}`);
    showLink(await link.json());
    showCount((await health.json()).sessions);
  } catch (error) {
    // What is no JSON was said by somebody else, such as a Wi-Fi that wants a password first.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    part("connected").hidden = true;
    part("sentence").textContent = classroom.lost;
  }
}

async function keepLooking() {
  if (!document.hidden) await look();
  setTimeout(keepLooking, POLL_MS);
}

void keepLooking();
