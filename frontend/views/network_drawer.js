/** Draws the settings of the network that a beginner leaves alone: the activation of each layer, how weights begin, layer norm. */

import { ACTIVATIONS, INITIALISATIONS } from "../run_config.js";
import { words } from "../words.js";
import { fieldOptions, lockSettings, makeChoice, makeSwitch } from "./choices.js";
import { find, make } from "./elements.js";

/** @typedef {import("../run_config.js").RunConfig} RunConfig */
/** @typedef {import("./choices.js").Setting} Setting */

/**
 * @param {RunConfig} config
 * @param {number} layer from 0
 * @param {string|null} activation null: as all layers
 * @returns {Partial<RunConfig>} at most one entry for each hidden layer, none where all are as all
 */
export function withLayerActivation({ hidden_layers, layer_activations }, layer, activation) {
  const all = hidden_layers.map((_, index) => (index === layer ? activation : layer_activations[index] ?? null));
  while (all.length > 0 && all.at(-1) === null) all.pop();
  return { layer_activations: all };
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountNetworkDrawer(store, commands) {
  const text = words.setup;
  const initialisations = fieldOptions("initialisation", INITIALISATIONS, (value) => text.initialisations[value] ?? value);
  const initialisation = makeChoice(commands, {
    id: "initialisation", label: text.initialisation, explanation: text.explainInitialisation,
    read: (config) => ({ options: initialisations.options, current: initialisations.current(config) }),
  });
  const layerNorm = makeSwitch(commands, { id: "layer-norm", label: text.layerNorm, explanation: text.explainLayerNorm, field: "layer_norm" });
  /** @type {Map<Setting, string>} */
  const explanations = new Map([[initialisation, text.explainInitialisation], [layerNorm, text.explainLayerNorm]]);
  const layerBox = make("div", { class: "three", id: "layer-activations", "data-control": "layer-activations", role: "group", "aria-label": text.layerActivations });
  const note = make("p", { class: "quiet" }, [text.noLayers]);
  find("#network-more", HTMLElement).append(
    make("h3", {}, [text.layerActivations]), layerBox, note,
    make("div", { class: "two" }, [initialisation.element, layerNorm.element]),
  );
  /** @type {Setting[]} */
  let layers = [];

  /** @param {number} layer from 0 */
  function makeLayer(layer) {
    const setting = makeChoice(commands, {
      id: `activation-${layer + 1}`, label: text.layer(layer + 1), explanation: text.explainLayerActivation(layer + 1),
      read: (config) => {
        /** @param {string|null} activation */
        const option = (activation) => ({
          key: activation ?? "all", name: activation === null ? text.asAll(nameOf(config.activation)) : nameOf(activation),
          patch: withLayerActivation(config, layer, activation),
        });
        return { options: [null, ...ACTIVATIONS].map(option), current: option(config.layer_activations[layer] ?? null) };
      },
    });
    setting.element.removeAttribute("data-control");
    explanations.set(setting, text.explainLayerActivation(layer + 1));
    return setting;
  }

  function draw() {
    const { document: { config }, run } = store.get();
    if (layers.length !== config.hidden_layers.length) {
      for (const layer of layers) explanations.delete(layer);
      layers = config.hidden_layers.map((_, layer) => makeLayer(layer));
      layerBox.replaceChildren(...layers.map(({ element }) => element));
    }
    note.hidden = layers.length > 0;
    const settings = [initialisation, layerNorm, ...layers];
    for (const setting of settings) setting.draw(config);
    lockSettings(settings, explanations, run.state === "TRAINING");
  }

  store.subscribe((state, before) => {
    if (state.document.config !== before.document.config || (state.run.state === "TRAINING") !== (before.run.state === "TRAINING")) draw();
  });
  draw();
}

/** @param {string} activation */
function nameOf(activation) {
  return words.setup.activations[activation] ?? activation;
}
