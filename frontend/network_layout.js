/**
 * Owns where the parts of the network's diagram lie: a column of tiles for each layer, a curve for each link between two of them.
 * Lengths are CSS pixels of the diagram, its origin at the top left. Tiles, links and biases are in the order of the wire.
 */

import { MAX_DRAWN_UNITS } from "./neuron_frames.js";

/** @typedef {{x: number, y: number}} Place */
/** @typedef {{layer: number, unit: number, x: number, y: number}} Tile its top left corner */
/** @typedef {{layer: number, x: number, bottom: number, units: number, hiddenUnits: number}} Column its middle, and how many units it has and does not draw */
/**
 * @typedef {object} Links in the order of the wire's weights: from (x0, y0), a tile's right side, to (x1, y1), a tile's left side
 * @property {number} count
 * @property {Uint8Array} layer of the unit that it leads to
 * @property {Uint8Array} unit
 * @property {Uint8Array} input the unit of the layer before
 * @property {Float32Array} x0
 * @property {Float32Array} y0
 * @property {Float32Array} x1
 * @property {Float32Array} y1
 */
/**
 * @typedef {object} NetworkLayout
 * @property {number} width
 * @property {number} height
 * @property {number} tileSide
 * @property {number} headHeight above the tiles
 * @property {readonly number[]} units by layer, features and outputs counted
 * @property {readonly number[]} drawn units with a tile, by layer
 * @property {readonly Column[]} columns
 * @property {readonly Place[]} features every feature there is, the chosen ones and the others
 * @property {readonly Tile[]} tiles in the order of the wire: of layer 0 the chosen features
 * @property {Links} links
 */
/**
 * @typedef {object} NetworkShape
 * @property {number} featureCount how many features there are to choose from
 * @property {readonly number[]} features the chosen ones, in the order in which the network takes them
 * @property {readonly number[]} hidden units of each hidden layer
 * @property {number} outputs
 */

const LARGEST_TILE = 46;
const SMALLEST_TILE = 26;
/** Between two tiles of a column: room for the dot of the bias. */
const ROW_GAP = 14;
/** Between two columns: room for the links to be told apart, and for the buttons above. */
const COLUMN_GAP = 26;
/** Few units stand together in the middle; small tiles leave more room between them, for the links. */
const WIDEST_PITCH = 1.9;
const ROOMY_PITCH = 72;
const HEAD_HEIGHT = 50;
const FOOT_HEIGHT = 26;
/** The names of the features on the left, of the outputs on the right. */
const NAMES_LEFT = 44;
const NAMES_RIGHT = 52;

/**
 * @param {NetworkShape} shape
 * @param {number} roomWidth
 * @param {number} roomHeight
 * @returns {NetworkLayout} as large as the room, or larger where the tiles would be too small to be seen
 */
export function layoutNetwork(shape, roomWidth, roomHeight) {
  const units = [shape.features.length, ...shape.hidden, shape.outputs];
  const drawn = units.map((count) => Math.min(MAX_DRAWN_UNITS, count));
  const rows = Math.max(shape.featureCount, ...drawn);
  const gaps = units.length - 1;
  const innerWidth = roomWidth - NAMES_LEFT - NAMES_RIGHT;
  const innerHeight = roomHeight - HEAD_HEIGHT - FOOT_HEIGHT;
  const fitting = Math.floor(Math.min((innerWidth - gaps * COLUMN_GAP) / units.length, innerHeight / rows - ROW_GAP));
  const tileSide = Math.max(SMALLEST_TILE, Math.min(LARGEST_TILE, fitting));
  const columnPitch = Math.max(tileSide + COLUMN_GAP, (innerWidth - tileSide) / gaps);
  const bodyHeight = Math.max(innerHeight, rows * (tileSide + ROW_GAP));

  /** @param {number} layer */
  const columnX = (layer) => Math.round(NAMES_LEFT + layer * columnPitch);
  /**
   * @param {number} count
   * @param {number} index
   */
  const rowY = (count, index) => {
    const pitch = Math.min(bodyHeight / count, Math.max(ROOMY_PITCH, WIDEST_PITCH * tileSide));
    return Math.round(HEAD_HEIGHT + bodyHeight / 2 + (index - (count - 1) / 2) * pitch - tileSide / 2);
  };
  const features = Array.from({ length: shape.featureCount }, (_, index) => ({ x: columnX(0), y: rowY(shape.featureCount, index) }));
  const tiles = drawn.flatMap((count, layer) => Array.from({ length: count }, (_, unit) => {
    const y = layer === 0 ? features[shape.features[unit] ?? 0]?.y ?? 0 : rowY(count, unit);
    return { layer, unit, x: columnX(layer), y };
  }));
  const columns = units.map((count, layer) => {
    const shown = layer === 0 ? shape.featureCount : drawn[layer] ?? 0;
    const bottom = rowY(shown, shown - 1) + tileSide;
    return { layer, x: columnX(layer) + tileSide / 2, bottom, units: count, hiddenUnits: count - (drawn[layer] ?? 0) };
  });
  return {
    width: NAMES_LEFT + gaps * columnPitch + tileSide + NAMES_RIGHT,
    height: HEAD_HEIGHT + bodyHeight + FOOT_HEIGHT,
    tileSide, headHeight: HEAD_HEIGHT, units, drawn, columns, features, tiles,
    links: linksBetween(tiles, drawn, tileSide),
  };
}

