/** Draws what helps to read the map: the card with the probabilities under the pointer, the legend, the first invitation. */

import { formatBound, formatCoordinate, formatPercent, formatValue } from "../format.js";
import { unitName } from "../unit_names.js";
import { words } from "../words.js";
import { find, make, setText } from "./elements.js";
import { markerIcon } from "./markers.js";
import { explain } from "./tips.js";

/** @typedef {import("../state.js").State} State */

/**
 * @param {import("../state_manager.js").Store} store
 */
export function mountReading(store) {
  const card = find("#probe", HTMLElement);
  const legend = find("#legend", HTMLElement);
  const invite = find("#invite", HTMLElement);
  const place = make("small");
  const inviteText = find("#invite-text", HTMLElement);
  /** One for each class, or one for the value. @type {HTMLElement[]} */
  let shares = [];
  let namesValue = false;

  /** @param {readonly string[]} names */
  function buildCard(names) {
    shares = names.map(() => make("b"));
    card.replaceChildren(make("div", {}, [place]), ...shares.map((share, index) =>
      make("div", {}, [make("span", {}, [names[index] ?? ""]), share])));
  }

  /** @param {State} state */
  function drawCard({ probe, moment }) {
    const value = probe?.value ?? null;
    // The server is asked about the present: of the past only the map is known.
    const shown = moment === null && probe !== null && (probe.probabilities.length > 0 || value !== null);
    card.hidden = !shown;
    if (!shown) return;
    const figures = value === null ? probe.probabilities.map((share) => formatPercent(share, 1)) : [formatValue(value)];
    if (shares.length !== figures.length || namesValue !== (value !== null)) {
      namesValue = value !== null;
      buildCard(namesValue ? [words.draw.value] : figures.map((_, label) => words.draw.classLabel(label)));
    }
    setText(place, words.reading.place(formatCoordinate(probe.x), formatCoordinate(probe.y)));
    figures.forEach((figure, index) => setText(/** @type {HTMLElement} */ (shares[index]), figure));
    const side = probe.x > 1 && probe.y > 0 ? "left" : "right";
    if (card.dataset.side !== side) card.dataset.side = side;
  }

  /** @param {State} state */
  function drawLegend({ shownUnit, mapSize, document: { config } }) {
    const { problem, classes } = config;
    const size = mapSize === null ? "" : words.reading.mapSize(mapSize.width, mapSize.height);
    if (shownUnit !== null) {
      const name = unitName(config, shownUnit);
      const [low, high] = [formatBound(-shownUnit.scale), formatBound(shownUnit.scale)];
      explain(legend, words.reading.explainUnitLegend(name, low, high) + size);
      drawScale(low, high, "bar signed", [make("b", {}, [name])]);
      return;
    }
    const isRegression = problem === "regression";
    explain(legend, (isRegression ? words.reading.explainValueLegend : words.reading.explainLegend) + size);
    if (isRegression) {
      drawScale(formatValue(-1), formatValue(1), "bar signed");
      return;
    }
    if (classes === 2) {
      drawScale(words.reading.certain(0), words.reading.certain(1), "bar");
      return;
    }
    const swatches = Array.from({ length: classes }, (_, label) =>
      make("span", { class: "swatch" }, [markerIcon(label), String(label)]));
    legend.replaceChildren(...swatches, make("span", {}, [words.reading.faint]));
  }

  /**
   * @param {string} low
   * @param {string} high
   * @param {string} bar its class
   * @param {readonly HTMLElement[]} [rest]
   */
  function drawScale(low, high, bar, rest = []) {
    legend.replaceChildren(make("span", {}, [low]), make("span", { class: bar }), make("span", {}, [high]), ...rest);
  }

  /** @param {State} state */
  function drawInvite({ document, notice }) {
    invite.hidden = document.points.length > 0 || notice?.aboutStart === true;
    setText(inviteText, document.config.problem === "regression" ? words.reading.inviteValues : words.reading.invite);
  }

  store.subscribe((state, before) => {
    if (state.probe !== before.probe || state.moment !== before.moment) drawCard(state);
    const reshaped = state.document.config.classes !== before.document.config.classes
      || state.document.config.problem !== before.document.config.problem;
    if (reshaped || state.shownUnit !== before.shownUnit || state.mapSize !== before.mapSize) drawLegend(state);
    if (reshaped || state.document.points !== before.document.points || state.notice !== before.notice) drawInvite(state);
  });
  drawLegend(store.get());
  drawInvite(store.get());
}
