/** Draws what is said about the data as a whole: the problem, noise and size of a ready dataset, label noise, Regenerate and Clear. */

import { classesOf } from "../catalogue.js";
import { formatCount, formatPercent } from "../format.js";
import { words } from "../words.js";
import { find, make, setEnabled, setText } from "./elements.js";
import { fillRange } from "./settings.js";
import { makeSlider } from "./sliders.js";
import { explain } from "./tips.js";

/** The steps of the slider of points. */
const COUNTS = [2, 4, 10, 20, 50, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000];
const DEFAULT_LABEL_NOISE = 10;
const PROBLEMS = /** @type {const} */ (["classification", "regression"]);

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountDataControls(store, commands) {
  mountProblem(store, commands);
  mountLabelNoise(store, commands);
  const noise = find("#noise", HTMLInputElement);
  const noiseRow = /** @type {HTMLElement} */ (noise.closest("label"));
  const noiseValue = find("#noise-value", HTMLElement);
  const regenerate = find("#regenerate", HTMLButtonElement);
  const clear = find("#clear", HTMLButtonElement);
  const count = makeSlider("count", words.data.count, words.data.explainCount, { min: 0, max: COUNTS.length - 1, step: 1 });
  const classes = makeSlider("set-classes", words.data.setClasses, words.data.explainSetClasses, { min: 2, max: 8, step: 1 });
  // What the help says, whatever it is that keeps it from doing so now.
  classes.row.dataset.explain = "data.explainSetClasses";
  find("#data-more", HTMLElement).prepend(count.row, classes.row);

  const loadAgain = () => {
    const { dataset } = store.get();
    if (dataset !== null) void commands.loadDataset(dataset);
  };
  noise.addEventListener("input", () => commands.setNoise(noise.valueAsNumber / 100));
  noise.addEventListener("change", loadAgain);
  count.range.addEventListener("input", () => commands.setCount(COUNTS[count.range.valueAsNumber] ?? 0));
  count.range.addEventListener("change", loadAgain);
  classes.range.addEventListener("change", () => void commands.useDatasetClasses(classes.range.valueAsNumber));
  regenerate.addEventListener("click", () => void commands.regenerate());
  clear.addEventListener("click", () => commands.clear());

  function draw() {
    const state = store.get();
    const live = state.phase.name === "live";
    const chosen = live && state.dataset !== null;
    const entry = state.catalogue.datasets.find(({ name }) => name === state.dataset);
    const [least, most] = entry?.classes ?? [2, 2];
    const whyNot = state.dataset !== null ? "" : state.document.points.length > 0 ? words.data.ownPoints : words.data.needsDataset;
    for (const [element, control, sentence] of /** @type {const} */ ([
      [noiseRow, noise, words.data.explainNoise], [regenerate, regenerate, words.data.explainRegenerate],
    ])) {
      setEnabled(control, chosen);
      explain(element, whyNot || sentence);
    }
    setEnabled(clear, state.document.points.length > 0);
    noise.value = String(Math.round(state.noise * 100));
    fillRange(noise);
    noise.setAttribute("aria-valuetext", formatPercent(state.noise));
    setText(noiseValue, formatPercent(state.noise));
    count.show(nearest(state.datasetCount), formatCount(state.datasetCount));
    const many = chosen && least < most && entry?.problem === "classification";
    setEnabled(classes.range, many);
    classes.row.hidden = state.document.config.problem === "regression";
    Object.assign(classes.range, { min: String(least), max: String(Math.max(most, least + 1)) });
    const shown = entry ? classesOf(entry, state.datasetClasses) ?? 2 : state.document.config.classes;
    classes.show(shown, formatCount(shown));
    explain(classes.row, many ? words.data.explainSetClasses : whyNot || words.data.oneSetSize);
  }

  store.subscribe((state, before) => {
    if (state.dataset !== before.dataset || state.noise !== before.noise || state.datasetCount !== before.datasetCount
      || state.datasetClasses !== before.datasetClasses || state.catalogue !== before.catalogue || state.phase !== before.phase
      || state.document.config.classes !== before.document.config.classes
      || state.document.config.problem !== before.document.config.problem
      || (state.document.points.length > 0) !== (before.document.points.length > 0)) draw();
  });
  draw();
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
function mountProblem(store, commands) {
  const explanations = { classification: words.data.explainClassification, regression: words.data.explainRegression };
  const choices = PROBLEMS.map((problem) => {
    const input = make("input", { type: "radio", name: "problem", value: problem });
    const label = make("label", {}, [input, make("span", {}, [words.data[problem]])]);
    input.addEventListener("change", () => {
      void commands.chooseProblem(problem);
      draw();
    });
    return { problem, input, label };
  });
  const group = make("div", { class: "seg", role: "radiogroup", "aria-label": words.data.problem, "data-control": "problem" },
    choices.map(({ label }) => label));
  explain(group, words.data.explainProblem);
  find("#problem", HTMLElement).append(group);

  function draw() {
    const { document: { config }, run } = store.get();
    const locked = run.state === "TRAINING";
    for (const { problem, input, label } of choices) {
      input.checked = config.problem === problem;
      setEnabled(input, !locked);
      explain(label, locked ? words.network.locked : explanations[problem]);
    }
  }

  store.subscribe((state, before) => {
    if (state.document.config.problem !== before.document.config.problem || state.run.state !== before.run.state) draw();
  });
  draw();
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
function mountLabelNoise(store, commands) {
  const share = makeSlider("label-noise", words.data.labelNoise, words.data.explainLabelNoise, { min: 0, max: 100, step: 1 });
  const [name] = share.row.getElementsByTagName("span");
  const flip = make("button", { type: "button", class: "btn small", id: "flip-labels", "data-control": "label-noise" });
  find("#data-more", HTMLElement).append(share.row, flip);
  share.show(DEFAULT_LABEL_NOISE, formatPercent(DEFAULT_LABEL_NOISE / 100));
  share.range.addEventListener("input", () => share.show(share.range.valueAsNumber, formatPercent(share.range.valueAsNumber / 100)));
  flip.addEventListener("click", () => commands.addLabelNoise(share.range.valueAsNumber / 100));

  function draw() {
    const { document: { config, points } } = store.get();
    const isRegression = config.problem === "regression";
    if (name) setText(name, isRegression ? words.data.valueNoise : words.data.labelNoise);
    setText(flip, isRegression ? words.data.scatter : words.data.flip);
    setEnabled(flip, points.length > 0);
    explain(flip, points.length === 0 ? words.data.needsPoints : isRegression ? words.data.explainScatter : words.data.explainFlip);
    explain(share.row, isRegression ? words.data.explainValueNoise : words.data.explainLabelNoise);
  }

  store.subscribe((state, before) => {
    if (state.document.config.problem !== before.document.config.problem
      || (state.document.points.length > 0) !== (before.document.points.length > 0)) draw();
  });
  draw();
}

/** @param {number} count */
function nearest(count) {
  return COUNTS.reduce((best, candidate, index) => (
    Math.abs(candidate - count) < Math.abs((COUNTS[best] ?? 0) - count) ? index : best), 0);
}
