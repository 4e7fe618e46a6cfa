/** Owns what a person is told of the connection: what has happened, what is kept, and what there is to do. */

import { words } from "./words.js";

/** @typedef {import("./socket.js").Phase} Phase */
/** @typedef {import("./state.js").Notice} Notice */

/** A wait this short is not worth a word. */
const CALM_MS = 2000;
/** What a notice offers while there is no connection, each of which has it back. @type {readonly (string|undefined|null)[]} */
export const WAYS_BACK = Object.freeze(["retry", "continue", "take-over", "code"]);
/** In these only a person has the connection back, or a place that becomes free. @type {readonly string[]} */
const AWAY = Object.freeze(["full", "crowded", "taken", "refused", "locked", "ended"]);

/**
 * @param {Phase} phase
 * @param {number} nowMs
 * @returns {boolean} whether it is worth a word: the page is not connected, and will not be in a moment
 */
export function isAway({ name, retryAtMs }, nowMs) {
  if (name === "waiting") return (retryAtMs ?? nowMs) - nowMs > CALM_MS;
  return AWAY.includes(name);
}

/**
 * @param {Phase} phase
 * @returns {[text: string, more: Partial<Notice>]|null}
 */
function noticeOf({ name, farewell }) {
  switch (name) {
    case "waiting": return [words.notices.waiting, { action: "retry" }];
    case "full":
    case "crowded": return [words.notices.full(farewell), { action: "retry" }];
    case "taken": return [words.notices.taken, { action: "take-over" }];
    case "refused": return [words.notices.refused(farewell), { tone: "error", action: "retry" }];
    case "locked": return [words.notices.locked(farewell), { tone: "error", action: "code" }];
    case "ended": return [words.notices.ended(farewell), { action: "continue" }];
    default: return null;
  }
}

/**
 * @param {object} parts
 * @param {Pick<import("./state_manager.js").Store, "get">} parts.store
 * @param {Pick<import("./commands.js").Commands, "notify"|"dismissNotice">} parts.commands
 * @param {() => number} parts.nowMs
 * @returns {(phase: Phase) => void} to be told of each phase
 */
export function createPhaseNotices({ store, commands, nowMs }) {
  /** What has been said of attempts that go on by themselves: once it has been read and dismissed, that is enough. */
  let said = "";

  return (phase) => {
    const { notice } = store.get();
    const isAboutPhase = WAYS_BACK.includes(notice?.action);
    if (phase.name === "live") {
      said = "";
      if (isAboutPhase) commands.dismissNotice();
      return;
    }
    const found = isAway(phase, nowMs()) ? noticeOf(phase) : null;
    if (found === null) return;
    const [text, more] = found;
    // What stays until it has been read is not pushed aside by what the header tells as well.
    if (phase.retryAtMs !== null && (text === said || (phase.name === "waiting" && notice?.stays && !isAboutPhase))) return;
    said = text;
    commands.notify(text, { ...more, stays: true });
  };
}
