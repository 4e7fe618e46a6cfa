/** The page for the projector: the link of the class, and how many are in. */

import { doorWords, fillDoorWords } from "./door_words.js";

const { classroom } = doorWords;
const POLL_MS = 2000;
/** A server that has said nothing for so long does not answer. */
const PATIENCE_MS = 4000;
const REFUSED = 403;

/** @typedef {{class: boolean, address: string|null, token: string|null, present: number, away: number}} Link */

fillDoorWords(document);

/** The link whose picture is shown. */
let pictured = "";
let pictures = 0;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function part(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}.`);
  return found;
}

/** @param {Pick<Link, "class"|"address"|"token">} link */
function showLink({ class: isClass, address, token }) {
  const isThere = address !== null;
  part("sentence").textContent = isThere ? "" : isClass ? classroom.noNetwork : classroom.noClass;
  part("address").textContent = address?.replace(/\/$/, "") ?? "";
  part("token").textContent = isThere ? token ?? "" : "";
  for (const id of ["open-name", "token-name", "figure"]) part(id).hidden = !isThere;
  const link = `${address} ${token}`;
  if (!isThere || link === pictured) return;
  pictured = link;
  // By another name each time: a browser may show the picture of before again.
  pictures += 1;
  part("picture").setAttribute("src", `class.svg?${pictures}`);
}

/** @param {Link} link */
function showCount({ present, away }) {
  part("count").textContent = String(present);
  part("count-name").textContent = classroom.connected(present);
  part("away").textContent = away > 0 ? classroom.away(away) : "";
  part("connected").hidden = false;
}

/** The link that is shown leads nowhere any more. */
function showOutdated() {
  showLink({ class: true, address: null, token: null });
  part("connected").hidden = true;
  part("sentence").textContent = classroom.changed;
}

async function look() {
  try {
    const answer = await fetch("class.json", { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === REFUSED) {
      showOutdated();
      return;
    }
    if (!answer.ok) throw new TypeError(`answered ${answer.status}`);
    /** @type {Link} */
    const link = await answer.json();
    showLink(link);
    showCount(link);
  } catch (error) {
    // What is no JSON was said by somebody else, such as a Wi-Fi that wants a password first; a DOMException tells that time is over.
    if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)) throw error;
    part("connected").hidden = true;
    part("sentence").textContent = classroom.lost;
  }
}

async function keepLooking() {
  if (!document.hidden) await look();
  setTimeout(keepLooking, POLL_MS);
}

void keepLooking();
