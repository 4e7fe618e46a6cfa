/** Draws on the plane what is selected: a ring around each point, and the rectangle that is being drawn. */

import { planeToPixel } from "../geometry.js";

/** @typedef {import("./markers.js").Context} Context */
/** @typedef {import("../colors.js").Theme} Theme */

/** The ring's radius in radii of a marker. */
const RING = 1.9;

/**
 * @param {Context} context
 * @param {number} x in device pixels
 * @param {number} y in device pixels
 * @param {number} radius of a marker in device pixels
 * @param {Theme} theme
 */
export function drawSelectedRing(context, x, y, radius, theme) {
  context.beginPath();
  context.arc(x, y, radius * RING, 0, 2 * Math.PI);
  context.fillStyle = `rgb(${theme.ground.join(" ")} / .75)`;
  context.fill();
  context.strokeStyle = theme.ink;
  context.lineWidth = Math.max(1.5, radius * 0.3);
  context.stroke();
}

/**
 * @param {Context} context
 * @param {import("../point_edits.js").Band|null} band
 * @param {number} side of the plane in device pixels
 * @param {number} ratio device pixels in a CSS pixel
 * @param {Theme} theme
 */
export function drawBand(context, band, side, ratio, theme) {
  if (band === null) return;
  const [fromX, fromY] = planeToPixel(band.x0, band.y0, side);
  const [toX, toY] = planeToPixel(band.x1, band.y1, side);
  context.fillStyle = `${theme.ink}14`;
  context.fillRect(fromX, fromY, toX - fromX, toY - fromY);
  context.setLineDash([4 * ratio, 3 * ratio]);
  context.lineWidth = ratio;
  context.strokeStyle = theme.ink;
  context.strokeRect(fromX, fromY, toX - fromX, toY - fromY);
  context.setLineDash([]);
}
