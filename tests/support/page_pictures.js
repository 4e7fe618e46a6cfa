/** Tells what the page's own modules make of maps, markers and colours: one JSON value in, one out. */

import { stdin, stdout } from "node:process";

import * as colors from "../../frontend/colors.js";
import { CERTAINTIES, hasTwoClasses, RAMP_STEPS, SIGNED_LEVELS, SmoothMap } from "../../frontend/smooth_map.js";
import { CELL_PIXELS } from "../../frontend/smoothing.js";
import { markerRadius } from "../../frontend/views/markers.js";

const { maps, sides, theme: name, values } = JSON.parse(await text(stdin));
const theme = colors.THEMES[name];

stdout.write(JSON.stringify({
  constants: {
    CLASS_COLORS: colors.CLASS_COLORS,
    FULL_STRENGTH: colors.FULL_STRENGTH,
    RING_COLOR: colors.MARKER_RING,
    HAIRLINE_COLOR: colors.MARKER_HAIRLINE,
  },
  theme: { ground: theme.ground, axis: theme.axis, axis_text: theme.axisText, hollow: theme.hollow, least_ring: theme.ring, signed_ends: colors.signedEnds(theme) },
  shapes: colors.MARKER_SHAPES.map((shape) => (shape === "circle" ? [] : shape)),
  cells: [...colors.buildLookup(theme)].map(channels),
  signed: values.map((value) => colors.signedColor(theme, value).match(/\d+/g).map(Number)),
  radii: sides.map(markerRadius),
  pictures: maps.map(({ width, height, classes, cells }) => painted(width, height, classes, Uint8Array.from(cells))),
}));

function painted(width, height, classes, cells) {
  const pixels = new Uint32Array(width * height * CELL_PIXELS ** 2);
  const smooth = new SmoothMap();
  if (classes === 0) {
    smooth.paintSigned(cells, width, height, SIGNED_LEVELS, colors.buildRamp(theme, RAMP_STEPS, colors.signedEnds(theme)), pixels);
  } else if (hasTwoClasses(cells)) {
    smooth.paintSigned(cells, width, height, CERTAINTIES, colors.buildRamp(theme, RAMP_STEPS), pixels);
  } else {
    smooth.paintColors(cells, width, height, colors.buildLookup(theme), pixels);
  }
  return [...pixels].map(channels);
}

function channels(word) {
  return [word & 255, (word >> 8) & 255, (word >> 16) & 255];
}

async function text(stream) {
  let read = "";
  for await (const part of stream) read += part;
  return read;
}
