/** Draws what the diagnosis has found: one calm sentence for each, with what helps one click away. */

import { diagnose } from "../diagnosis.js";
import { Findings } from "../findings.js";
import { formatAccuracy, formatCount, formatEpoch, formatLoss, formatPercent, formatSetting } from "../format.js";
import { LossHistory } from "../loss_history.js";
import { changeOfPoints, changeOfSettings, isNothing } from "../marks.js";
import { words } from "../words.js";
import { find, make, setText } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../diagnosis.js").Finding} Finding */
/** @typedef {import("../diagnosis.js").FindingKind} FindingKind */
/** @typedef {import("../remedies.js").Remedy} Remedy */

const LOOK_INTERVAL_MS = 500;

/**
 * @param {Finding} finding
 * @returns {string} the sentence that names the evidence
 */
export function findingText({ kind, evidence }) {
  const { diagnosis } = words;
  switch (kind) {
    case "diverged": return diagnosis.diverged(formatCount(evidence.step), formatSetting(evidence.rate));
    case "zeros": return diagnosis.zeros(evidence.layers);
    case "rate": return diagnosis.rate(formatLoss(evidence.least), formatLoss(evidence.most), formatSetting(evidence.rate));
    case "dead": return diagnosis.dead(evidence.layer, evidence.dead, evidence.units);
    case "vanishing": return diagnosis.vanishing(evidence.times === null ? null : formatCount(Number(evidence.times.toPrecision(2))));
    case "linear": return diagnosis.linear(formatAccuracy(evidence.accuracy));
    case "overfitting": return diagnosis.overfitting(formatLoss(evidence.from), formatLoss(evidence.to), formatEpoch(evidence.epoch));
  }
}

/**
 * @param {Remedy} remedy
 * @returns {string} what the button is called
 */
export function remedyName({ patch, startsOver }) {
  const { diagnosis } = words;
  const parts = [];
  if (patch.hidden_layers !== undefined) parts.push(diagnosis.layer(patch.hidden_layers[0] ?? 0));
  if (patch.activation !== undefined) parts.push(words.setup.activations[patch.activation] ?? patch.activation);
  else if (patch.layer_activations !== undefined) parts.push(diagnosis.oneActivation);
  if (patch.initialisation !== undefined) parts.push(patch.initialisation === "he" ? diagnosis.he : diagnosis.usualWeights);
  if (patch.layer_norm !== undefined) parts.push(patch.layer_norm ? diagnosis.layerNorm : diagnosis.noLayerNorm);
  if (patch.learning_rate !== undefined) parts.push(diagnosis.learningRate(formatSetting(patch.learning_rate)));
  if (patch.l2 !== undefined) parts.push(diagnosis.l2(formatSetting(patch.l2)));
  if (patch.dropout !== undefined) parts.push(diagnosis.dropout(formatPercent(patch.dropout)));
  return startsOver ? diagnosis.remedyStartingOver(parts) : diagnosis.remedy(parts);
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {() => number} nowMs
 */
export function mountDiagnosis(store, commands, nowMs) {
  const box = find("#diagnosis", HTMLElement);
  const list = make("div", { class: "findings", role: "group", "aria-label": words.diagnosis.title, "data-control": "diagnosis" });
  explain(list, words.diagnosis.explainTitle);
  const live = find("#live", HTMLElement);
  box.append(list);
  const history = new LossHistory();
  const findings = new Findings();
  let lastLookMs = -Infinity;
  /** @type {readonly Finding[]} */
  let drawn = findings.shown;

  /** @type {Map<FindingKind, {element: HTMLElement, tell: (finding: Finding) => void}>} */
  const cards = new Map();

  /** @param {FindingKind} kind */
  function makeCard(kind) {
    const text = make("p");
    const remedy = make("button", { type: "button", class: "btn small", "data-remedy": kind });
    remedy.addEventListener("click", () => {
      const told = findings.shown.find((finding) => finding.kind === kind);
      findings.forget();
      history.restart();
      draw();
      if (told) void commands.apply(told.remedy);
    });
    const dismiss = make("button", { type: "button", class: "text-button" }, [words.diagnosis.dismiss]);
    explain(dismiss, words.diagnosis.explainDismiss);
    dismiss.addEventListener("click", () => {
      findings.dismiss(kind);
      draw();
    });
    return {
      element: make("div", { class: "finding", "data-finding": kind }, [text, make("div", { class: "finding-actions" }, [remedy, dismiss])]),
      /** @param {Finding} finding with figures of now: its buttons stay, for they may be under the pointer or have the focus */
      tell(finding) {
        setText(text, findingText(finding));
        setText(remedy, remedyName(finding.remedy));
        explain(remedy, finding.remedy.startsOver ? words.diagnosis.explainStartingOver : words.diagnosis.explainRemedy);
      },
    };
  }

  function draw() {
    if (findings.shown === drawn) return;
    const told = new Set(drawn.map(({ kind }) => kind));
    const [fresh] = findings.shown.filter(({ kind }) => !told.has(kind));
    if (fresh) setText(live, findingText(fresh));
    drawn = findings.shown;
    for (const [kind, { element }] of cards) {
      if (drawn.some((finding) => finding.kind === kind)) continue;
      element.remove();
      cards.delete(kind);
    }
    drawn.forEach((finding, index) => {
      const card = cards.get(finding.kind) ?? makeCard(finding.kind);
      cards.set(finding.kind, card);
      card.tell(finding);
      if (list.children[index] !== card.element) list.insertBefore(card.element, list.children[index] ?? null);
    });
  }

  store.subscribe((state, before) => {
    const { run } = state;
    if (state.moment !== before.moment) list.hidden = state.moment !== null;
    if (run.step < before.run.step) {
      history.restart();
      findings.reset();
      draw();
    }
    if (hasOtherEvidence(state, before)) history.restart();
    if (run === before.run || run.step === before.run.step && run.trainLoss === before.run.trainLoss && run.state === before.run.state) return;
    history.push(run);
    if (run.state === before.run.state && nowMs() - lastLookMs < LOOK_INTERVAL_MS) return;
    lastLookMs = nowMs();
    findings.look(diagnose({ config: state.serverConfig, run, history, metrics: state.metrics }));
    draw();
  });
}

/**
 * @param {import("../state.js").State} state
 * @param {import("../state.js").State} before
 * @returns {boolean} whether settings or points are others than those that were measured
 */
function hasOtherEvidence(state, before) {
  if (state.confirmed !== before.confirmed && !isNothing(changeOfPoints(before.confirmed, state.confirmed))) return true;
  return state.serverConfig !== before.serverConfig && !isNothing(changeOfSettings(before.serverConfig, state.serverConfig));
}
