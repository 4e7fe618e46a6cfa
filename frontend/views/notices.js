/** Draws what the page has to say: the notice near the plane, and the sentences for a screen reader. */

import { formatAccuracy, formatCount, formatLoss } from "../format.js";
import { WAYS_BACK } from "../phase_notices.js";
import { lowerRate } from "../remedies.js";
import { words } from "../words.js";
import { remedyName } from "./diagnosis.js";
import { find, setText } from "./elements.js";
import { runStateWord } from "./transport.js";

/** @typedef {import("../state.js").State} State */

const TOAST_MS = 7000;
/** A screen reader is given this much time for a sentence before the next one. */
const SPOKEN_INTERVAL_MS = 5000;
const SPEAK_CHECK_MS = 1000;
/** So much of the window's lower end is no place for a notice on a phone: the dock, and the notice itself. */
const BELOW_PX = 200;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {() => number} nowMs
 * @param {() => void} showSaved shows the run that was saved
 */
export function mountNotices(store, commands, nowMs, showSaved) {
  const place = find(".notice-place", HTMLElement);
  const box = find("#notice", HTMLElement);
  const text = find("#notice-text", HTMLElement);
  const action = find("#notice-action", HTMLButtonElement);
  const live = find("#live", HTMLElement);
  const alert = find("#alert", HTMLElement);
  let timer = 0;
  let unspoken = "";
  let lastStatus = statusSentence(store.get());
  let lastWord = runStateWord(store.get());
  let lastSpokenMs = -Infinity;
  let isNoticeSpoken = false;

  /**
   * Says what is new, a notice before how training goes, unless the last sentence is still being read. One on how training goes is
   * not worth the wait any more once that has ended or begun.
   */
  function speak() {
    const status = statusSentence(store.get());
    const word = runStateWord(store.get());
    const isOutdated = word !== lastWord && unspoken === "" && !isNoticeSpoken;
    if (!isOutdated && nowMs() - lastSpokenMs < SPOKEN_INTERVAL_MS) return;
    if (unspoken === "" && status === lastStatus) return;
    setText(live, unspoken || status);
    isNoticeSpoken = unspoken !== "";
    if (!isNoticeSpoken) {
      lastStatus = status;
      lastWord = word;
    }
    unspoken = "";
    lastSpokenMs = nowMs();
  }

  /** What the diagnosis proposes too. */
  const remedy = () => lowerRate(store.get().serverConfig, true);

  find("#notice-dismiss", HTMLButtonElement).addEventListener("click", () => commands.dismissNotice());
  action.addEventListener("click", () => {
    const wanted = store.get().notice?.action;
    // One of the connection stays true until that is back.
    if (!WAYS_BACK.includes(wanted)) commands.dismissNotice();
    switch (wanted) {
      case "remedy": void commands.apply(remedy()); break;
      case "reset": void commands.reset(); break;
      case "retry":
      case "continue":
      case "take-over": commands.reconnect(); break;
      // To the door, and back by the code that is typed there: what this tab remembers comes along.
      case "code": location.reload(); break;
      case "undo": commands.undo(); break;
      case "saved-run": showSaved(); break;
    }
  });

  /** @param {State} state */
  function draw({ notice }) {
    clearTimeout(timer);
    box.hidden = notice === null;
    setText(alert, notice?.tone === "error" ? notice.text : "");
    if (notice === null) return;
    box.dataset.tone = notice.tone;
    box.toggleAttribute("data-stays", notice.stays);
    const { top } = place.getBoundingClientRect();
    box.toggleAttribute("data-away", top < 0 || top > innerHeight - BELOW_PX);
    setText(text, notice.text);
    action.hidden = notice.action === null;
    if (notice.action !== null) setText(action, notice.action === "remedy" ? remedyName(remedy()) : words.notices.actions[notice.action]);
    if (notice.tone === "info") {
      unspoken = notice.text;
      speak();
    }
    if (!notice.stays) timer = setTimeout(() => commands.dismissNotice(), TOAST_MS);
  }

  store.subscribe((state, before) => {
    if (state.notice !== before.notice) draw(state);
    else if (state.serverConfig !== before.serverConfig && state.notice?.action === "remedy") setText(action, remedyName(remedy()));
  });
  setInterval(speak, SPEAK_CHECK_MS);
}

/**
 * @param {State} state
 * @returns {string} one sentence on where training stands
 */
function statusSentence(state) {
  const { run } = state;
  const word = runStateWord(state);
  if (run.step === 0) return words.notices.status(word);
  return words.notices.progress(word, formatCount(run.epoch), formatLoss(run.trainLoss), formatAccuracy(run.trainAccuracy));
}
