/**
 * Owns the network's diagram: features, hidden units and outputs as live tiles, weights as links, biases as dots. Paints the newest
 * frame of the units once in an animation frame and tells whether it is on the screen at all.
 */

import { THEMES } from "../colors.js";
import { formatCount } from "../format.js";
import { layoutNetwork } from "../network_layout.js";
import { parameterKey } from "../parameters.js";
import { FEATURES } from "../tiles.js";
import { networkSummary, outputCount } from "../unit_names.js";
import { words } from "../words.js";
import { ColumnHeads, makeLayerSteps } from "./diagram_heads.js";
import { LinkCanvas } from "./diagram_links.js";
import { DiagramParameters, keysOf } from "./diagram_parameters.js";
import { TileCanvas } from "./diagram_tiles.js";
import { UnitBoard } from "./diagram_units.js";
import { make, setText } from "./elements.js";
import { parameterCount } from "./network.js";
import { onceAFrame } from "./once_a_frame.js";
import { explain } from "./tips.js";

/** @typedef {import("../neuron_frames.js").NeuronFrame} NeuronFrame */
/** @typedef {import("../network_layout.js").NetworkLayout} NetworkLayout */

/** Beyond this a canvas would cost more memory than it shows. */
const MOST_PIXELS = 12e6;
/** Cells of a tile for each CSS pixel of its side: smoothed by the browser, half as many look the same. */
const CELLS_PER_PIXEL = 0.5;

export class DiagramView {
  #root;
  #store;
  #onPainted;
  #onShown;
  #summary = make("small", { "data-testid": "network-summary" });
  #box = make("div", { class: "net-box", "data-testid": "diagram-box" });
  #sheet = make("div", { class: "net", role: "group", "aria-label": words.diagram.sheet, "aria-describedby": "diagram-keys" });
  #canvas = make("canvas", { class: "links", "aria-hidden": "true", "data-testid": "links" });
  #links = new LinkCanvas(this.#canvas);
  #tileCanvas = make("canvas", { class: "tiles", "aria-hidden": "true", "data-testid": "tiles" });
  #tiles = new TileCanvas(this.#tileCanvas);
  #units;
  #heads;
  #steps;
  #parameters;
  /** @type {NetworkLayout|null} */
  #layout = null;
  /** @type {NeuronFrame|null} */
  #newest = null;
  /** The frame that is painted, null while none fits the network. @type {NeuronFrame|null} */
  #frame = null;
  /** @type {ReadonlySet<string>} */
  #frozen = new Set();
  #room = { width: 0, height: 0 };
  #onScreen = false;
  #ask = onceAFrame(() => this.#paint());
  #layoutIsOld = true;

