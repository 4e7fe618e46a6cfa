/** Owns the plane: how far it reaches, and the one pair of functions between its places and pixels. */

/** The plane reaches from -PLANE_LIMIT to +PLANE_LIMIT on both axes. */
export const PLANE_LIMIT = 6;

/**
 * Where a place of the plane lies on a square of `side` pixels whose origin is its top left corner.
 * @param {number} x
 * @param {number} y
 * @param {number} side
 * @returns {[number, number]}
 */
export function planeToPixel(x, y, side) {
  const scale = side / (2 * PLANE_LIMIT);
  return [(x + PLANE_LIMIT) * scale, (PLANE_LIMIT - y) * scale];
}

/**
 * The inverse of planeToPixel.
 * @param {number} pixelX
 * @param {number} pixelY
 * @param {number} side
 * @returns {[number, number]}
 */
export function pixelToPlane(pixelX, pixelY, side) {
  const scale = (2 * PLANE_LIMIT) / side;
  return [pixelX * scale - PLANE_LIMIT, PLANE_LIMIT - pixelY * scale];
}
