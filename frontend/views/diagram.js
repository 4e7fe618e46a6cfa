/**
 * Owns the network's diagram: features, hidden units and outputs as live tiles, weights as links, biases as dots. Paints the newest
 * frame of the units once in an animation frame and tells whether it is on the screen at all.
 */

import { THEMES } from "../colors.js";
import { formatCount } from "../format.js";
import { layoutNetwork, linkAt } from "../network_layout.js";
import { parameterKey, parameterValue } from "../parameters.js";
import { FEATURES } from "../tiles.js";
import { outputCount, parameterName, unitName } from "../unit_names.js";
import { words } from "../words.js";
import { ColumnHeads, makeLayerSteps } from "./diagram_heads.js";
import { LinkCanvas } from "./diagram_links.js";
import { TileCanvas } from "./diagram_tiles.js";
import { UnitBoard } from "./diagram_units.js";
import { make, setText } from "./elements.js";
import { parameterCount } from "./network.js";
import { ParameterCard } from "./parameter_card.js";
import { ParameterEditor } from "./parameter_editor.js";

/** @typedef {import("../neuron_frames.js").NeuronFrame} NeuronFrame */
/** @typedef {import("../network_layout.js").NetworkLayout} NetworkLayout */
/** @typedef {import("../parameters.js").Parameter} Parameter */
/** @typedef {import("../unit_names.js").Unit} Unit */

/** Beyond this a canvas would cost more memory than it shows. */
const MOST_PIXELS = 12e6;
/** How far from a link the pointer may be. */
const LINK_REACH_PX = 7;
/** Cells of a tile for each CSS pixel of its side: smoothed by the browser, half as many look the same. */
const CELLS_PER_PIXEL = 0.5;
/** More hidden layers of one size are told as so many times that size. */
const MOST_SIZES = 4;

export class DiagramView {
  #store;
  #commands;
  #onPainted;
  #onShown;
  #summary = make("small");
  #box = make("div", { class: "net-box", "data-testid": "diagram-box" });
  #sheet = make("div", { class: "net", role: "group", "aria-label": words.diagram.sheet, "aria-describedby": "diagram-keys" });
  #canvas = make("canvas", { class: "links", "aria-hidden": "true", "data-testid": "links" });
  #links = new LinkCanvas(this.#canvas);
  #tileCanvas = make("canvas", { class: "tiles", "aria-hidden": "true", "data-testid": "tiles" });
  #tiles = new TileCanvas(this.#tileCanvas);
  #units;
  #heads;
  #steps;
  #card;
  #editor;
  /** @type {NetworkLayout|null} */
  #layout = null;
  /** @type {NeuronFrame|null} */
  #newest = null;
  /** The frame that is painted, null while none fits the network. @type {NeuronFrame|null} */
  #frame = null;
  /** @type {ReadonlySet<string>} */
  #frozen = new Set();
  #pointed = -1;
  /** @type {Unit|null} */
  #pointedBias = null;
  /** @type {Unit|null} */
  #openUnit = null;
  #room = { width: 0, height: 0 };
  #onScreen = false;
  #asked = false;
  #layoutIsOld = true;