  /**
   * @param {HTMLElement} root
   * @param {import("../state_manager.js").Store} store
   * @param {import("../commands.js").Commands} commands
   * @param {(frame: NeuronFrame) => void} onPainted told once for each newest frame, after it was painted
   * @param {(shown: {neurons: boolean, tile_size?: number}) => void} onShown told when it comes onto the screen, changes size or leaves
   */
  constructor(root, store, commands, onPainted, onShown) {
    this.#root = root;
    this.#store = store;
    this.#onPainted = onPainted;
    this.#onShown = onShown;
    this.#units = new UnitBoard(this.#sheet, {
      onHover: (unit) => commands.hoverUnit(unit ?? this.#parameters.openUnit),
      onOpen: (unit, anchor) => this.#parameters.openAll(unit, anchor),
      onToggle: (name) => commands.toggleFeature(name),
      onBias: (unit, anchor) => this.#parameters.openBias(unit, anchor),
      onBiasHover: (unit, x, y) => this.#parameters.pointBias(unit, x, y),
    });
    this.#heads = new ColumnHeads(this.#sheet, commands);
    this.#steps = makeLayerSteps(commands);
    this.#parameters = new DiagramParameters(root, this.#canvas, commands, {
      layout: () => this.#layout,
      frame: () => this.#frame,
      config: () => store.get().document.config,
      isFrozen: (parameter) => this.#frozen.has(parameterKey(parameter)),
    }, () => this.#ask());
    this.#sheet.prepend(this.#canvas, this.#tileCanvas);
    const legend = make("span", { class: "legend", "data-testid": "diagram-legend" }, [
      words.diagram.negative, make("span", { class: "signed-bar", "aria-hidden": "true" }), words.diagram.positive, make("span", {}, [words.diagram.legend]),
    ]);
    explain(legend, words.diagram.explainLegend);
    this.#box.append(this.#sheet);
    root.append(
      make("div", { class: "net-head" }, [make("h2", {}, [words.diagram.title]), this.#summary, this.#steps.element]),
      this.#box,
      make("div", { class: "net-foot" }, [
        legend,
        make("span", { class: "hint-line with-mouse" }, [words.diagram.hint]),
        make("span", { class: "hint-line with-finger" }, [words.diagram.hintTouch]),
      ]),
      make("p", { class: "sr", id: "diagram-keys" }, [words.diagram.keys]),
    );
    store.subscribe((state, before) => {
      if (state.moment !== before.moment) this.#drawSummary();
      if (state.document.config !== before.document.config || state.run.state !== before.run.state
        || state.hiddenControls !== before.hiddenControls) this.#renew();
      if (state.frozen !== before.frozen) this.#markFrozen();
    });
    new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#room = { width: entry.contentRect.width, height: entry.contentRect.height };
      this.#renew();
    }).observe(this.#box);
    new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#tellShown();
    }).observe(this.#box);
  }

  /** @param {NeuronFrame} frame replaces one that has not been painted yet */
  offer(frame) {
    this.#newest = frame;
    this.#ask();
  }

  /** The connection ended: what was not painted yet will not be acknowledged. */
  forgetUnpainted() {
    this.#newest = null;
  }

  /** @param {import("../colors.js").ThemeName} name */
  setTheme(name) {
    this.#links.setTheme(THEMES[name]);
    this.#tiles.setTheme(THEMES[name]);
    this.#units.setTheme(THEMES[name]);
    this.#renew();
  }

  #renew() {
    this.#layoutIsOld = true;
    this.#ask();
  }

  #paint() {
    const newest = this.#newest;
    this.#newest = null;
    if (newest) this.#frame = newest;
    if (this.#room.width > 0 && this.#layoutIsOld) this.#arrange();
    // Of a network that is not there any more, or not yet.
    if (this.#frame?.units.join() !== this.#layout?.units.join()) this.#frame = null;
    if (this.#onScreen) {
      this.#links.paint(this.#frame?.weights ?? null, this.#parameters.link);
      this.#tiles.paint(this.#frame);
      this.#units.paint(this.#frame);
      this.#parameters.refresh();
    }
    if (newest) this.#onPainted(newest);
  }

  #arrange() {
    this.#layoutIsOld = false;
    const { document: { config }, run, hiddenControls } = this.#store.get();
    const showsOthers = !hiddenControls.has("features");
    const { features, hidden_layers: hidden } = config;
    const chosen = features.map((name) => FEATURES.findIndex((feature) => feature === name));
    const layout = layoutNetwork({ featureCount: FEATURES.length, features: chosen, hidden, outputs: outputCount(config) }, this.#room.width, this.#room.height);
    const before = this.#layout;
    this.#layout = layout;
    if (before?.units.join() !== layout.units.join()) this.#parameters.forget();
    this.#sheet.style.width = `${layout.width}px`;
    this.#sheet.style.height = `${layout.height}px`;
    const locked = run.state === "TRAINING";
    const ratio = Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / (layout.width * layout.height)));
    this.#links.arrange(layout, ratio);
    this.#tiles.arrange(layout, features, showsOthers, ratio);
    this.#units.arrange(layout, config, showsOthers);
    this.#heads.arrange(layout, locked);
    this.#steps.draw(hidden.length, locked);
    this.#drawSummary();
    this.#markFrozen();
    this.#tellShown();
  }

  /** Looking back moves the plane alone: of the units only the present is known. */
  #drawSummary() {
    const { document: { config }, moment } = this.#store.get();
    this.#root.toggleAttribute("data-past", moment !== null);
    setText(this.#summary, moment === null ? networkSummary(config, formatCount(parameterCount(config))) : words.diagram.showsNow);
  }

  #tellShown() {
    const cells = Math.max(12, Math.min(32, Math.ceil((this.#layout?.tileSide ?? 46) * CELLS_PER_PIXEL)));
    this.#onShown(this.#onScreen ? { neurons: true, tile_size: cells } : { neurons: false });
    if (this.#onScreen) this.#ask();
    else this.#parameters.leave();
  }

  #markFrozen() {
    this.#frozen = keysOf(this.#store.get().frozen);
    this.#links.markFrozen((link) => this.#frozen.has(parameterKey(this.#parameters.parameterOf(link))));
    this.#units.markFrozen(this.#frozen);
    this.#ask();
  }
}
