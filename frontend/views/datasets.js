/** Draws the ready datasets, each with a small picture of the points that its generator makes. */

import { CLASSICS, shelves } from "../catalogue.js";
import { CLASS_COLORS, signedColor, THEMES } from "../colors.js";
import { planeToPixel } from "../geometry.js";
import { words } from "../words.js";
import { context2d, find, make, setEnabled } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../catalogue.js").DatasetEntry} DatasetEntry */

const PICTURE_SIDE = 128;
const DOT_RADIUS = PICTURE_SIDE * 0.023;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {() => void} fetchAgain
 * @returns {{setTheme: (name: import("../colors.js").ThemeName) => void}}
 */
export function mountDatasets(store, commands, fetchAgain) {
  const first = find("#datasets", HTMLElement);
  const more = find("#datasets-more", HTMLElement);
  const drawer = find("#more-datasets", HTMLDetailsElement);
  const retry = make("button", { type: "button", class: "btn small" }, [words.data.fetchAgain]);
  const apology = make("p", { class: "apology" }, [words.data.noDatasets, " ", retry]);
  /** @type {{name: string, button: HTMLButtonElement}[]} */
  let buttons = [];
  let theme = THEMES.light;
  retry.addEventListener("click", fetchAgain);

  /**
   * @param {string} name
   * @param {readonly import("../protocol.js").PointRow[]} points none: the picture is yet to come
   * @param {boolean} isRegression
   */
  function makeButton(name, points, isRegression) {
    const { title, meaning } = words.datasets[name] ?? { title: name, meaning: "" };
    const picture = make("canvas", { width: String(PICTURE_SIDE), height: String(PICTURE_SIDE), "aria-hidden": "true" });
    drawPicture(context2d(picture), points, isRegression ? theme : null);
    const button = make("button", { type: "button", class: "set" }, [picture, title]);
    explain(button, meaning);
    button.addEventListener("click", () => void commands.loadDataset(name));
    buttons.push({ name, button });
    return button;
  }

  function build() {
    const { catalogue, document: { config } } = store.get();
    const isRegression = config.problem === "regression";
    buttons = [];
    const shelf = shelves(catalogue, config.problem);
    /** @param {readonly DatasetEntry[]} entries */
    const show = (entries) => entries.map(({ name, points }) => makeButton(name, points, isRegression));
    if (catalogue.status === "failed") first.replaceChildren(apology);
    else if (catalogue.status === "loading") first.replaceChildren(...CLASSICS.map((name) => makeButton(name, [], false)));
    else first.replaceChildren(...show(shelf.first));
    more.replaceChildren(...show(shelf.more));
    drawer.hidden = shelf.more.length === 0;
    draw();
  }

  function draw() {
    const { dataset, phase, catalogue } = store.get();
    for (const { name, button } of buttons) {
      button.setAttribute("aria-pressed", String(dataset === name));
      setEnabled(button, phase.name === "live" && catalogue.status === "ready");
    }
  }

  store.subscribe((state, before) => {
    if (state.catalogue !== before.catalogue || state.document.config.problem !== before.document.config.problem) build();
    else if (state.dataset !== before.dataset || state.phase !== before.phase) draw();
  });
  build();
  return {
    setTheme(name) {
      theme = THEMES[name];
      if (store.get().document.config.problem === "regression") build();
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly import("../protocol.js").PointRow[]} points
 * @param {import("../colors.js").Theme|null} theme in which values are shown; null: classes, which look the same in every one
 */
function drawPicture(context, points, theme) {
  for (const [x, y, label, value] of points) {
    const [pixelX, pixelY] = planeToPixel(x, y, PICTURE_SIDE);
    context.beginPath();
    context.arc(pixelX, pixelY, DOT_RADIUS, 0, 2 * Math.PI);
    context.fillStyle = theme !== null ? signedColor(theme, value ?? 0) : CLASS_COLORS[label] ?? "#000000";
    context.fill();
  }
}
