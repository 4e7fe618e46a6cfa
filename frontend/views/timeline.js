/** Draws the timeline under the plane: a scrubber over the run's past maps, playing them back, and the way back to the present. */

import { formatCount, formatEpoch } from "../format.js";
import { words } from "../words.js";
import { find, make, setEnabled, setText } from "./elements.js";
import { onceAFrame } from "./once_a_frame.js";
import { fillRange } from "./settings.js";
import { explain } from "./tips.js";

/** @typedef {import("../timeline.js").Moment} Moment */

const PLAY_INTERVAL_MS = 60;

const PLAY_SHAPE = "M2 .6v10.8L11.2 6z";
const PAUSE_SHAPE = "M1 0h3.5v12H1zM7.5 0H11v12H7.5z";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../run_memory.js").RunMemory} memory
 * @returns {() => void} asks for it to be drawn: the past has become longer
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
  box.append(make("div", { class: "timeline", "data-control": "timeline", role: "group", "aria-label": words.timeline.title }, [
    play, make("div", { class: "scrubber" }, [range]), place, live,
  ]));
  find(".plane", HTMLElement).append(badge);
  explain(range, words.timeline.explain);
  explain(live, words.timeline.explainLive);
  /** The timer of the playback, 0 while it rests. */
  let playing = 0;
  /** What was drawn last. @type {{last: number, at: number, moment: Moment|null, plays: boolean, state: string}} */
  const drawn = { last: 0, at: 0, moment: null, plays: false, state: "" };
  const ask = onceAFrame(draw);

  /** @param {Moment|null} moment null: the present */
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

  // While training goes on, most pictures find all as it is, or a longer past and nothing else.
  function draw() {
    const { moment, run } = store.get();
    const last = Math.max(1, timeline.length - 1);
    const at = moment === null ? last : timeline.indexOf(moment);
    const plays = playing !== 0;
    if (last !== drawn.last || at !== drawn.at) {
      range.max = String(last);
      range.value = String(at);
      fillRange(range);
    }
    setEnabled(range, timeline.length > 1);
    setEnabled(play, timeline.length > 1);
    if (plays !== drawn.plays) drawPlaying(plays);
    if (moment !== drawn.moment || run.state !== drawn.state) drawMoment(moment, run.state);
    drawn.last = last;
    drawn.at = at;
    drawn.moment = moment;
    drawn.plays = plays;
    drawn.state = run.state;
  }

  /** @param {boolean} plays */
  function drawPlaying(plays) {
    shape.setAttribute("d", plays ? PAUSE_SHAPE : PLAY_SHAPE);
    play.setAttribute("aria-label", plays ? words.timeline.pause : words.timeline.play);
    explain(play, plays ? words.timeline.explainPause : words.timeline.explainPlay);
  }

  /**
   * @param {Moment|null} moment
   * @param {import("../protocol.js").RunState} state
   */
  function drawMoment(moment, state) {
    setEnabled(live, moment !== null);
    setText(place, moment === null ? words.timeline.present : words.timeline.epoch(formatEpoch(moment.epoch)));
    range.setAttribute("aria-valuetext", moment === null ? words.timeline.present
      : words.timeline.valueText(formatEpoch(moment.epoch), formatCount(moment.step)));
    badge.hidden = moment === null;
    document.body.toggleAttribute("data-past", moment !== null);
    if (moment !== null) setText(badge, state === "TRAINING" ? words.timeline.backWhileTraining(formatEpoch(moment.epoch)) : words.timeline.back(formatEpoch(moment.epoch)));
  }

  store.subscribe((state, before) => {
    if (state.run !== before.run || state.moment !== before.moment) ask();
  });
  drawPlaying(false);
  draw();
  return ask;
}
