/** Owns the binary decode of a map frame: 32 bytes of header, then one byte a cell. Views, never copies. */

import { MAX_CLASSES, MIN_CLASSES } from "./protocol.js";

export const HEADER_BYTES = 32;
const VERSION = 1;
const KIND_MAP_UPDATE = 1;
const ENCODING_CLASS_AND_CONFIDENCE = 1;

/**
 * @typedef {object} Frame
 * @property {number} version
 * @property {number} kind
 * @property {number} encoding
 * @property {number} classes
 * @property {number} width cells in a row
 * @property {number} height rows
 * @property {number} seq
 * @property {number} configVersion
 * @property {number} step
 * @property {number} epoch
 * @property {number} trainLoss NaN if there is none
 * @property {Uint8Array} cells row by row from the top left corner
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
 * @returns {Frame}
 * @throws {FrameError} when the message is not a map of version 1
 */
export function decodeFrame(buffer) {
  if (buffer.byteLength < HEADER_BYTES) {
    throw new FrameError(`A frame has at least ${HEADER_BYTES} bytes, this one has ${buffer.byteLength}.`);
  }
  const header = new DataView(buffer, 0, HEADER_BYTES);
  const version = expect("version", header.getUint8(0), VERSION);
  const kind = expect("kind", header.getUint8(1), KIND_MAP_UPDATE);
  const encoding = expect("encoding", header.getUint8(2), ENCODING_CLASS_AND_CONFIDENCE);
  const classes = header.getUint8(3);
  if (classes < MIN_CLASSES || classes > MAX_CLASSES) {
    throw new FrameError(`A frame has ${MIN_CLASSES} to ${MAX_CLASSES} classes, this one has ${classes}.`);
  }
  const width = header.getUint16(4, true);
  const height = header.getUint16(6, true);
  if (width === 0 || height === 0) throw new FrameError(`A map of ${width} × ${height} cells has nothing to show.`);
  const cellCount = buffer.byteLength - HEADER_BYTES;
  if (cellCount !== width * height) {
    throw new FrameError(`A map of ${width} × ${height} has ${width * height} cells, this one has ${cellCount}.`);
  }
  return {
    version,
    kind,
    encoding,
    classes,
    width,
    height,
    seq: header.getUint32(8, true),
    configVersion: header.getUint32(12, true),
    step: header.getUint32(16, true) + header.getUint32(20, true) * 2 ** 32,
    epoch: header.getFloat32(24, true),
    trainLoss: header.getFloat32(28, true),
    cells: new Uint8Array(buffer, HEADER_BYTES),
  };
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
 * @param {string} field
 * @param {number} value
 * @param {number} wanted
 */
function expect(field, value, wanted) {
  if (value !== wanted) throw new FrameError(`This page reads frames of ${field} ${wanted}, this one has ${field} ${value}.`);
  return value;
}
