/** Draws the learning rate over the epochs of its schedule, with where it stands now. */

import { formatSetting } from "../format.js";
import { learningRateAt } from "../schedule.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";
import { explain } from "./tips.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 160;
const HEIGHT = 30;
const PAD = 3;
const PLACES = 80;
/** The curve reaches so many times beyond the schedule, and always beyond now. */
const REACH = 1.6;

/**
 * @param {import("../state_manager.js").Store} store
 * @returns {HTMLElement}
 */
export function makeScheduleCurve(store) {
  const picture = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "polyline");
  const dot = document.createElementNS(SVG, "circle");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  dot.setAttribute("r", "2.5");
  picture.append(line, dot);
  const now = make("span", { class: "value", "data-testid": "learning-rate-now" });
  const box = make("div", { class: "schedule-curve", "data-control": "schedule-curve" }, [picture, now]);
  explain(box, words.setup.explainRateNow);
  let drawn = "";

  function draw() {
    const { document: { config }, run } = store.get();
    const span = Math.max(config.schedule_epochs * REACH, run.epoch * 1.05, 1);
    const rateNow = learningRateAt(config, run.epoch);
    /** @param {number} epoch @param {number} rate */
    const place = (epoch, rate) => [PAD + (epoch / span) * (WIDTH - 2 * PAD), HEIGHT - PAD - (rate / config.learning_rate) * (HEIGHT - 2 * PAD)];
    const [x, y] = place(run.epoch, rateNow);
    dot.setAttribute("cx", (x ?? 0).toFixed(1));
    dot.setAttribute("cy", (y ?? 0).toFixed(1));
    setText(now, words.setup.rateNow(formatSetting(Number(rateNow.toPrecision(3)))));
    const shape = [config.schedule, config.schedule_epochs, config.schedule_factor, span].join(" ");
    if (shape === drawn) return;
    drawn = shape;
    const places = Array.from({ length: PLACES + 1 }, (_, index) => (index / PLACES) * span);
    line.setAttribute("points", places.map((epoch) => place(epoch, learningRateAt(config, epoch)).map((at) => at.toFixed(1)).join(",")).join(" "));
  }

  store.subscribe((state, before) => {
    // Asked of the store: to ask the page would make it lay itself out ten times a second.
    if (!state.openDrawers.has("training")) return;
    if (state.document.config !== before.document.config || state.run.epoch !== before.run.epoch || state.openDrawers !== before.openDrawers) draw();
  });
  draw();
  return box;
}
