/**
 * Owns how a point is drawn: its class's shape and colour, in regression a disc in the colour of its value, between a white ring
 * and a dark hairline; test points are hollow.
 */

import { CLASS_COLORS, MARKER_HAIRLINE, MARKER_RING, MARKER_SHAPES, signedColor } from "../colors.js";
import { offscreen2d } from "./elements.js";

/** Widths beside the radius of a marker. A shape tells a class from afar; a value is read by its colour alone, which so needs the room. */
const CLASS_LINES = Object.freeze({ hairline: 0.24, ring: 0.32 });
const VALUE_LINES = Object.freeze({ hairline: 0.12, ring: 0.12 });
/** In device pixels: thinner, and smoothing washes the line out. */
const THINNEST_HAIRLINE = 1.4;
const SVG = "http://www.w3.org/2000/svg";

/**
 * The radius of a marker in CSS pixels on a plane of so many CSS pixels.
 * @param {number} side
 * @returns {number}
 */
export function markerRadius(side) {
  return Math.min(6.5, Math.max(4, side * 0.0074));
}

/** @typedef {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} Context */

/**
 * Adds a class's shape to the path.
 * @param {Context} context
 * @param {number} label
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function traceMarker(context, label, x, y, radius) {
  const shape = MARKER_SHAPES[label] ?? "circle";
  if (shape === "circle") {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  shape.forEach(([dx, dy], corner) => {
    if (corner === 0) context.moveTo(x + dx * radius, y + dy * radius);
    else context.lineTo(x + dx * radius, y + dy * radius);
  });
  context.closePath();
}

/** Shades between value 0 and 1: more than an eye tells apart on a marker. */
const VALUE_STEPS = 20;

/** Ready-made pictures of all markers at one size, so that thousands of points are thousands of copies. */
export class MarkerSprites {
  /** @type {Map<string, OffscreenCanvas>} */
  #pictures = new Map();
  #radius;
  #theme;

  /**
   * @param {number} radius in device pixels
   * @param {import("../colors.js").Theme} theme
   */
  constructor(radius, theme) {
    this.#radius = radius;
    this.#theme = theme;
  }

  /**
   * @param {Context} context
   * @param {{label: number}|{value: number}} mark the class, or in regression the value
   * @param {boolean} isTest
   * @param {number} x in device pixels
   * @param {number} y in device pixels
   */
  draw(context, mark, isTest, x, y) {
    const picture = "label" in mark ? this.#picture(mark.label, CLASS_COLORS[mark.label] ?? "#000000", isTest)
      : this.#picture(0, signedColor(this.#theme, Math.round(mark.value * VALUE_STEPS) / VALUE_STEPS), isTest, VALUE_LINES);
    const half = picture.width / 2;
    context.drawImage(picture, Math.round(x - half), Math.round(y - half));
  }

  /**
   * @param {number} label whose shape it has
   * @param {string} color
   * @param {boolean} isTest
   * @param {{hairline: number, ring: number}} [lines]
   */
  #picture(label, color, isTest, lines = CLASS_LINES) {
    const name = `${label} ${color} ${isTest} ${lines.ring}`;
    const known = this.#pictures.get(name);
    if (known) return known;
    const radius = this.#radius;
    const side = 2 * Math.ceil(radius * 1.9 + 2);
    const picture = new OffscreenCanvas(side, side);
    const context = offscreen2d(picture);
    context.lineJoin = "round";
    context.beginPath();
    traceMarker(context, label, side / 2, side / 2, radius);
    context.strokeStyle = MARKER_RING;
    const hairline = Math.max(THINNEST_HAIRLINE, radius * lines.hairline);
    // Wider outside only: the class keeps its colour inside.
    context.lineWidth = hairline + radius * Math.max(lines.ring, this.#theme.ring);
    context.stroke();
    context.fillStyle = color;
    context.fill();
    context.lineWidth = hairline + radius * lines.ring;
    context.stroke();
    context.strokeStyle = MARKER_HAIRLINE;
    context.lineWidth = hairline;
    context.stroke();
    if (isTest) {
      context.beginPath();
      traceMarker(context, label, side / 2, side / 2, radius * 0.5);
      context.fillStyle = this.#theme.hollow;
      context.fill();
    }
    this.#pictures.set(name, picture);
    return picture;
  }
}

/**
 * A class's marker for palette and legend.
 * @param {number} label
 * @returns {SVGSVGElement}
 */
export function markerIcon(label) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ width: "14", height: "14", viewBox: "-7 -7 14 14", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  const shape = MARKER_SHAPES[label] ?? "circle";
  const mark = document.createElementNS(SVG, shape === "circle" ? "circle" : "polygon");
  if (shape === "circle") mark.setAttribute("r", "5");
  else mark.setAttribute("points", shape.map(([x, y]) => `${x * 5},${y * 5}`).join(" "));
  mark.setAttribute("fill", CLASS_COLORS[label] ?? "#000000");
  mark.setAttribute("class", "marker");
  mark.setAttribute("stroke-linejoin", "round");
  svg.append(mark);
  return svg;
}
