/**
 * Owns the binary decode of the units' maps: a tile, a scale and a bias for each drawn unit, a weight for each link between two of
 * them. Views, never copies.
 */

import { ENCODING_SIGNED, expect, FrameError, HEADER_BYTES, KIND_NEURON_MAPS, readHeader } from "./frames.js";
import { MAX_HIDDEN_LAYERS } from "./run_config.js";

/** So many units of a layer have a tile; wider layers show the first of them. */
export const MAX_DRAWN_UNITS = 8;
const MIN_LAYERS = 2;
const MAX_LAYERS = MAX_HIDDEN_LAYERS + 2;
const FLOAT_BYTES = 4;

/**
 * Layer 0 is the input features, the last one the outputs.
 * @typedef {object} NeuronFrame
 * @property {number} seq
 * @property {number} configVersion
 * @property {number} step
 * @property {number} epoch
 * @property {number} trainLoss NaN if there is none
 * @property {number} side cells along a side of a tile
 * @property {readonly number[]} drawn units with a tile, by layer
 * @property {readonly number[]} units all units, by layer
 * @property {Uint8Array} tiles tile after tile, each row by row from its top left corner, signed cells
 * @property {Float32Array} scales by tile: a signed cell times scale is what the unit gives there
 * @property {Float32Array} weights of layer 1, then 2, …: a row for each drawn unit, a column for each drawn unit before
 * @property {Float32Array} biases of layer 1, then 2, …
 * @property {readonly number[]} tileStart by layer: where its tiles begin, counted in tiles
 * @property {readonly number[]} weightStart by layer: where its incoming weights begin
 * @property {readonly number[]} biasStart by layer: where its biases begin
 */

/**
 * @param {DataView} view of a frame
 * @returns {NeuronFrame}
 * @throws {FrameError} when it is not the units' maps of version 1
 */
export function decodeNeurons(view) {
  const header = readHeader(view);
  expect("kind", header.kind, [KIND_NEURON_MAPS]);
  expect("encoding", header.encoding, [ENCODING_SIGNED]);
  const side = header.width;
  if (header.height !== side) throw new FrameError(`A tile is a square, this one has ${side} × ${header.height} cells.`);
  const { drawn, units, footerBytes } = readFooter(view);
  const { starts: tileStart, total: tileCount } = startsOf(drawn);
  const { starts: biasStart, total: biasCount } = startsOf(drawn.map((count, layer) => (layer === 0 ? 0 : count)));
  const { starts: weightStart, total: weightCount } = startsOf(drawn.map((count, layer) => count * (drawn[layer - 1] ?? 0)));

  const tilesEnd = HEADER_BYTES + tileCount * side * side;
  const scalesAt = Math.ceil(tilesEnd / FLOAT_BYTES) * FLOAT_BYTES;
  const weightsAt = scalesAt + tileCount * FLOAT_BYTES;
  const biasesAt = weightsAt + weightCount * FLOAT_BYTES;
  const wanted = biasesAt + biasCount * FLOAT_BYTES + footerBytes;
  if (view.byteLength !== wanted) {
    throw new FrameError(`The maps of ${tileCount} units, ${side} × ${side} each, have ${wanted} bytes, these are ${view.byteLength}.`);
  }
  const { seq, configVersion, step, epoch, trainLoss } = header;
  return {
    seq, configVersion, step, epoch, trainLoss, side, drawn, units, tileStart, weightStart, biasStart,
    tiles: new Uint8Array(view.buffer, HEADER_BYTES, tileCount * side * side),
    scales: new Float32Array(view.buffer, scalesAt, tileCount),
    weights: new Float32Array(view.buffer, weightsAt, weightCount),
    biases: new Float32Array(view.buffer, biasesAt, biasCount),
  };
}

/**
 * From the last byte backwards: how many layers, all units of each, drawn units of each.
 * @param {DataView} view of a frame
 */
function readFooter(view) {
  const layers = view.getUint8(view.byteLength - 1);
  if (layers < MIN_LAYERS || layers > MAX_LAYERS) {
    throw new FrameError(`A network has ${MIN_LAYERS} to ${MAX_LAYERS} layers, features and outputs counted, this one has ${layers}.`);
  }
  const footerBytes = 3 * layers + 1;
  const at = view.byteLength - footerBytes;
  if (at < HEADER_BYTES) throw new FrameError(`The units of ${layers} layers take ${footerBytes} bytes, more than there are.`);
  const drawn = Array.from({ length: layers }, (_, layer) => view.getUint8(at + layer));
  const units = Array.from({ length: layers }, (_, layer) => view.getUint16(at + layers + 2 * layer, true));
  units.forEach((count, layer) => {
    const wanted = Math.min(MAX_DRAWN_UNITS, count);
    if (count === 0 || drawn[layer] !== wanted) {
      throw new FrameError(`Of ${count} units ${wanted} are drawn, in layer ${layer} there are ${drawn[layer]}.`);
    }
  });
  return { drawn, units, footerBytes };
}

/** @param {readonly number[]} counts */
function startsOf(counts) {
  let total = 0;
  const starts = counts.map((count) => {
    const start = total;
    total += count;
    return start;
  });
  return { starts, total };
}
