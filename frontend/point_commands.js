/** Owns what a person can do with points: draw, remove, choose, move and relabel them, and the classes and values they get. */

import { makePoint } from "./document.js";
import { formatCount } from "./format.js";
import { flipLabels, giveAll, keysAround, moveAll, scatterValues, valueOfLabel } from "./point_edits.js";
import { MAX_CLASSES, MIN_CLASSES } from "./run_config.js";
import { words } from "./words.js";

/** @typedef {import("./document.js").Point} Point */

/** @param {import("./commands.js").Desk} desk */
export function createPointCommands({ store, random, set, notify, edit }) {
  const isRegression = () => store.get().document.config.problem === "regression";

  store.subscribe(({ document, selection }, before) => {
    if (selection.size === 0 || document.points === before.document.points) return;
    const left = new Set(document.points.flatMap(({ key }) => (selection.has(key) ? [key] : [])));
    if (left.size !== selection.size) set({ selection: left });
  });

  /**
   * @param {{label: number}|{value: number}} given to the selected points
   * @param {number} classes
   */
  function give(given, classes) {
    const { document, selection } = store.get();
    const config = classes === document.config.classes ? document.config : { ...document.config, classes };
    edit({ config, points: giveAll(document.points, selection, given) });
  }

  return {
    /**
     * Adds points of the chosen class or value.
     * @param {readonly (readonly [x: number, y: number])[]} places
     */
    add(places) {
      const { document, activeClass, activeValue } = store.get();
      const [label, value] = isRegression() ? [Number(activeValue > 0), activeValue] : [activeClass, null];
      edit({ points: [...document.points, ...places.map(([x, y]) => makePoint(x, y, label, value))] });
    },
    /** @param {ReadonlySet<number>} keys */
    erase(keys) {
      if (keys.size > 0) edit({ points: store.get().document.points.filter((point) => !keys.has(point.key)) });
    },
    /**
     * Erases all within the radius of the brush.
     * @param {number} x
     * @param {number} y
     */
    eraseAround(x, y) {
      this.erase(keysAround(store.get().document.points, x, y, store.get().brush.radius));
    },
    clear() {
      if (store.get().document.points.length > 0) edit({ points: [] });
    },

    /** @param {ReadonlySet<number>} selection */
    select(selection) {
      set({ selection });
    },
    /** @param {import("./point_edits.js").Band|null} band the rectangle that is being drawn */
    showBand(band) {
      set({ band });
    },
    /**
     * Moves points, as far as they stay on the plane.
     * @param {readonly Point[]} from where they were
     * @param {number} dx
     * @param {number} dy
     */
    movePoints(from, dx, dy) {
      edit({ points: moveAll(store.get().document.points, from, dx, dy) }, "move");
    },
    /** @returns {readonly Point[]} */
    selected() {
      const { document, selection } = store.get();
      return document.points.filter(({ key }) => selection.has(key));
    },
    eraseSelection() {
      this.erase(store.get().selection);
    },
    /** @returns {number} the chosen class; where all selected points have it already, the next one */
    classForSelection() {
      const { activeClass, document: { config } } = store.get();
      const selected = this.selected();
      return selected.length > 0 && selected.every(({ label }) => label === activeClass) ? (activeClass + 1) % config.classes : activeClass;
    },
    /** Gives the selected points the class that is offered for them, or the chosen value. */
    giveSelection() {
      const { activeValue, document: { config } } = store.get();
      give(isRegression() ? { value: activeValue } : { label: this.classForSelection() }, config.classes);
    },

    /** @param {number} label of the points to come, and of those that are selected */
    chooseClass(label) {
      if (label >= MAX_CLASSES) return;
      if (isRegression()) {
        this.chooseValue(valueOfLabel(label, MAX_CLASSES));
        return;
      }
      const { document: { config }, selection, tool } = store.get();
      const classes = Math.max(config.classes, label + 1);
      if (selection.size > 0) give({ label }, classes);
      else if (label >= config.classes) edit({ config: { ...config, classes } });
      if (label > config.classes) notify(words.draw.classesAdded(config.classes, label), { action: "undo" });
      set({ activeClass: label, tool: tool === "erase" ? "point" : tool });
    },
    /** @param {number} value of the points to come, and of those that are selected; -1 to 1 */
    chooseValue(value) {
      const { document: { config, points }, selection, tool } = store.get();
      if (selection.size > 0) edit({ points: giveAll(points, selection, { value }) }, "value");
      set({ activeValue: value, tool: tool === "erase" ? "point" : tool });
    },
    addClass() {
      set({ selection: new Set() });
      this.chooseClass(store.get().document.config.classes);
    },
    removeClass() {
      const { points, config } = store.get().document;
      if (config.classes <= MIN_CLASSES) return;
      const label = config.classes - 1;
      const kept = points.filter((point) => point.label !== label);
      const count = points.length - kept.length;
      edit({ config: { ...config, classes: label }, ...(count > 0 ? { points: kept } : {}) });
      if (count > 0) notify(words.draw.classWent(label, count), { action: "undo" });
    },
    /** @param {import("./state.js").Tool} tool */
    chooseTool(tool) {
      set({ tool, ...(tool === "move" ? {} : { selection: new Set() }) });
    },
    /** @param {Partial<import("./look.js").Brush>} patch */
    setBrush(patch) {
      set({ brush: { ...store.get().brush, ...patch } });
    },

    /**
     * Gives a share of the points another class; in regression any value.
     * @param {number} share from 0 to 1
     */
    addLabelNoise(share) {
      const { points, config } = store.get().document;
      const noisy = isRegression() ? scatterValues(points, share, random) : flipLabels(points, share, config.classes, random);
      const count = noisy.filter((point, index) => point !== points[index]).length;
      if (count === 0) return;
      edit({ points: noisy });
      notify(words.data.noiseAdded(count, formatCount(count), isRegression()), { action: "undo" });
    },
  };
}
