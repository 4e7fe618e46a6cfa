/**
 * Draws the tiles of all units of the network's diagram on one canvas: a canvas for each would cost the browser more to put together
 * than to paint. The cells of a frame lie in memory as they lie in the picture that the tiles are cut from.
 */

import { buildRamp, signedEnds } from "../colors.js";
import { FEATURES, featureTile, paintCells } from "../tiles.js";
import { context2d, offscreen2d } from "./elements.js";

/** @typedef {import("../network_layout.js").NetworkLayout} NetworkLayout */
/** @typedef {import("../neuron_frames.js").NeuronFrame} NeuronFrame */

const FEATURE_SIDE = 24;
const TILE_STRENGTH = 0.92;
/** Features that the network does not see. */
const FAINT = 0.36;
const CORNER_PX = 7;

/** Tiles below each other. */
class Strip {
  #canvas = new OffscreenCanvas(1, 1);
  #context = offscreen2d(this.#canvas);
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);

  /**
   * @param {Uint8Array} cells of all tiles
   * @param {number} side
   * @param {Uint32Array} lookup
   */
  paint(cells, side, lookup) {
    const height = cells.length / side;
    if (this.#image.width !== side || this.#image.height !== height) {
      this.#image = new ImageData(side, height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
      Object.assign(this.#canvas, { width: side, height });
    }
    paintCells(this.#pixels, cells, lookup);
    this.#context.putImageData(this.#image, 0, 0);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} tile
   * @param {number} x
   * @param {number} y
   * @param {number} side
   */
  draw(context, tile, x, y, side) {
    const cells = this.#canvas.width;
    context.drawImage(this.#canvas, 0, tile * cells, cells, cells, x, y, side, side);
  }
}

export class TileCanvas {
  #canvas;
  #context;
  #ratio = 1;
  /** @type {NetworkLayout|null} */
  #layout = null;
  /** Of each feature. */
  #opacity = new Float32Array(FEATURES.length);
  /** The outlines of all tiles. */
  #outlines = new Path2D();
  #units = new Strip();
  #features = new Strip();
  #lookup = new Uint32Array(256);

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = context2d(canvas);
  }

  /**
   * @param {NetworkLayout} layout
   * @param {readonly string[]} features the chosen ones
   * @param {boolean} showsOthers whether the other features are drawn, faint
   * @param {number} ratio device pixels in a CSS pixel
   */
  arrange(layout, features, showsOthers, ratio) {
    this.#layout = layout;
    this.#ratio = ratio;
    const { width, height, tileSide, tiles } = layout;
    const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.#canvas.width !== pixels.width || this.#canvas.height !== pixels.height) Object.assign(this.#canvas, pixels);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    FEATURES.forEach((name, index) => { this.#opacity[index] = features.includes(name) ? 1 : showsOthers ? FAINT : 0; });
    this.#outlines = new Path2D();
    for (const { x, y } of [...layout.features, ...tiles.filter(({ layer }) => layer > 0)]) this.#outlines.roundRect(x, y, tileSide, tileSide, CORNER_PX);
  }

  /** @param {import("../colors.js").Theme} theme */
  setTheme(theme) {
    const ramp = buildRamp(theme, 255, signedEnds(theme), TILE_STRENGTH);
    this.#lookup = Uint32Array.from({ length: 256 }, (_, cell) => /** @type {number} */ (ramp[2 * cell]));
    const cells = new Uint8Array(FEATURES.length * FEATURE_SIDE ** 2);
    FEATURES.forEach((name, index) => cells.set(featureTile(name, FEATURE_SIDE), index * FEATURE_SIDE ** 2));
    this.#features.paint(cells, FEATURE_SIDE, this.#lookup);
  }

  /** @param {NeuronFrame|null} frame of the network that is laid out; null: nothing is known of its units */
  paint(frame) {
    if (!this.#layout) return;
    const context = this.#context;
    const { width, height, tileSide, features, tiles } = this.#layout;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    for (let index = 0; index < features.length; index += 1) {
      const { x, y } = /** @type {import("../network_layout.js").Place} */ (features[index]);
      context.globalAlpha = /** @type {number} */ (this.#opacity[index]);
      this.#features.draw(context, index, x, y, tileSide);
    }
    context.globalAlpha = 1;
    if (frame) {
      this.#units.paint(frame.tiles, frame.side, this.#lookup);
      for (let index = 0; index < tiles.length; index += 1) {
        const { layer, x, y } = /** @type {import("../network_layout.js").Tile} */ (tiles[index]);
        if (layer > 0) this.#units.draw(context, index, x, y, tileSide);
      }
    }
    // Takes the corners off all tiles at once.
    context.globalCompositeOperation = "destination-in";
    context.fill(this.#outlines);
    context.globalCompositeOperation = "source-over";
  }
}
