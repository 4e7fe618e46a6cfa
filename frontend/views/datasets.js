/** Draws the ready datasets with a small picture of each, the noise slider, Regenerate and Clear points. */

import { CLASS_COLORS } from "../colors.js";
import { formatPercent } from "../format.js";
import { planeToPixel } from "../protocol.js";
import { words } from "../words.js";
import { context2d, find, make, setEnabled, setText } from "./elements.js";
import { fillRange } from "./settings.js";
import { explain } from "./tips.js";

/** @typedef {import("../protocol.js").DatasetName} DatasetName */
/** @typedef {import("../protocol.js").PointRow} PointRow */
/** @typedef {() => number} Random */

const PICTURE_POINTS = 200;
const PICTURE_SIDE = 128;

/** @type {readonly {name: DatasetName, title: string, meaning: string, sample: (index: number, random: Random) => PointRow}[]} */
const DATASETS = [
  { name: "circle", title: words.data.circle, meaning: words.data.explainCircle, sample: circle },
  { name: "xor", title: words.data.xor, meaning: words.data.explainXor, sample: xor },
  { name: "gauss", title: words.data.gauss, meaning: words.data.explainGauss, sample: gauss },
  { name: "spiral", title: words.data.spiral, meaning: words.data.explainSpiral, sample: spiral },
];

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountDatasets(store, commands) {
  const noise = find("#noise", HTMLInputElement);
  const noiseValue = find("#noise-value", HTMLElement);
  const regenerate = find("#regenerate", HTMLButtonElement);
  const clear = find("#clear", HTMLButtonElement);
  const noiseRow = find("[data-control=noise]", HTMLElement);
  const buttons = DATASETS.map(({ name, title, meaning, sample }) => {
    const picture = make("canvas", { width: String(PICTURE_SIDE), height: String(PICTURE_SIDE), "aria-hidden": "true" });
    drawPicture(context2d(picture), sample);
    const button = make("button", { type: "button", class: "set" }, [picture, title]);
    explain(button, meaning);
    button.addEventListener("click", () => void commands.loadDataset(name));
    return { name, button };
  });
  find("#datasets", HTMLElement).append(...buttons.map(({ button }) => button));

  noise.addEventListener("input", () => commands.setNoise(noise.valueAsNumber / 100));
  noise.addEventListener("change", () => {
    const { dataset } = store.get();
    if (dataset !== null) void commands.loadDataset(dataset);
  });
  regenerate.addEventListener("click", () => void commands.regenerate());
  clear.addEventListener("click", () => commands.clear());

  function draw() {
    const state = store.get();
    const live = state.phase.name === "live";
    for (const { name, button } of buttons) {
      button.setAttribute("aria-pressed", String(state.dataset === name));
      setEnabled(button, live);
    }
    for (const control of [noise, regenerate]) setEnabled(control, live && state.dataset !== null);
    explain(noiseRow, state.dataset === null ? words.data.needsDataset : words.data.explainNoise);
    explain(regenerate, state.dataset === null ? words.data.needsDataset : words.data.explainRegenerate);
    setEnabled(clear, state.document.points.length > 0);
    noise.value = String(Math.round(state.noise * 100));
    fillRange(noise);
    noise.setAttribute("aria-valuetext", formatPercent(state.noise));
    setText(noiseValue, formatPercent(state.noise));
  }

  store.subscribe((state, before) => {
    if (state.dataset !== before.dataset || state.noise !== before.noise || state.phase !== before.phase
      || (state.document.points.length > 0) !== (before.document.points.length > 0)) draw();
  });
  draw();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {(index: number, random: Random) => PointRow} sample
 */
function drawPicture(context, sample) {
  const random = seeded(5);
  for (let index = 0; index < PICTURE_POINTS; index += 1) {
    const [x, y, label] = sample(index, random);
    const [pixelX, pixelY] = planeToPixel(x, y, PICTURE_SIDE);
    context.beginPath();
    context.arc(pixelX, pixelY, PICTURE_SIDE * 0.023, 0, 2 * Math.PI);
    context.fillStyle = CLASS_COLORS[label] ?? "#000000";
    context.fill();
  }
}

/** @type {(index: number, random: Random) => PointRow} */
function circle(index, random) {
  const label = index % 2;
  const radius = label === 1 ? 3.6 + random() * 1.4 : random() * 2.4;
  const angle = random() * 2 * Math.PI;
  return [radius * Math.sin(angle), radius * Math.cos(angle), label];
}

/** @type {(index: number, random: Random) => PointRow} */
function xor(_index, random) {
  const x = (random() - 0.5) * 10;
  const y = (random() - 0.5) * 10;
  return [x + Math.sign(x) * 0.3, y + Math.sign(y) * 0.3, x * y < 0 ? 1 : 0];
}

/** @type {(index: number, random: Random) => PointRow} */
function gauss(index, random) {
  const label = index % 2;
  const centre = label === 1 ? -2 : 2;
  const scatter = () => (random() + random() + random() + random() - 2) * 1.5;
  return [centre + scatter(), centre + scatter(), label];
}

/** @type {(index: number, random: Random) => PointRow} */
function spiral(index) {
  const label = index % 2;
  const way = index / PICTURE_POINTS;
  const angle = 1.75 * way * 2 * Math.PI + label * Math.PI;
  return [way * 5.2 * Math.sin(angle), way * 5.2 * Math.cos(angle), label];
}

/**
 * Park and Miller's generator, so that the pictures are always the same.
 * @param {number} seed
 * @returns {Random}
 */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}
