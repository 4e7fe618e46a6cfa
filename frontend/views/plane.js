/**
 * Owns the canvas of the plane: the newest map, axes, points and cursor, painted once in an animation frame.
 * Axes and points are kept as a layer that is drawn anew when they change.
 */

import { THEMES } from "../colors.js";
import { planeToPixel } from "../geometry.js";
import { context2d, offscreen2d } from "./elements.js";
import { MapPicture } from "./map_picture.js";
import { MarkerSprites, markerRadius } from "./markers.js";
import { onceAFrame } from "./once_a_frame.js";
import { drawBand, drawSelectedRing } from "./selection_marks.js";

/** @typedef {import("../frames.js").Frame} Frame */
/** @typedef {import("../state.js").State} State */

const TICKS = [-4, -2, 2, 4];
const PENDING_OPACITY = 0.5;

export class PlaneView {
  #canvas;
  #context;
  #store;
  #onPainted;
  #onShown;
  #map = new MapPicture(THEMES.light);
  /** Not painted yet. @type {Frame|null} */
  #newest = null;
  /** The newest answer of the network, and the newest map of a single unit. @type {{answer: Frame|null, unit: Frame|null}} */
  #maps = { answer: null, unit: null };
  /** What the picture was made of. @type {Frame|null} */
  #shown = null;
  #layer = new OffscreenCanvas(1, 1);
  #layerContext = offscreen2d(this.#layer);
  #layerIsOld = true;
  #theme = THEMES.light;
  #sprites = new MarkerSprites(5, THEMES.light);
  #side = 1;
  #pixelRatio = 1;
  #ask = onceAFrame(() => this.#paint());

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("../state_manager.js").Store} store
   * @param {(frame: Frame) => void} onPainted told once for each newest frame, after it was painted
   * @param {(frame: Frame) => void} onShown told when the map changes its size, shows a unit, or turns back to the network's answer
   */
  constructor(canvas, store, onPainted, onShown) {
    this.#canvas = canvas;
    this.#context = context2d(canvas);
    this.#store = store;
    this.#onPainted = onPainted;
    this.#onShown = onShown;
    store.subscribe((state, before) => this.#changed(state, before));
    new ResizeObserver(([entry]) => { if (entry) this.#resize(entry); }).observe(canvas);
  }

  /** @param {Frame} frame replaces one that has not been painted yet */
  offer(frame) {
    this.#newest = frame;
    this.#ask();
  }

  /** The connection ended: what was not painted yet will not be acknowledged. */
  forgetUnpainted() {
    this.#newest = null;
  }

  /** There is no network behind the map any more. */
  clearMap() {
    this.#map.clear();
    this.#newest = null;
    this.#shown = null;
    this.#maps = { answer: null, unit: null };
    this.#ask();
  }

  /** @returns {Promise<Blob>} a PNG of map, axes and points as they are on the screen */
  picture() {
    const side = this.#side;
    const picture = new OffscreenCanvas(side, side);
    const context = offscreen2d(picture);
    if (this.#layerIsOld) this.#drawLayer();
    this.#map.draw(context, side);
    context.drawImage(this.#layer, 0, 0);
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = `rgb(${this.#theme.ground.join(" ")})`;
    context.fillRect(0, 0, side, side);
    return picture.convertToBlob({ type: "image/png" });
  }

  /** @param {import("../colors.js").ThemeName} name */
  setTheme(name) {
    this.#theme = THEMES[name];
    this.#map.recolor(this.#theme, this.#store.get().look.discretise);
    this.#renewSprites();
    this.#ask();
  }

  /**
   * @param {State} state
   * @param {State} before
   */
  #changed(state, before) {
    if (state.hoveredUnit === null) this.#maps.unit = null;
    if (state.look.discretise !== before.look.discretise) {
      this.#map.recolor(this.#theme, state.look.discretise);
      this.#ask();
    }
    if (state.document.points !== before.document.points || state.confirmed !== before.confirmed || state.look.showTest !== before.look.showTest
      || state.look.ticks !== before.look.ticks || state.selection !== before.selection
      || state.document.config.problem !== before.document.config.problem) {
      this.#layerIsOld = true;
      this.#ask();
    } else if (state.cursor !== before.cursor || state.band !== before.band || state.hoveredUnit !== before.hoveredUnit || state.moment !== before.moment) {
      this.#ask();
    }
  }

  /** @param {ResizeObserverEntry} entry */
  #resize(entry) {
    const about = entry.contentRect.width * devicePixelRatio;
    const exact = entry.devicePixelContentBoxSize?.[0]?.inlineSize ?? about;
    // A browser that emulates another screen reports the box of its own.
    const side = Math.max(1, Math.round(Math.abs(exact - about) < 2 ? exact : about));
    this.#pixelRatio = side / Math.max(1, entry.contentRect.width);
    if (side !== this.#side) {
      this.#side = side;
      this.#canvas.width = this.#canvas.height = side;
      this.#layer.width = this.#layer.height = side;
    }
    this.#renewSprites();
    this.#paint();
  }

  #renewSprites() {
    const radius = markerRadius(this.#side / this.#pixelRatio) * this.#pixelRatio;
    this.#sprites = new MarkerSprites(radius, this.#theme);
    this.#layerIsOld = true;
  }

  #paint() {
    const frame = this.#newest;
    this.#newest = null;
    if (frame) this.#maps[frame.unit === null ? "answer" : "unit"] = frame;
    this.#show(this.#wanted());
    if (this.#layerIsOld) this.#drawLayer();
    this.#map.draw(this.#context, this.#side);
    this.#context.drawImage(this.#layer, 0, 0);
    drawBand(this.#context, this.#store.get().band, this.#side, this.#pixelRatio, this.#theme);
    this.#drawCursor();
    if (frame) this.#onPainted(frame);
  }

  /**
   * A moment that is looked back to, or else the unit that is pointed at, once its map has come; the network's answer again as
   * soon as it is left.
   */
  #wanted() {
    const { hoveredUnit, moment } = this.#store.get();
    if (moment !== null) return moment.frame;
    const { answer, unit } = this.#maps;
    const isShown = hoveredUnit !== null && unit?.unit?.layer === hoveredUnit.layer && unit.unit.unit === hoveredUnit.unit;
    return isShown ? unit : answer;
  }

  /** @param {Frame|null} frame */
  #show(frame) {
    if (frame === null || frame === this.#shown) return;
    const turned = frame.unit !== null || (this.#shown !== null && this.#shown.unit !== null);
    const resized = frame.width !== this.#shown?.width || frame.height !== this.#shown.height;
    this.#shown = frame;
    this.#map.show(frame);
    if (turned || resized) this.#onShown(frame);
  }

  #drawLayer() {
    this.#layerIsOld = false;
    const context = this.#layerContext;
    const side = this.#side;
    context.clearRect(0, 0, side, side);
    this.#drawAxes();
    const { document, confirmed, selection, look } = this.#store.get();
    const isRegression = document.config.problem === "regression";
    const radius = markerRadius(side / this.#pixelRatio) * this.#pixelRatio;
    for (const { key, x, y, label, value } of document.points) {
      const known = confirmed.get(key);
      if (known?.split === "test" && !look.showTest) continue;
      const [pixelX, pixelY] = planeToPixel(x, y, side);
      context.globalAlpha = known ? 1 : PENDING_OPACITY;
      if (selection.has(key)) drawSelectedRing(context, pixelX, pixelY, radius, this.#theme);
      this.#sprites.draw(context, isRegression ? { value: value ?? 0 } : { label }, known?.split === "test", pixelX, pixelY);
    }
    context.globalAlpha = 1;
  }

  #drawAxes() {
    const context = this.#layerContext;
    const side = this.#side;
    const ratio = this.#pixelRatio;
    const line = Math.max(1, Math.round(ratio));
    const middle = Math.round(side / 2) - Math.floor(line / 2);
    context.fillStyle = this.#theme.axis;
    context.fillRect(middle, 0, line, side);
    context.fillRect(0, middle, side, line);
    if (!this.#store.get().look.ticks) return;
    const size = Math.min(13, Math.max(9.5, side / ratio / 58)) * ratio;
    context.font = `${size}px system-ui, sans-serif`;
    context.fillStyle = this.#theme.axisText;
    for (const tick of TICKS) {
      const text = String(tick).replace("-", "\u2212");
      const [x, y] = planeToPixel(tick, tick, side);
      context.textAlign = "center";
      context.fillText(text, x, side / 2 + size * 1.3);
      context.textAlign = "right";
      context.fillText(text, side / 2 - size * 0.55, y + size * 0.36);
    }
  }

  #drawCursor() {
    const { cursor } = this.#store.get();
    if (cursor === null) return;
    const context = this.#context;
    const ratio = this.#pixelRatio;
    const [x, y] = planeToPixel(cursor.x, cursor.y, this.#side);
    context.beginPath();
    context.arc(x, y, 9 * ratio, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + (dx ?? 0) * 5 * ratio, y + (dy ?? 0) * 5 * ratio);
      context.lineTo(x + (dx ?? 0) * 14 * ratio, y + (dy ?? 0) * 14 * ratio);
    }
    context.strokeStyle = "#ffffff";
    context.lineWidth = 4 * ratio;
    context.stroke();
    context.strokeStyle = "#14181f";
    context.lineWidth = 1.5 * ratio;
    context.stroke();
  }
}
