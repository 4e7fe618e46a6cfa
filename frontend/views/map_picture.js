/** Owns the picture of the newest map: cells to pixels through one table, then smoothed so that no cell shows. */

import { buildLookup, buildRamp, CLASS_ENDS, FULL_STRENGTH, signedEnds } from "../colors.js";
import { ENCODING_CLASS_AND_CONFIDENCE } from "../frames.js";
import { CELL_PIXELS, CERTAINTIES, hasTwoClasses, SIGNED_VALUES, SmoothMap } from "../smooth_map.js";
import { offscreen2d } from "./elements.js";

/** @typedef {import("../frames.js").Frame} Frame */

/** Half a cell, at two pixels a cell: where a network is sure on both sides, the cells' corners would show. */
const EDGE_BLUR = "blur(1.2px)";
const DOUBLINGS = Math.log2(CELL_PIXELS);
/** Shades between the ground and a certain class: more than a screen tells apart. */
const RAMP_STEPS = 255;

export class MapPicture {
  #cells = new OffscreenCanvas(1, 1);
  #cellsContext = offscreen2d(this.#cells);
  #smooth = Array.from({ length: DOUBLINGS }, () => new OffscreenCanvas(1, 1));
  #smoothContexts = this.#smooth.map(offscreen2d);
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);
  #finest = new ImageData(1, 1);
  #finestPixels = new Uint32Array(this.#finest.data.buffer);
  #field = new SmoothMap(1, 1);
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
    if (this.#image.width !== frame.width || this.#image.height !== frame.height) this.#resize(frame.width, frame.height);
    if (frame.encoding !== ENCODING_CLASS_AND_CONFIDENCE) this.#showSigned(frame.cells, SIGNED_VALUES, this.#signedRamp);
    else if (hasTwoClasses(frame.cells)) this.#showSigned(frame.cells, CERTAINTIES, this.#ramp);
    else this.#showCells(frame);
  }

  /**
   * @param {Uint8Array} cells
   * @param {Float32Array} values what each cell says, -1 to 1
   * @param {Uint32Array} ramp
   */
  #showSigned(cells, values, ramp) {
    const field = this.#field.smooth(cells, values);
    const pixels = this.#finestPixels;
    for (let index = 0; index < field.length; index += 1) {
      const at = ((/** @type {number} */ (field[index]) + 1) * RAMP_STEPS + 0.5) | 0;
      pixels[index] = /** @type {number} */ (ramp[at]);
    }
    this.#smoothContexts.at(-1)?.putImageData(this.#finest, 0, 0);
  }

  /** @param {Frame} frame */
  #showCells({ cells }) {
    const lookup = this.#lookup;
    const pixels = this.#pixels;
    for (let index = 0; index < cells.length; index += 1) {
      pixels[index] = /** @type {number} */ (lookup[/** @type {number} */ (cells[index])]);
    }
    this.#cellsContext.putImageData(this.#image, 0, 0);
    this.#soften();
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
    else context.drawImage(this.#smooth.at(-1) ?? this.#cells, 0, 0, side, side);
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #resize(width, height) {
    this.#field = new SmoothMap(width, height);
    this.#image = new ImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#finest = new ImageData(width * CELL_PIXELS, height * CELL_PIXELS);
    this.#finestPixels = new Uint32Array(this.#finest.data.buffer);
    [this.#cells, ...this.#smooth].forEach((canvas, doublings) => {
      canvas.width = width * 2 ** doublings;
      canvas.height = height * 2 ** doublings;
    });
  }

  /**
   * Doubling with plain bilinear smoothing cuts corners as Chaikin does (Computer Graphics and Image Processing 3, 1974):
   * repeated, it tends to a quadratic B-spline.
   */
  #soften() {
    let from = this.#cells;
    this.#smooth.forEach((canvas, level) => {
      const context = this.#smoothContexts[level];
      context?.drawImage(from, 0, 0, canvas.width, canvas.height);
      if (context && level === 0) {
        // The sharp picture stays under the soft one, which fades out at the edges of the plane.
        context.filter = EDGE_BLUR;
        context.drawImage(from, 0, 0, canvas.width, canvas.height);
        context.filter = "none";
      }
      from = canvas;
    });
  }
}
