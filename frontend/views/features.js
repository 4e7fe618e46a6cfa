/** Draws the input features beside the plane: each with its own small map, to be taken in or out. The diagram has its own. */

import { buildRamp, signedEnds, THEMES } from "../colors.js";
import { FEATURES, featureTile, paintCells } from "../tiles.js";
import { words } from "../words.js";
import { setLocked } from "./diagram_heads.js";
import { context2d, find, make } from "./elements.js";

const SIDE = 24;
const STRENGTH = 0.92;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @returns {{setTheme: (name: import("../colors.js").ThemeName) => void}}
 */
export function mountFeatures(store, commands) {
  const choices = FEATURES.map((name) => {
    const canvas = make("canvas", { width: String(SIDE), height: String(SIDE), "aria-hidden": "true" });
    const button = make("button", { type: "button", class: "feature", "aria-label": words.diagram.spoken[name] }, [
      canvas, make("span", { "aria-hidden": "true", "data-symbol": words.diagram.symbols[name] }),
    ]);
    button.addEventListener("click", () => commands.toggleFeature(name));
    return { name, button, context: context2d(canvas) };
  });
  find("#features", HTMLElement).append(
    make("div", { class: "features", role: "group", "aria-label": words.diagram.features, "data-control": "features" }, choices.map(({ button }) => button)));

  function draw() {
    const { document: { config: { features } }, run } = store.get();
    for (const { name, button } of choices) {
      button.setAttribute("aria-pressed", String(features.includes(name)));
      setLocked(button, run.state === "TRAINING", false, words.diagram.explainFeature);
    }
  }

  store.subscribe((state, before) => {
    if (state.document.config.features !== before.document.config.features || state.run.state !== before.run.state) draw();
  });
  draw();

  return {
    setTheme(name) {
      const ramp = buildRamp(THEMES[name], 255, signedEnds(THEMES[name]), STRENGTH);
      const lookup = Uint32Array.from({ length: 256 }, (_, cell) => /** @type {number} */ (ramp[2 * cell]));
      for (const { name: feature, context } of choices) {
        const image = new ImageData(SIDE, SIDE);
        paintCells(new Uint32Array(image.data.buffer), featureTile(feature, SIDE), lookup);
        context.putImageData(image, 0, 0);
      }
    },
  };
}