/**
 * @param {readonly Tile[]} tiles
 * @param {readonly number[]} drawn
 * @param {number} tileSide
 * @returns {Links}
 */
function linksBetween(tiles, drawn, tileSide) {
  const count = drawn.reduce((sum, to, layer) => sum + to * (drawn[layer - 1] ?? 0), 0);
  const links = {
    count, layer: new Uint8Array(count), unit: new Uint8Array(count), input: new Uint8Array(count),
    x0: new Float32Array(count), y0: new Float32Array(count), x1: new Float32Array(count), y1: new Float32Array(count),
  };
  let link = 0;
  for (const to of tiles) {
    for (const from of tiles) {
      if (from.layer !== to.layer - 1) continue;
      links.layer[link] = to.layer;
      links.unit[link] = to.unit;
      links.input[link] = from.unit;
      links.x0[link] = from.x + tileSide;
      links.y0[link] = from.y + tileSide / 2;
      links.x1[link] = to.x;
      links.y1[link] = to.y + tileSide / 2;
      link += 1;
    }
  }
  return links;
}

const SEGMENTS = 24;

/**
 * A link is the cubic Bézier curve that leaves and arrives level, its control points half way.
 * @param {Links} links
 * @param {number} link
 * @param {number} t from 0 to 1
 * @returns {Place}
 */
export function placeOnLink(links, link, t) {
  const x0 = /** @type {number} */ (links.x0[link]);
  const y0 = /** @type {number} */ (links.y0[link]);
  const x1 = /** @type {number} */ (links.x1[link]);
  const y1 = /** @type {number} */ (links.y1[link]);
  const middle = (x0 + x1) / 2;
  const s = 1 - t;
  const own = s * s * (s + 3 * t);
  return { x: s * s * s * x0 + 3 * s * t * middle + t * t * t * x1, y: own * y0 + (1 - own) * y1 };
}

/**
 * @param {Links} links
 * @param {number} x
 * @param {number} y
 * @param {number} reach how far away it may be
 * @returns {number} the nearest link, -1 if none is near
 */
export function linkAt(links, x, y, reach) {
  let nearest = -1;
  let least = reach;
  for (let link = 0; link < links.count; link += 1) {
    const x0 = /** @type {number} */ (links.x0[link]);
    const x1 = /** @type {number} */ (links.x1[link]);
    const y0 = /** @type {number} */ (links.y0[link]);
    const y1 = /** @type {number} */ (links.y1[link]);
    if (x < x0 - reach || x > x1 + reach || y < Math.min(y0, y1) - reach || y > Math.max(y0, y1) + reach) continue;
    const distance = distanceToLink(links, link, x, y);
    if (distance < least) {
      least = distance;
      nearest = link;
    }
  }
  return nearest;
}

/**
 * @param {Links} links
 * @param {number} link
 * @param {number} x
 * @param {number} y
 */
function distanceToLink(links, link, x, y) {
  let least = Infinity;
  let from = placeOnLink(links, link, 0);
  for (let segment = 1; segment <= SEGMENTS; segment += 1) {
    const to = placeOnLink(links, link, segment / SEGMENTS);
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const along = Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(from.x + along * dx - x, from.y + along * dy - y));
    from = to;
  }
  return least;
}
