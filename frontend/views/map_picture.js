/** Owns the picture of the newest map: cells to pixels through one table, smoothed so that no cell shows. A map costs no memory. */

import { buildLookup, buildRamp, CLASS_ENDS, FULL_STRENGTH, signedEnds } from "../colors.js";
import { ENCODING_CLASS_AND_CONFIDENCE } from "../frames.js";
import { CERTAINTIES, hasTwoClasses, RAMP_STEPS, SIGNED_LEVELS, SmoothMap } from "../smooth_map.js";
import { CELL_PIXELS } from "../smoothing.js";
import { offscreen2d } from "./elements.js";

/** @typedef {import("../frames.js").Frame} Frame */

const PIXEL_BYTES = 4;

export class MapPicture {
  #smooth = new SmoothMap();
  /** As large as the largest map was: a smaller one takes the upper left of it, so that maps may change their size at no cost. */
  #canvas = new OffscreenCanvas(1, 1);
  #context = offscreen2d(this.#canvas);
  #memory = new ArrayBuffer(PIXEL_BYTES);
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#memory);
  #lookup;
  #ramp;
  #signedRamp;
  /** @type {Frame|null} */
  #frame = null;

  /** @param {import("../colors.js").Theme} theme */
  constructor(theme) {
    this.#lookup = buildLookup(theme);
    this.#ramp = buildRamp(theme, RAMP_STEPS);
    this.#signedRamp = buildRamp(theme, RAMP_STEPS, signedEnds(theme));
  }

  /** @param {Frame} frame */
  show(frame) {
    this.#frame = frame;
    const { width, height, cells, encoding } = frame;
    if (this.#image.width !== width * CELL_PIXELS || this.#image.height !== height * CELL_PIXELS) this.#resize(width * CELL_PIXELS, height * CELL_PIXELS);
    if (encoding !== ENCODING_CLASS_AND_CONFIDENCE) this.#smooth.paintSigned(cells, width, height, SIGNED_LEVELS, this.#signedRamp, this.#pixels);
    else if (hasTwoClasses(cells)) this.#smooth.paintSigned(cells, width, height, CERTAINTIES, this.#ramp, this.#pixels);
    else this.#smooth.paintColors(cells, width, height, this.#lookup, this.#pixels);
    this.#context.putImageData(this.#image, 0, 0);
  }

  clear() {
    this.#frame = null;
  }

  /**
   * @param {import("../colors.js").Theme} theme
   * @param {boolean} whole without shades: a class at full strength, a signed quantity by its sign alone
   */
  recolor(theme, whole) {
    this.#lookup = buildLookup(theme, whole);
    this.#ramp = buildRamp(theme, RAMP_STEPS, CLASS_ENDS, FULL_STRENGTH, whole);
    this.#signedRamp = buildRamp(theme, RAMP_STEPS, signedEnds(theme), FULL_STRENGTH, whole);
    if (this.#frame) this.show(this.#frame);
  }

  /**
   * Fills the square with the map, or leaves it to the ground when there is none.
   * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context
   * @param {number} side in device pixels
   */
  draw(context, side) {
    if (this.#frame === null) context.clearRect(0, 0, side, side);
    else context.drawImage(this.#canvas, 0, 0, this.#image.width, this.#image.height, 0, 0, side, side);
  }

  /**
   * @param {number} width in pixels
   * @param {number} height
   */
  #resize(width, height) {
    const bytes = width * height * PIXEL_BYTES;
    if (this.#memory.byteLength < bytes) this.#memory = new ArrayBuffer(bytes);
    this.#image = new ImageData(new Uint8ClampedArray(this.#memory, 0, bytes), width, height);
    this.#pixels = new Uint32Array(this.#memory, 0, width * height);
    if (this.#canvas.width < width) this.#canvas.width = width;
    if (this.#canvas.height < height) this.#canvas.height = height;
  }
}
