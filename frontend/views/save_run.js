/** Draws the saving of a run: what will be kept, how far it is, what came of it, and its files to download. */

import { formatAccuracy, formatCount, formatLoss } from "../format.js";
import { whyNotSaved } from "../run_commands.js";
import { verdictOf } from "../run_verdict.js";
import { words } from "../words.js";
import { currentTheme } from "./appearance.js";
import { find, make, setEnabled, setText } from "./elements.js";
import { makeDownloads } from "./run_downloads.js";
import { showNames } from "./run_names.js";
import { buttonLine, makeButton, makeRunDialog } from "./run_parts.js";
import { explain } from "./tips.js";

/** @typedef {import("../run_commands.js").Saving} Saving */
/** @typedef {import("../protocol.js").RunSavedMessage} RunSavedMessage */

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {string} session its id
 * @returns {() => void} opens the dialog, or says why there is nothing to save
 */
export function mountSaveRun(store, commands, session) {
  const text = words.saveRun;
  const button = find("#save-run", HTMLButtonElement);
  const { dialog, say, show } = makeRunDialog("save-run-title", () => commands.forgetSaved());
  const close = () => dialog.close();
  const stages = { sent: text.sent, writing: text.writing, checking: text.checking };
  const [tensorboard, fiftyone] = [makeOption(text.tensorboard, text.explainTensorboard), makeOption(text.fiftyone, text.explainFiftyone)];
  /** What is about to be saved, while that is asked. @type {HTMLElement|null} */
  let figures = null;

  const save = () => void commands.saveRun({ tensorboard: tensorboard.box.checked, fiftyone: fiftyone.box.checked, theme: currentTheme() });

  function ask() {
    const confirm = make("button", { class: "btn primary" }, [text.save]);
    explain(confirm, text.explainSave);
    figures = make("dl", { class: "run-figures" });
    say(text.title, null, "");
    // A form, so that Enter saves from an option too.
    const form = make("form", {}, [
      make("p", {}, [text.meaning]), figures,
      make("div", { class: "run-options" }, [tensorboard.label, fiftyone.label]),
      buttonLine([makeButton(text.cancel, close), confirm]),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
    show([form], confirm);
    drawFigures();
  }

  function drawFigures() {
    const { run: { step, ...scores } } = store.get();
    figures?.replaceChildren(...figureList(step, scores));
  }

  /** @param {RunSavedMessage} run */
  function showSaved(run) {
    const { mark, text: verdict } = verdictOf(run);
    const { element, whole } = makeDownloads(session, run);
    const scores = { trainLoss: run.train_loss, testLoss: run.test_loss, trainAccuracy: run.train_accuracy, testAccuracy: run.test_accuracy };
    say(text.savedTitle, mark, verdict);
    show([
      make("dl", { class: "run-figures" }, [...figureList(run.step, scores), ...linearFigure(run)]),
      ...(run.kept ? [] : [make("p", {}, [text.keptNowhere])]),
      element,
      ...(run.replayable ? [] : [make("p", {}, [text.notReplayable])]),
      showNames(run),
      buttonLine([makeButton(text.close, close)]),
    ], whole);
  }

  /**
   * @param {Saving|null} saving
   * @param {boolean} isNew whether another kind of thing is to be shown than before
   */
  function draw(saving, isNew) {
    figures = null;
    switch (saving?.name) {
      case undefined:
        ask();
        break;
      case "under-way":
        say(text.title, "busy", saving.phase === "waiting" ? text.waiting(saving.ahead) : stages[saving.phase]);
        if (isNew) {
          const leave = makeButton(text.close, close);
          show([make("p", {}, [text.goesOn]), buttonLine([leave])], leave);
        }
        break;
      case "saved":
        showSaved(saving.run);
        break;
      case "failed": {
        const again = makeButton(text.tryAgain, save, "primary");
        say(text.failedTitle, "bad", saving.why);
        show([buttonLine([makeButton(text.close, close), again])], again);
      }
    }
  }

  function open() {
    const why = whyNotSaved(store.get());
    const { saving } = store.get();
    if (saving === null && why !== "") commands.notify(why);
    else if (!dialog.open) draw(saving, true);
  }

  function drawButton() {
    const state = store.get();
    const isUnderWay = state.saving?.name === "under-way";
    const why = isUnderWay ? "" : whyNotSaved(state);
    setText(button, isUnderWay ? text.saving : text.open);
    setEnabled(button, why === "");
    explain(button, why || text.explainOpen);
  }

  button.addEventListener("click", open);
  store.subscribe((state, before) => {
    const { saving } = state;
    if (saving !== before.saving || state.phase !== before.phase || state.run.state !== before.run.state
      || (state.run.step > 0) !== (before.run.step > 0)
      || (state.document.points.length > 0) !== (before.document.points.length > 0)) drawButton();
    if (dialog.open && figures !== null && state.run !== before.run) drawFigures();
    if (saving === before.saving || saving === null) return;
    if (dialog.open) draw(saving, saving.name !== before.saving?.name);
    else if (saving.name === "saved") commands.notify(text.notice, { action: "saved-run", stays: true });
    else if (saving.name === "failed") commands.notify(`${text.failedNotice} ${saving.why}`, { tone: "error", action: "saved-run", stays: true });
  });
  drawButton();
  return open;
}

/**
 * @param {string} name
 * @param {string} sentence
 */
function makeOption(name, sentence) {
  const box = make("input", { type: "checkbox" });
  const label = make("label", { class: "check" }, [box, make("span", {}, [name])]);
  explain(label, sentence);
  return { box, label };
}

/**
 * @param {number} step
 * @param {Pick<import("../state.js").Run, "trainLoss"|"testLoss"|"trainAccuracy"|"testAccuracy">} scores
 * @returns {HTMLElement[]} how well the network does, of what there is: the share that it gets right; the loss where nothing is right or wrong
 */
function figureList(step, { trainLoss, testLoss, trainAccuracy, testAccuracy }) {
  const { saveRun: text } = words;
  const isRegression = trainAccuracy === null && testAccuracy === null;
  return [
    figure(text.step, formatCount(step)),
    ...(isRegression ? figuresOf(formatLoss, [[text.trainLoss, trainLoss], [text.testLoss, testLoss]])
      : figuresOf(formatAccuracy, [[text.trainAccuracy, trainAccuracy], [text.testAccuracy, testAccuracy]])),
  ];
}

/**
 * @param {RunSavedMessage} run
 * @returns {HTMLElement[]} how well a linear model does: on the test points, or on the training points where there are no others
 */
function linearFigure({ linear_test_accuracy, linear_train_accuracy, linear_test_loss, linear_train_loss }) {
  const { saveRun: text } = words;
  const isRegression = linear_train_accuracy === null && linear_test_accuracy === null;
  const [test, train] = isRegression ? [linear_test_loss, linear_train_loss] : [linear_test_accuracy, linear_train_accuracy];
  const shown = figuresOf(isRegression ? formatLoss : formatAccuracy, [test === null ? [text.linearTrain, train] : [text.linearTest, test]]);
  for (const element of shown) explain(element, text.explainLinear);
  return shown;
}

/**
 * @param {(value: number) => string} format
 * @param {readonly (readonly [name: string, value: number|null])[]} named
 * @returns {HTMLElement[]} those that there are
 */
function figuresOf(format, named) {
  return named.flatMap(([name, value]) => (value === null ? [] : [figure(name, format(value))]));
}

/**
 * @param {string} name
 * @param {string} value
 */
function figure(name, value) {
  return make("div", {}, [make("dd", {}, [value]), make("dt", {}, [name])]);
}
