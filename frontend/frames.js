/**
 * Owns the binary decode of a map: 32 bytes of header, then one byte a cell, and for the map of one unit which unit it is.
 * Views, never copies. The header is the same for every kind of frame.
 */

import { MAX_CLASSES, MIN_CLASSES } from "./run_config.js";

export const HEADER_BYTES = 32;
const KIND_MAP_UPDATE = 1;
export const KIND_NEURON_MAPS = 2;
export const ENCODING_CLASS_AND_CONFIDENCE = 1;
export const ENCODING_SIGNED = 2;
const ENCODING_UNIT = 3;
/** After the cells of encoding 3: layer and unit as u16, then the scale as f32. */
const UNIT_BYTES = 8;
const VERSIONS = Object.freeze([1]);
const KINDS = Object.freeze([KIND_MAP_UPDATE, KIND_NEURON_MAPS]);
const MAP_KINDS = Object.freeze([KIND_MAP_UPDATE]);
const MAP_ENCODINGS = Object.freeze([ENCODING_CLASS_AND_CONFIDENCE, ENCODING_SIGNED, ENCODING_UNIT]);

/**
 * @typedef {object} Header
 * @property {number} version
 * @property {number} kind
 * @property {number} encoding
 * @property {number} classes 0 where the cells are signed
 * @property {number} width cells in a row
 * @property {number} height rows
 * @property {number} seq
 * @property {number} configVersion
 * @property {number} step
 * @property {number} epoch
 * @property {number} trainLoss NaN if there is none
 */
/** @typedef {{layer: number, unit: number, scale: number}} UnitShown a signed cell times scale is what the unit gives */
/**
 * @typedef {Header & {cells: Uint8Array, unit: UnitShown|null}} Frame
 * cells row by row from the top left corner; unit null: the network's own answer
 */

/** The bytes are not a frame that this page can show. */
export class FrameError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "FrameError";
  }
}

/**
 * @param {ArrayBuffer} buffer one binary websocket message
 * @returns {DataView} of all of it: what everything in it is read through
 * @throws {FrameError} when the message is not a frame of version 1, or has nothing to show
 */
export function openFrame(buffer) {
  if (buffer.byteLength < HEADER_BYTES) {
    throw new FrameError(`A frame has at least ${HEADER_BYTES} bytes, this one has ${buffer.byteLength}.`);
  }
  const view = new DataView(buffer);
  expect("version", view.getUint8(0), VERSIONS);
  expect("kind", kindOf(view), KINDS);
  const width = view.getUint16(4, true);
  const height = view.getUint16(6, true);
  if (width === 0 || height === 0) throw new FrameError(`A map of ${width} × ${height} cells has nothing to show.`);
  return view;
}

/**
 * @param {DataView} view of a frame
 * @returns {number} KIND_MAP_UPDATE or KIND_NEURON_MAPS
 */
export function kindOf(view) {
  return view.getUint8(1);
}

/**
 * @param {DataView} view of a frame
 * @returns {number} its number on the connection
 */
export function seqOf(view) {
  return view.getUint32(8, true);
}

/**
 * @param {DataView} view of a frame
 * @returns {Header}
 */
export function readHeader(view) {
  return {
    version: view.getUint8(0),
    kind: kindOf(view),
    encoding: view.getUint8(2),
    classes: view.getUint8(3),
    width: view.getUint16(4, true),
    height: view.getUint16(6, true),
    seq: seqOf(view),
    configVersion: view.getUint32(12, true),
    step: view.getUint32(16, true) + view.getUint32(20, true) * 2 ** 32,
    epoch: view.getFloat32(24, true),
    trainLoss: view.getFloat32(28, true),
  };
}

/**
 * @param {DataView} view of a frame
 * @returns {Frame}
 * @throws {FrameError} when it is not a map of version 1
 */
export function decodeFrame(view) {
  expect("kind", kindOf(view), MAP_KINDS);
  const header = readHeader(view);
  const { classes, width, height } = header;
  const encoding = expect("encoding", header.encoding, MAP_ENCODINGS);
  if (encoding === ENCODING_CLASS_AND_CONFIDENCE && (classes < MIN_CLASSES || classes > MAX_CLASSES)) {
    throw new FrameError(`A frame has ${MIN_CLASSES} to ${MAX_CLASSES} classes, this one has ${classes}.`);
  }
  const cellCount = width * height;
  const found = view.byteLength - HEADER_BYTES - (encoding === ENCODING_UNIT ? UNIT_BYTES : 0);
  if (found !== cellCount) throw new FrameError(`A map of ${width} × ${height} has ${cellCount} cells, this one has ${found}.`);
  const cells = new Uint8Array(view.buffer, HEADER_BYTES, cellCount);
  return { ...header, cells, unit: encoding === ENCODING_UNIT ? readUnit(view, HEADER_BYTES + cellCount) : null };
}

/**
 * @param {DataView} view of a frame
 * @param {number} at where it stands
 * @returns {UnitShown}
 */
function readUnit(view, at) {
  const scale = view.getFloat32(at + 4, true);
  if (!(scale > 0 && Number.isFinite(scale))) throw new FrameError(`The map of a unit has a scale above 0, this one has ${scale}.`);
  return { layer: view.getUint16(at, true), unit: view.getUint16(at + 2, true), scale };
}

/**
 * @param {number} cell
 * @returns {number} the winning class
 */
export function cellClass(cell) {
  return cell >> 5;
}

/**
 * @param {number} cell
 * @returns {number} 0 (no idea) to 31 (certain)
 */
export function cellConfidence(cell) {
  return cell & 31;
}

/**
 * @param {number} cell of a signed map
 * @returns {number} -1 to 1
 */
export function cellSigned(cell) {
  return cell / 127.5 - 1;
}

/**
 * @param {string} field
 * @param {number} value
 * @param {readonly number[]} wanted
 * @returns {number}
 * @throws {FrameError} when the value is none of those
 */
export function expect(field, value, wanted) {
  if (wanted.includes(value)) return value;
  const known = wanted.length > 1 ? `${wanted.slice(0, -1).join(", ")} and ${wanted.at(-1)}` : `${wanted[0]}`;
  throw new FrameError(`This page reads frames of ${field} ${known}, this one has ${field} ${value}.`);
}
