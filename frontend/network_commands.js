/** Owns what a person can do to the network in its diagram: features, layers and units, single weights, and the unit on the map. */

import { MAX_HIDDEN_LAYERS, MAX_UNITS } from "./run_config.js";
import { FEATURES } from "./tiles.js";
import { words } from "./words.js";

/** @typedef {import("./parameters.js").Parameter} Parameter */

const NEW_LAYER_UNITS = 8;

/**
 * @param {object} parts
 * @param {import("./state_manager.js").Store} parts.store
 * @param {(message: import("./protocol.js").ClientMessage) => Promise<boolean>} parts.ask
 * @param {(patch: Partial<import("./run_config.js").RunConfig>) => void} parts.configure
 * @param {(text: string) => void} parts.notify
 */
export function createNetworkCommands({ store, ask, configure, notify }) {
  const config = () => store.get().document.config;

  /**
   * Changes what builds a new network, or says why that has to wait.
   * @param {Partial<import("./run_config.js").RunConfig>} patch
   */
  function rebuild(patch) {
    if (store.get().run.state === "TRAINING") notify(words.network.locked);
    else configure(patch);
  }

  return {
    /** @param {import("./tiles.js").FeatureName} name */
    toggleFeature(name) {
      if (store.get().hiddenControls.has("features")) return;
      const { features } = config();
      const has = features.includes(name);
      if (has && features.length === 1) {
        notify(words.diagram.oneFeature);
        return;
      }
      rebuild({ features: FEATURES.filter((feature) => (feature === name ? !has : features.includes(feature))) });
    },
    /**
     * @param {number} layer from 0, the first hidden one
     * @param {number} change so many units more
     */
    changeUnits(layer, change) {
      rebuild({
        hidden_layers: config().hidden_layers.map((units, index) =>
          (index === layer ? Math.min(MAX_UNITS, Math.max(1, units + change)) : units)),
      });
    },
    addLayer() {
      const layers = config().hidden_layers;
      if (layers.length < MAX_HIDDEN_LAYERS) rebuild({ hidden_layers: [...layers, layers.at(-1) ?? NEW_LAYER_UNITS] });
    },
    removeLayer() {
      rebuild({ hidden_layers: config().hidden_layers.slice(0, -1) });
    },
    /**
     * Training goes on from this value.
     * @param {Parameter} parameter
     * @param {number} value
     * @returns {Promise<boolean>} whether the server did it
     */
    setParameter: ([layer, unit, input], value) => ask({ type: "SET_PARAMETERS", parameters: [[layer, unit, input, value]] }),
    /**
     * @param {readonly Parameter[]} parameters
     * @param {boolean} frozen
     */
    freezeParameters: (parameters, frozen) => ask({ type: "FREEZE_PARAMETERS", parameters, frozen }),
    /** @param {{layer: number, unit: number}|null} unit the one that the map shows, null for the network's answer */
    hoverUnit(unit) {
      const { hoveredUnit } = store.get();
      if (unit?.layer !== hoveredUnit?.layer || unit?.unit !== hoveredUnit?.unit) {
        store.dispatch({ type: "set", patch: { hoveredUnit: unit } });
      }
    },
  };
}
