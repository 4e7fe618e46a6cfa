/** Draws the classes with their counts, the tools, undo and redo, and the number of points. */

import { formatCount, formatRate } from "../format.js";
import { MAX_CLASSES, MIN_CLASSES } from "../run_config.js";
import { words } from "../words.js";
import { find, make, setEnabled, setText } from "./elements.js";
import { markerIcon } from "./markers.js";
import { explain } from "./tips.js";

/** @typedef {import("../state.js").State} State */

/** With so few classes each has room for a wide chip. */
const FEW = 2;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountPalette(store, commands) {
  const list = find("#classes", HTMLElement);
  const pointCount = find("#point-count", HTMLElement);
  const undo = find("#undo", HTMLButtonElement);
  const redo = find("#redo", HTMLButtonElement);
  const tools = [...document.querySelectorAll("input[name=tool]")].filter((tool) => tool instanceof HTMLInputElement);
  const add = make("button", { type: "button", "aria-label": words.draw.addClass }, ["+"]);
  const remove = make("button", { type: "button", "aria-label": words.draw.removeClass }, ["−"]);
  const change = make("div", { class: "more-classes" });
  list.append(change);
  change.append(add);
  /** @type {ReturnType<typeof makeChip>[]} */
  const chips = [];

  explain(add, words.draw.explainAddClass);
  explain(remove, words.draw.explainRemoveClass);
  add.addEventListener("click", () => commands.addClass());
  remove.addEventListener("click", () => commands.removeClass());
  undo.addEventListener("click", () => commands.undo());
  redo.addEventListener("click", () => commands.redo());
  for (const tool of tools) {
    tool.addEventListener("change", () => {
      commands.chooseTool(/** @type {import("../state.js").Tool} */ (tool.value));
    });
  }

  /** @param {number} label */
  function makeChip(label) {
    const input = make("input", { type: "radio", name: "class", "aria-label": words.draw.classLabel(label) });
    const count = make("span");
    // Not only a change: the chosen class can be given to other points again.
    input.addEventListener("click", () => commands.chooseClass(label));
    const chip = make("label", { class: "class" }, [markerIcon(label), make("b", {}, [String(label)]), count, input]);
    explain(chip, words.draw.explainClass(label));
    return { chip, input, count };
  }

  /** @param {number} classes */
  function drawChips(classes) {
    const focused = document.activeElement;
    while (chips.length > classes) chips.pop()?.chip.remove();
    while (chips.length < classes) {
      const made = makeChip(chips.length);
      chips.push(made);
      change.before(made.chip);
    }
    if (classes <= MIN_CLASSES) remove.remove();
    else if (!remove.isConnected) add.before(remove);
    list.toggleAttribute("data-few", classes <= FEW);
    setEnabled(add, classes < MAX_CLASSES);
    // Where the last press took a button away, the next one takes the other way.
    if (focused === remove && classes <= MIN_CLASSES) add.focus();
    if (focused === add && classes >= MAX_CLASSES) remove.focus();
  }

  /** @param {State} state */
  function drawCounts({ document: { points } }) {
    const counts = new Array(MAX_CLASSES).fill(0);
    for (const { label } of points) counts[label] += 1;
    chips.forEach(({ count }, label) => setText(count, counts[label] < 1000 ? formatCount(counts[label]) : formatRate(counts[label])));
    setText(pointCount, points.length === 0 ? words.data.noPoints : points.length === 1 ? words.data.onePoint : words.data.points(formatCount(points.length)));
  }

  /** @param {State} state */
  function drawChoice({ activeClass, tool }) {
    chips.forEach(({ input }, label) => { input.checked = label === activeClass; });
    for (const input of tools) input.checked = input.value === tool;
  }

  /** @param {State} state */
  function drawHistory({ history }) {
    for (const [button, way, sentence] of /** @type {const} */ ([
      [undo, history.undo, words.draw.explainUndo], [redo, history.redo, words.draw.explainRedo],
    ])) {
      setEnabled(button, way === "free");
      explain(button, way === "locked" ? words.network.locked : sentence);
    }
  }

  store.subscribe((state, before) => {
    const reshaped = state.document.config.classes !== before.document.config.classes;
    if (reshaped) drawChips(state.document.config.classes);
    if (reshaped || state.document.points !== before.document.points) drawCounts(state);
    if (reshaped || state.activeClass !== before.activeClass || state.tool !== before.tool) drawChoice(state);
    if (state.history !== before.history) drawHistory(state);
  });
  drawChips(store.get().document.config.classes);
  drawCounts(store.get());
  drawChoice(store.get());
  drawHistory(store.get());
}