  /**
   * @param {HTMLElement} root
   * @param {import("../state_manager.js").Store} store
   * @param {import("../commands.js").Commands} commands
   * @param {(frame: NeuronFrame) => void} onPainted told once for each newest frame, after it was painted
   * @param {(shown: {neurons: boolean, tile_size?: number}) => void} onShown told when it comes onto the screen, changes size or leaves
   */
  constructor(root, store, commands, onPainted, onShown) {
    this.#store = store;
    this.#commands = commands;
    this.#onPainted = onPainted;
    this.#onShown = onShown;
    this.#units = new UnitBoard(this.#sheet, {
      onHover: (unit) => commands.hoverUnit(unit ?? this.#openUnit),
      onOpen: (unit, anchor) => this.#openUnitEditor(unit, anchor),
      onToggle: (name) => commands.toggleFeature(name),
      onBias: (unit, anchor) => this.#openEditor([[unit.layer, unit.unit, null]], anchor.getBoundingClientRect()),
      onBiasHover: (unit, x, y) => this.#pointBias(unit, x, y),
    });
    this.#heads = new ColumnHeads(this.#sheet, commands);
    this.#steps = makeLayerSteps(commands);
    this.#card = new ParameterCard(root);
    this.#editor = new ParameterEditor(root, commands, {
      valueOf: (parameter) => this.#frame && parameterValue(this.#frame, parameter),
      isFrozen: (parameter) => this.#frozen.has(parameterKey(parameter)),
    }, () => {
      this.#openUnit = null;
      commands.hoverUnit(null);
    });
    this.#sheet.prepend(this.#canvas, this.#tileCanvas);
    this.#box.append(this.#sheet);
    root.append(
      make("div", { class: "net-head" }, [make("h2", {}, [words.diagram.title]), this.#summary, this.#steps.element]),
      this.#box,
      make("div", { class: "net-foot" }, [
        make("span", { class: "legend" }, ["\u22121", make("span", { class: "signed-bar", "aria-hidden": "true" }), "+1", make("span", {}, [words.diagram.legend])]),
        make("span", { class: "hint-line with-mouse" }, [words.diagram.hint]),
        make("span", { class: "hint-line with-finger" }, [words.diagram.hintTouch]),
      ]),
      make("p", { class: "sr", id: "diagram-keys" }, [words.diagram.keys]),
    );
    this.#canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.#canvas.addEventListener("pointerleave", () => this.#leaveLink());
    this.#canvas.addEventListener("click", (event) => this.#clickLink(event));
    store.subscribe((state, before) => {
      if (state.document.config !== before.document.config || state.run.state !== before.run.state) this.#renew();
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

  #ask() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#paint();
    });
  }

  #paint() {
    const newest = this.#newest;
    this.#newest = null;
    if (newest) this.#frame = newest;
    if (this.#onScreen && this.#room.width > 0) {
      if (this.#layoutIsOld) this.#arrange();
      // Of a network that is not there any more, or not yet.
      if (this.#frame?.units.join() !== this.#layout?.units.join()) this.#frame = null;
      this.#links.paint(this.#frame?.weights ?? null, this.#pointed);
      this.#tiles.paint(this.#frame);
      this.#units.paint(this.#frame);
      this.#tellCard();
      if (this.#editor.isOpen) this.#editor.refresh();
    }
    if (newest) this.#onPainted(newest);
  }

  #arrange() {
    this.#layoutIsOld = false;
    const { document: { config }, run } = this.#store.get();
    const { features, hidden_layers: hidden, activation, layer_activations: perLayer } = config;
    const chosen = features.map((name) => FEATURES.findIndex((feature) => feature === name));
    const layout = layoutNetwork({ featureCount: FEATURES.length, features: chosen, hidden, outputs: outputCount(config) }, this.#room.width, this.#room.height);
    const before = this.#layout;
    this.#layout = layout;
    if (before?.units.join() !== layout.units.join()) {
      this.#leaveLink();
      this.#editor.close();
    }
    this.#sheet.style.width = `${layout.width}px`;
    this.#sheet.style.height = `${layout.height}px`;
    const locked = run.state === "TRAINING";
    const ratio = Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / (layout.width * layout.height)));
    this.#links.arrange(layout, ratio);
    this.#tiles.arrange(layout, features, ratio);
    this.#units.arrange(layout, config);
    this.#heads.arrange(layout, locked);
    this.#steps.draw(hidden.length, locked);
    const outputs = config.problem === "regression" ? words.diagram.value : words.diagram.outputs(config.classes);
    const sizes = [words.diagram.inputs(features.length), ...layerSizes(hidden), outputs].join(" › ");
    const isMixed = perLayer.some((name) => name !== null && name !== activation);
    setText(this.#summary, words.diagram.summary(sizes, formatCount(parameterCount(config)), isMixed ? words.diagram.mixed : activation.replace("_", " ")));
    this.#markFrozen();
    this.#tellShown();
  }

  #tellShown() {
    const cells = Math.max(12, Math.min(32, Math.ceil((this.#layout?.tileSide ?? 46) * CELLS_PER_PIXEL)));
    this.#onShown(this.#onScreen ? { neurons: true, tile_size: cells } : { neurons: false });
    if (this.#onScreen) this.#ask();
    else this.#leaveLink();
  }

  #markFrozen() {
    this.#frozen = new Set(this.#store.get().frozen.map(parameterKey));
    this.#links.markFrozen((link) => this.#frozen.has(parameterKey(this.#linkParameter(link))));
    this.#units.markFrozen(this.#frozen);
    this.#ask();
  }

  /**
   * @param {number} link
   * @returns {Parameter}
   */
  #linkParameter(link) {
    const { layer, unit, input } = /** @type {NetworkLayout} */ (this.#layout).links;
    return [layer[link] ?? 0, unit[link] ?? 0, input[link] ?? 0];
  }

  /** @param {PointerEvent|MouseEvent} event */
  #linkUnder(event) {
    return this.#layout === null ? -1 : linkAt(this.#layout.links, event.offsetX, event.offsetY, LINK_REACH_PX);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (event.pointerType === "touch") return;
    const link = this.#linkUnder(event);
    if (link !== this.#pointed) {
      this.#pointed = link;
      this.#canvas.toggleAttribute("data-pointed", link >= 0);
      this.#ask();
    }
    this.#tellCard();
    if (link >= 0) this.#card.show(event.clientX, event.clientY);
    else this.#card.hide();
  }

  #leaveLink() {
    if (this.#pointed >= 0) this.#ask();
    this.#pointed = -1;
    this.#pointedBias = null;
    this.#canvas.removeAttribute("data-pointed");
    this.#card.hide();
  }

  /**
   * @param {Unit|null} unit
   * @param {number} x
   * @param {number} y
   */
  #pointBias(unit, x, y) {
    this.#pointedBias = unit;
    this.#tellCard();
    if (unit === null) this.#card.hide();
    else this.#card.show(x, y);
  }

  #tellCard() {
    const bias = this.#pointedBias;
    if (bias === null && this.#pointed < 0) return;
    const parameter = bias === null ? this.#linkParameter(this.#pointed) : /** @type {Parameter} */ ([bias.layer, bias.unit, null]);
    const value = this.#frame && parameterValue(this.#frame, parameter);
    this.#card.tell(parameterName(this.#store.get().document.config, parameter), value, this.#frozen.has(parameterKey(parameter)));
  }

  /** @param {MouseEvent} event */
  #clickLink(event) {
    const link = this.#linkUnder(event);
    if (link < 0) return;
    const { clientX: x, clientY: y } = event;
    this.#openEditor([this.#linkParameter(link)], { left: x, right: x, top: y, bottom: y });
  }

  /**
   * @param {readonly Parameter[]} parameters
   * @param {{left: number, top: number, right: number, bottom: number}} anchor
   */
  #openEditor([parameter], anchor) {
    if (!parameter) return;
    this.#card.hide();
    const name = parameterName(this.#store.get().document.config, parameter);
    this.#editor.open(name, [{ parameter, name: parameter[2] === null ? words.diagram.biasAlone : words.diagram.weightAlone }], "", anchor, null);
  }

  /**
   * All that goes into a unit.
   * @param {Unit} unit
   * @param {HTMLElement} anchor
   */
  #openUnitEditor(unit, anchor) {
    const { document: { config } } = this.#store.get();
    const before = unit.layer - 1;
    const drawn = this.#layout?.drawn[before] ?? 0;
    const units = this.#layout?.units[before] ?? 0;
    const entries = Array.from({ length: drawn }, (_, input) => ({
      parameter: /** @type {Parameter} */ ([unit.layer, unit.unit, input]),
      name: words.diagram.weightFrom(unitName(config, { layer: before, unit: input })),
    }));
    const bias = { parameter: /** @type {Parameter} */ ([unit.layer, unit.unit, null]), name: words.diagram.biasAlone };
    this.#editor.open(words.diagram.parametersOf(unitName(config, unit)), [bias, ...entries],
      units > drawn ? words.diagram.onlyDrawn(drawn, units) : "", anchor.getBoundingClientRect(), anchor);
    this.#openUnit = unit;
    this.#commands.hoverUnit(unit);
  }
}

/**
 * @param {readonly number[]} hidden units of each hidden layer
 * @returns {string[]} such as 8, 8, or where many follow each other 10 × 100
 */
function layerSizes(hidden) {
  const [first = 0] = hidden;
  const isUniform = hidden.length > MOST_SIZES && hidden.every((units) => units === first);
  return isUniform ? [words.diagram.layersOf(hidden.length, first)] : hidden.map(String);
}
