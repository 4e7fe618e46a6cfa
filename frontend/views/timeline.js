/** Draws the timeline under the plane: a scrubber over the run's past maps, playing them back, and the way back to the present. */

import { formatCount, formatEpoch } from "../format.js";
import { words } from "../words.js";
import { find, make, setEnabled, setText } from "./elements.js";
import { onceAFrame } from "./once_a_frame.js";
import { fillRange } from "./settings.js";
import { explain } from "./tips.js";

const PLAY_INTERVAL_MS = 60;

const PLAY_SHAPE = "M2 .6v10.8L11.2 6z";
const PAUSE_SHAPE = "M1 0h3.5v12H1zM7.5 0H11v12H7.5z";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../run_memory.js").RunMemory} memory
 */
export function mountTimeline(store, memory) {
  const { timeline } = memory;
  const box = find("#timeline", HTMLElement);
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ width: "12", height: "12", viewBox: "0 0 12 12", class: "fill", "aria-hidden": "true" })) picture.setAttribute(name, value);
  picture.append(shape);
  const play = make("button", { type: "button", class: "icon", id: "timeline-play" }, [picture]);
  const range = make("input", { type: "range", id: "timeline-range", min: "0", max: "1", step: "1", value: "1", "aria-label": words.timeline.title });
  const place = make("span", { class: "value", "data-testid": "timeline-place" });
  const live = make("button", { type: "button", class: "btn small", id: "timeline-live" }, [words.timeline.live]);
  const badge = make("p", { class: "past-badge", "data-testid": "past-badge", hidden: "" });
  box.append(make("div", { class: "timeline", "data-control": "timeline", role: "group", "aria-label": words.timeline.title }, [play, range, place, live]));
  find(".plane", HTMLElement).append(badge);
  explain(range, words.timeline.explain);
  explain(live, words.timeline.explainLive);
  /** The timer of the playback, 0 while it rests. */
  let playing = 0;
  /** What the timeline showed when it was drawn last. */
  let drawn = "";
  const ask = onceAFrame(draw);

  /** @param {import("../timeline.js").Moment|null} moment null: the present */
  function show(moment) {
    store.dispatch({ type: "set", patch: { moment } });
  }

  /** @param {number} index the last one is the present */
  function goTo(index) {
    show(index >= timeline.length - 1 ? null : timeline.at(index));
  }

  function rest() {
    clearInterval(playing);
    playing = 0;
    ask();
  }

  play.addEventListener("click", () => {
    if (playing !== 0) {
      rest();
      return;
    }
    if (store.get().moment === null) goTo(0);
    playing = setInterval(() => {
      const { moment } = store.get();
      if (moment === null) rest();
      else goTo(timeline.indexOf(moment) + 1);
    }, PLAY_INTERVAL_MS);
    ask();
  });
  range.addEventListener("input", () => {
    rest();
    goTo(range.valueAsNumber);
  });
  live.addEventListener("click", () => {
    rest();
    show(null);
  });

  function draw() {
    const { moment, run } = store.get();
    const last = Math.max(1, timeline.length - 1);
    const hasPast = timeline.length > 1;
    // While training goes on, most pictures find it as it is.
    const now = JSON.stringify([last, hasPast, playing !== 0, run.state, moment && [timeline.indexOf(moment), moment.step]]);
    if (now === drawn) return;
    drawn = now;
    range.max = String(last);
    range.value = String(moment === null ? last : timeline.indexOf(moment));
    fillRange(range);
    setEnabled(range, hasPast);
    setEnabled(play, hasPast);
    setEnabled(live, moment !== null);
    shape.setAttribute("d", playing === 0 ? PLAY_SHAPE : PAUSE_SHAPE);
    play.setAttribute("aria-label", playing === 0 ? words.timeline.play : words.timeline.pause);
    explain(play, playing === 0 ? words.timeline.explainPlay : words.timeline.explainPause);
    setText(place, moment === null ? words.timeline.present : words.timeline.epoch(formatEpoch(moment.epoch)));
    range.setAttribute("aria-valuetext", moment === null ? words.timeline.present
      : words.timeline.valueText(formatEpoch(moment.epoch), formatCount(moment.step)));
    badge.hidden = moment === null;
    document.body.toggleAttribute("data-past", moment !== null);
    if (moment !== null) setText(badge, run.state === "TRAINING" ? words.timeline.backWhileTraining(formatEpoch(moment.epoch)) : words.timeline.back(formatEpoch(moment.epoch)));
  }

  store.subscribe((state, before) => {
    if (state.run !== before.run || state.moment !== before.moment) ask();
  });
  draw();
}
