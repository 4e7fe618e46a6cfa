/** Draws what helps to read the map: the card with the probabilities under the pointer, the legend, the first invitation. */

import { formatCoordinate, formatPercent } from "../format.js";
import { words } from "../words.js";
import { find, make, setText } from "./elements.js";
import { markerIcon } from "./markers.js";

/** @typedef {import("../state_manager.js").State} State */

/**
 * @param {import("../state_manager.js").Store} store
 */
export function mountReading(store) {
  const card = find("#probe", HTMLElement);
  const legend = find("#legend", HTMLElement);
  const invite = find("#invite", HTMLElement);
  const place = make("small");
  /** @type {HTMLElement[]} */
  let shares = [];

  /** @param {number} classes */
  function buildCard(classes) {
    shares = Array.from({ length: classes }, () => make("b"));
    card.replaceChildren(make("div", {}, [place]), ...shares.map((share, label) =>
      make("div", {}, [make("span", {}, [words.draw.classLabel(label)]), share])));
  }

  /** @param {State} state */
  function drawCard({ probe, moment }) {
    // The server is asked about the present: of the past only the map is known.
    const shown = moment === null && probe !== null && probe.probabilities.length > 0;
    card.hidden = !shown;
    if (!shown) return;
    if (shares.length !== probe.probabilities.length) buildCard(probe.probabilities.length);
    setText(place, words.reading.place(formatCoordinate(probe.x), formatCoordinate(probe.y)));
    probe.probabilities.forEach((share, label) => setText(/** @type {HTMLElement} */ (shares[label]), formatPercent(share, 1)));
    const side = probe.x > 1 && probe.y > 0 ? "left" : "right";
    if (card.dataset.side !== side) card.dataset.side = side;
  }

  /** @param {number} classes */
  function drawLegend(classes) {
    if (classes === 2) {
      legend.replaceChildren(make("span", {}, [words.reading.certain(0)]), make("span", { class: "bar" }), make("span", {}, [words.reading.certain(1)]));
      return;
    }
    const swatches = Array.from({ length: classes }, (_, label) =>
      make("span", { class: "swatch" }, [markerIcon(label), String(label)]));
    legend.replaceChildren(...swatches, make("span", {}, [words.reading.faint]));
  }

  /** @param {State} state */
  function drawInvite({ document, notice }) {
    invite.hidden = document.points.length > 0 || notice?.aboutStart === true;
  }

  store.subscribe((state, before) => {
    if (state.probe !== before.probe || state.moment !== before.moment) drawCard(state);
    if (state.document.config.classes !== before.document.config.classes) drawLegend(state.document.config.classes);
    if (state.document.points !== before.document.points || state.notice !== before.notice) drawInvite(state);
  });
  drawLegend(store.get().document.config.classes);
  drawInvite(store.get());
}
