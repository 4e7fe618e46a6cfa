/** Draws what builds a new network: the row of layers, the activation, the seed. Locked while training, with the reason. */

import { formatCount } from "../format.js";
import { ACTIVATIONS, MAX_HIDDEN_LAYERS, MAX_SEED, MAX_UNITS } from "../run_config.js";
import { words } from "../words.js";
import { find, make, setEnabled, setText, setValue } from "./elements.js";
import { fillSelect } from "./settings.js";
import { explain } from "./tips.js";

/** @typedef {import("../run_config.js").RunConfig} RunConfig */

const MOST_COLUMNS = 5;

/**
 * @param {RunConfig} config
 * @returns {number} weights and biases of the network
 */
export function parameterCount({ problem, features, hidden_layers, classes }) {
  const sizes = [features.length, ...hidden_layers, problem === "regression" ? 1 : classes];
  return sizes.slice(1).reduce((sum, units, layer) => sum + units * ((sizes[layer] ?? 0) + 1), 0);
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountNetwork(store, commands) {
  const box = find("#rebuild", HTMLElement);
  const row = find("#layers", HTMLElement);
  const parameters = find("#parameters", HTMLElement);
  const addLayer = find("#add-layer", HTMLButtonElement);
  const removeLayer = find("#remove-layer", HTMLButtonElement);
  const activation = find("#activation", HTMLSelectElement);
  const seed = find("#seed", HTMLInputElement);
  find("#dice", HTMLButtonElement).addEventListener("click", () => void commands.drawSeed());
  fillSelect(activation, ACTIVATIONS.map((name) => [name, words.setup.activations[name] ?? name]));

  const layers = () => store.get().document.config.hidden_layers;
  addLayer.addEventListener("click", () => commands.addLayer());
  removeLayer.addEventListener("click", () => commands.removeLayer());
  activation.addEventListener("change", () => commands.configure({ activation: activation.value }));
  seed.addEventListener("change", () => {
    const value = seed.valueAsNumber;
    if (Number.isInteger(value) && value >= 0 && value <= MAX_SEED) commands.configure({ seed: value });
    else {
      seed.value = String(store.get().document.config.seed);
      commands.notify(words.network.seedBounds(formatCount(MAX_SEED)));
    }
  });

  /**
   * @param {number} layer
   * @param {number} units
   */
  function setUnits(layer, units) {
    const held = Math.min(MAX_UNITS, Math.max(1, Math.round(units)));
    commands.configure({ hidden_layers: layers().map((old, index) => (index === layer ? held : old)) });
  }

  /** @param {number} layer */
  function makeLayer(layer) {
    const number = layer + 1;
    const units = make("input", { type: "number", inputmode: "numeric", min: "1", max: String(MAX_UNITS), "aria-label": words.network.unitsIn(number) });
    const fewer = make("button", { type: "button", "aria-label": words.network.fewerIn(number) }, ["−"]);
    const more = make("button", { type: "button", "aria-label": words.network.moreIn(number) }, ["+"]);
    explain(units, words.network.explainUnitsIn(number, MAX_UNITS));
    explain(fewer, words.network.explainFewer);
    explain(more, words.network.explainMore);
    units.addEventListener("change", () => {
      const value = units.valueAsNumber;
      if (Number.isFinite(value)) setUnits(layer, value);
      if (!(Number.isInteger(value) && value >= 1 && value <= MAX_UNITS)) commands.notify(words.network.unitBounds(MAX_UNITS));
      units.value = String(layers()[layer]);
    });
    fewer.addEventListener("click", () => commands.changeUnits(layer, -1));
    more.addEventListener("click", () => commands.changeUnits(layer, 1));
    const tile = make("div", { class: "layer" }, [units, make("div", { class: "less-more" }, [fewer, more])]);
    return { slot: make("div", { class: "layer-slot" }, [tile]), units, fewer, more };
  }

  /** @param {string} name */
  function makeEnd(name) {
    const figure = make("b");
    const caption = make("small", {}, [name]);
    return { figure, caption, slot: make("div", { class: "layer-slot" }, [make("div", { class: "layer end" }, [figure, caption])]) };
  }

  const inputs = makeEnd(words.network.inputs);
  const outputs = makeEnd(words.network.classes);
  /** @type {ReturnType<typeof makeLayer>[]} */
  let tiles = [];

  function draw() {
    const { document: { config }, run } = store.get();
    const locked = run.state === "TRAINING";
    if (tiles.length !== config.hidden_layers.length || row.childElementCount === 0) {
      tiles = config.hidden_layers.map((_, layer) => makeLayer(layer));
      row.style.setProperty("--columns", String(columnCount(tiles.length + 2)));
      row.replaceChildren(inputs.slot, ...tiles.map(({ slot }) => slot), outputs.slot);
    }
    tiles.forEach(({ units, fewer, more }, layer) => {
      const count = config.hidden_layers[layer] ?? 1;
      setValue(units, String(count));
      setEnabled(units, !locked);
      setEnabled(fewer, !locked && count > 1);
      setEnabled(more, !locked && count < MAX_UNITS);
    });
    setText(inputs.figure, String(config.features.length));
    const isRegression = config.problem === "regression";
    setText(outputs.figure, isRegression ? "1" : String(config.classes));
    setText(outputs.caption, isRegression ? words.network.value : words.network.classes);
    setText(parameters, words.network.parameters(formatCount(parameterCount(config))));
    activation.value = config.activation;
    setValue(seed, String(config.seed));
    setEnabled(activation, !locked);
    setEnabled(seed, !locked);
    setEnabled(addLayer, !locked && config.hidden_layers.length < MAX_HIDDEN_LAYERS);
    setEnabled(removeLayer, !locked && config.hidden_layers.length > 0);
    lock(locked);
  }

  /** @param {boolean} locked */
  function lock(locked) {
    box.toggleAttribute("data-locked", locked);
    for (const control of [activation, seed, addLayer, removeLayer, ...tiles.flatMap(({ units, fewer, more }) => [units, fewer, more])]) {
      if (locked) control.setAttribute("aria-describedby", "rebuild-reason");
      else control.removeAttribute("aria-describedby");
    }
    if (locked) {
      for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": words.network.lockedGroup, "aria-describedby": "rebuild-reason" })) {
        box.setAttribute(name, value);
      }
    } else {
      for (const name of ["tabindex", "role", "aria-label", "aria-describedby"]) box.removeAttribute(name);
    }
  }

  store.subscribe((state, before) => {
    if (state.document.config !== before.document.config
      || (state.run.state === "TRAINING") !== (before.run.state === "TRAINING")) draw();
  });
  draw();
}

/**
 * @param {number} tiles
 * @returns {number} columns that fill their rows as evenly as they can
 */
function columnCount(tiles) {
  return Math.ceil(tiles / Math.ceil(tiles / MOST_COLUMNS));
}
