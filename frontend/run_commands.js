/** Owns what a person can do with a whole run: save it, and open one that was saved, in place of what is on the page. */

import { formatBytes, formatCount, shortPath } from "./format.js";
import { bringsSettings } from "./given_files.js";
import { RunRefused } from "./run_files.js";
import { Disconnected, Refused } from "./requests.js";
import { words } from "./words.js";

/** @typedef {import("./given_files.js").RunSource} RunSource */
/** @typedef {import("./protocol.js").RunSavedMessage} RunSavedMessage */
/** @typedef {{tensorboard: boolean, fiftyone: boolean, theme: import("./colors.js").ThemeName}} SaveOptions what is written besides, and in which colours the map is painted */
/**
 * sent: asked for, and nothing heard of it yet · waiting: others are before it · writing · checking: against plain PyTorch.
 * @typedef {"sent"|"waiting"|"writing"|"checking"} SavePhase
 */
/** @typedef {{name: "under-way", phase: SavePhase, ahead: number}|{name: "saved", run: RunSavedMessage}|{name: "failed", why: string}} Saving */
/**
 * source of one that failed: what may be tried again; null where only something else helps.
 * @typedef {{name: "confirming"|"sending", source: RunSource}|{name: "failed", why: string, source: RunSource|null}} Opening
 */

/**
 * @param {import("./state.js").State} state
 * @returns {string} why there is nothing to save now; "" where there is
 */
export function whyNotSaved({ phase, run, document }) {
  if (phase.name !== "live") return words.transport.waiting;
  if (run.state === "DIVERGED" || run.state === "FAILED") return words.saveRun.lostItsWay;
  if (run.step === 0) return words.saveRun.nothingYet;
  return document.points.length === 0 ? words.saveRun.pointsGone : "";
}

/**
 * @param {import("./commands.js").Desk} desk
 * @param {object} server
 * @param {() => Promise<void>} server.settled
 * @param {import("./socket.js").Connection["request"]} server.request
 * @param {(parts: RunSource["parts"], signal: AbortSignal) => Promise<string|null>} server.sendRun
 * @param {() => void} beginAnew the document is another: there is nothing to go back to
 */
export function createRunCommands({ store, set, notify, ask, moment, arrived }, { settled, request, sendRun }, beginAnew) {
  /** Ends the opening that is under way. @type {AbortController|null} */
  let underWay = null;

  /**
   * Ends the opening that is under way, if there is one.
   * @param {Opening|null} opening what comes of it
   */
  function endOpening(opening) {
    underWay?.abort();
    underWay = null;
    set({ opening });
  }

  /** @param {RunSource} source */
  async function openRun(source) {
    const bytes = source.parts.reduce((sum, { content }) => sum + content.size, 0);
    const { mostRunBytes } = store.get();
    // What does not fit is cut off by the server, and the reason with it.
    if (bytes > mostRunBytes) {
      endOpening({ name: "failed", why: words.openRun.tooLarge(formatBytes(bytes), formatBytes(mostRunBytes)), source: null });
      return;
    }
    endOpening({ name: "sending", source });
    const own = new AbortController();
    underWay = own;
    const before = moment();
    /** @type {string|null} */
    let runId;
    try {
      if (store.get().run.state === "TRAINING" && !await ask({ type: "STOP_TRAINING" })) throw new RunRefused(words.openRun.notStopped);
      await settled();
      if (underWay !== own) return;
      runId = await sendRun(source.parts, own.signal);
    } catch (error) {
      // Nobody waits for it any more: it was called off, or the run is open already.
      if (underWay !== own) return;
      if (!(error instanceof RunRefused || error instanceof Disconnected)) throw error;
      const [why, isFaulty] = error instanceof RunRefused ? [error.message, error.isFaulty] : [words.openRun.lost, false];
      endOpening({ name: "failed", why, source: isFaulty ? null : source });
      return;
    }
    // Of a whole run the connection tells when it is open.
    if (underWay !== own || runId !== null || !bringsSettings(source)) return;
    endOpening(null);
    arrived(before, before.origin);
    const isMissed = source.what === "config" && store.get().findsRuns;
    notify(isMissed ? words.openRun.noneKept : words.openRun.settingsOpened, { action: "undo" });
  }

  store.subscribe((state, before) => {
    if (state.phase === before.phase || state.phase.name === "live") return;
    if (state.saving?.name === "under-way") set({ saving: { name: "failed", why: words.saveRun.lost } });
    if (state.opening?.name === "sending") endOpening({ name: "failed", why: words.openRun.lost, source: state.opening.source });
  });

  return {
    /** @param {SaveOptions} options */
    async saveRun(options) {
      set({ saving: { name: "under-way", phase: "sent", ahead: 0 } });
      try {
        await settled();
        await request({ type: "SAVE_RUN", ...options });
      } catch (error) {
        if (!(error instanceof Refused || error instanceof Disconnected)) throw error;
        set({ saving: { name: "failed", why: error instanceof Refused ? error.message : words.saveRun.lost } });
      }
    },
    /** What came of the last saving has been seen. */
    forgetSaved() {
      if (store.get().saving?.name !== "under-way") set({ saving: null });
    },

    openRun,
    /**
     * Opens a run, at once if nothing is lost by it.
     * @param {RunSource} source
     */
    async giveRun(source) {
      const { document, run, findsRuns } = store.get();
      const keepsPoints = bringsSettings(source) && !findsRuns;
      const losesSomething = run.step > 0 || (!keepsPoints && document.points.length > 0);
      if (losesSomething) endOpening({ name: "confirming", source });
      else await openRun(source);
    },
    /** @param {string} why what was given cannot be opened */
    refuseGiven: (why) => endOpening({ name: "failed", why, source: null }),
    /** Nothing is opened after all, unless the server has done so already. */
    leaveOpening: () => endOpening(null),
    /**
     * A saved run has taken the place of what was on the page.
     * @param {import("./protocol.js").RunOpenedMessage} message
     */
    opened({ state, found, notes }) {
      endOpening(null);
      beginAnew();
      const step = formatCount(state.step);
      const what = found === null ? words.openRun.opened(step) : words.openRun.found(shortPath(found.path), step, found.others);
      notify([what, ...notes].join(" "), { stays: found !== null || notes.length > 0, aboutStart: true });
    },
  };
}
