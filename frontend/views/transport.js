/** Draws the header: start, step, reset, the counting figures and the state of the connection. */

import { formatAccuracy, formatCount, formatLoss, formatRate } from "../format.js";
import { isAway, WAYS_BACK } from "../phase_notices.js";
import { words } from "../words.js";
import { find, setEnabled, setText } from "./elements.js";
import { onceAFrame } from "./once_a_frame.js";
import { explain } from "./tips.js";

/** @typedef {import("../state.js").State} State */

const RUN_STATE_WORDS = Object.freeze({
  TRAINING: words.transport.training, PAUSED: words.transport.paused, DIVERGED: words.transport.diverged, FAILED: words.transport.failed,
});
/** There is no room for whole sentences about the connection. */
const NARROW = "(max-width: 1240px)";

/**
 * @param {State} state
 * @returns {string} one word for a person
 */
export function runStateWord({ run }) {
  if (run.state === "IDLE") return run.step > 0 ? words.transport.paused : words.transport.ready;
  return RUN_STATE_WORDS[run.state];
}

/**
 * @param {State} state
 * @param {number} nowMs
 * @param {boolean} isShort
 * @returns {string}
 */
function connectionText({ phase, isSilent }, nowMs, isShort) {
  const waitMs = (phase.retryAtMs ?? nowMs) - nowMs;
  const waitSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  switch (phase.name) {
    case "connecting": return words.connection.connecting;
    case "live": return isSilent ? words.connection.silent : words.connection.live;
    case "reconnecting": return words.connection.reconnecting;
    case "waiting": return !isAway(phase, nowMs) ? words.connection.reconnecting
      : isShort ? words.connection.offlineShort(waitSeconds) : words.connection.offline(waitSeconds);
    case "full": return isShort ? words.connection.fullShort(waitSeconds) : words.connection.full(waitSeconds);
    case "crowded": return isShort ? words.connection.crowdedShort(waitSeconds) : words.connection.crowded(waitSeconds);
    case "taken": return isShort ? words.connection.takenShort : words.connection.taken;
    case "refused": return isShort ? words.connection.refusedShort : words.connection.refused;
    case "locked": return isShort ? words.connection.lockedShort : words.connection.locked;
    case "ended": return isShort ? words.connection.endedShort : words.connection.ended;
  }
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {() => number} nowMs
 */
export function mountTransport(store, commands, nowMs) {
  const toggle = find("#toggle", HTMLButtonElement);
  const toggleName = find("#toggle-name", HTMLElement);
  const step = find("#step", HTMLButtonElement);
  const reset = find("#reset", HTMLButtonElement);
  const pill = find("[data-testid=connection]", HTMLElement);
  const pillText = find("#connection-text", HTMLElement);
  /** @param {string} name */
  const figure = (name) => find(`[data-testid=${name}]`, HTMLElement);
  const figures = {
    runState: figure("run-state"), step: figure("step"), epoch: figure("epoch"), rate: figure("steps-per-second"),
    trainLoss: figure("train-loss"), testLoss: figure("test-loss"), trainAccuracy: figure("train-accuracy"), testAccuracy: figure("test-accuracy"),
  };

  const narrow = matchMedia(NARROW);
  narrow.addEventListener("change", () => drawPhase(store.get()));
  const retry = find("#retry", HTMLButtonElement);
  /** @type {readonly (readonly [control: HTMLButtonElement, sentence: string])[]} */
  const explained = [[toggle, words.transport.explainToggle], [step, words.transport.explainStep], [reset, words.transport.explainReset]];

  toggle.addEventListener("click", () => void commands.toggle());
  step.addEventListener("click", (event) => void commands.step(event.shiftKey ? "step" : "epoch"));
  reset.addEventListener("click", () => void commands.reset());

  retry.addEventListener("click", () => commands.reconnect());

  /** @param {State} state */
  function drawPhase(state) {
    const { phase, isSilent, notice } = state;
    // The notice has the button, until it is dismissed.
    retry.hidden = !isAway(phase, nowMs()) || WAYS_BACK.includes(notice?.action);
    document.body.toggleAttribute("data-stale", !["live", "connecting"].includes(phase.name));
    document.body.toggleAttribute("data-silent", isSilent);
    pill.dataset.phase = phase.name;
    setText(pillText, connectionText(state, nowMs(), narrow.matches));
    explain(pill, isSilent ? words.connection.explainSilent : connectionText(state, nowMs(), false));
  }

  function drawRun() {
    const state = store.get();
    const { phase, isSilent, run, document: { config } } = state;
    const shown = state.moment ?? run;
    const isRegression = config.problem === "regression";
    setText(figures.runState, runStateWord(state));
    if (figures.runState.dataset.state !== run.state) figures.runState.dataset.state = run.state;
    setText(figures.step, formatCount(shown.step));
    setText(figures.epoch, formatCount(shown.epoch));
    setText(figures.rate, formatRate(phase.name === "live" && !isSilent ? shown.stepsPerSecond : null));
    setText(figures.trainLoss, formatLoss(shown.trainLoss));
    setText(figures.testLoss, formatLoss(shown.testLoss));
    setText(figures.trainAccuracy, isRegression ? formatLoss(typicalError(shown.trainLoss)) : formatAccuracy(shown.trainAccuracy));
    setText(figures.testAccuracy, isRegression ? formatLoss(typicalError(shown.testLoss)) : formatAccuracy(shown.testAccuracy));
  }

  /**
   * Accuracy is a matter of classes: values have a typical error in its place. Of Huber's loss it cannot be told.
   * @param {State} state
   */
  function nameAccuracy({ document: { config } }) {
    const isRegression = config.problem === "regression";
    for (const [figure, name, sentence] of /** @type {const} */ ([
      [figures.trainAccuracy, isRegression ? words.analysis.trainError : words.analysis.trainAccuracy,
        isRegression ? words.analysis.explainTrainError : words.analysis.explainTrainAccuracy],
      [figures.testAccuracy, isRegression ? words.analysis.testError : words.analysis.testAccuracy,
        isRegression ? words.analysis.explainTestError : words.analysis.explainTestAccuracy],
    ])) {
      const box = figure.parentElement;
      if (box === null || figure.nextElementSibling === null) continue;
      box.hidden = isRegression && config.loss !== "squared_error";
      setText(figure.nextElementSibling, name);
      explain(box, sentence);
    }
  }

  /** @param {State} state */
  function drawButtons({ phase, run }) {
    const training = run.state === "TRAINING";
    const runnable = run.state === "IDLE" || run.state === "PAUSED";
    const live = phase.name === "live";
    setText(toggleName, training ? words.transport.stop : words.transport.start);
    toggle.toggleAttribute("data-training", training);
    for (const [control, sentence] of explained) {
      setEnabled(control, live && (control !== step || runnable));
      explain(control, live ? sentence : words.transport.waiting);
    }
  }

  // Whatever comes between two pictures, the figures are laid out once.
  const askForRun = onceAFrame(drawRun);
  store.subscribe((state, before) => {
    const isOther = state.phase !== before.phase || state.isSilent !== before.isSilent;
    if (isOther || state.notice !== before.notice) drawPhase(state);
    if (isOther || state.run !== before.run || state.moment !== before.moment) askForRun();
    if (state.phase !== before.phase || state.run.state !== before.run.state) drawButtons(state);
    if (state.document.config !== before.document.config) {
      nameAccuracy(state);
      askForRun();
    }
  });
  setInterval(() => {
    if (store.get().phase.retryAtMs !== null) drawPhase(store.get());
  }, 1000);
  drawPhase(store.get());
  drawRun();
  drawButtons(store.get());
  nameAccuracy(store.get());
}

/**
 * @param {number|null} loss the mean of half the squared errors
 * @returns {number|null} the root of the mean squared error
 */
function typicalError(loss) {
  return loss === null ? null : Math.sqrt(2 * loss);
}
