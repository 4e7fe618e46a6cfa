/** Draws what would come of a file of points, and imports it when that is confirmed. */

import { MAX_POINTS, NAMED_BAD_ROWS } from "../csv.js";
import { countOutside, findFarRows, isBetterScaled, placePoints, SCALED_LIMIT } from "../csv_points.js";
import { formatCount, formatDecimal } from "../format.js";
import { words } from "../words.js";
import { make, setEnabled, setText } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../csv.js").CsvTable} CsvTable */
/** @typedef {import("../csv_points.js").Scale} Scale */

/**
 * @param {HTMLElement} content
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {{table: CsvTable, name: string, cancel: HTMLElement, onOther: () => void, onDone: () => void}} what
 */
export function showCsvPreview(content, store, commands, { table, name, cancel, onOther, onDone }) {
  const isRegression = store.get().document.config.problem === "regression";
  const outside = countOutside(table);
  const there = store.get().document.points.length;
  const other = make("button", { type: "button", class: "btn" }, [words.csv.other]);
  const confirm = make("button", { type: "button", class: "btn primary", id: "csv-import" });
  const scales = make("p", { class: "scales" });
  const far = findFarRows(table);
  const pressed = make("p", { class: "failed", role: "status" }, far.length > 0 ? [farText(far)] : []);
  const room = make("p", { class: "failed", role: "status" });
  const place = choice("csv-outside", words.csv.outsideTitle, [
    ["scale", words.csv.scale, words.csv.explainScale], ["leave", words.csv.leaveOut, words.csv.explainLeaveOut],
  ], draw, isBetterScaled(table) ? "scale" : "leave");
  const mode = choice("csv-mode", words.csv.how, [
    ["replace", words.csv.replace, words.csv.explainReplace], ["add", words.csv.add, words.csv.explainAdd],
  ], draw, "replace");
  explain(other, words.csv.explainOther);
  explain(confirm, words.csv.explainImport);
  other.addEventListener("click", onOther);
  confirm.addEventListener("click", () => {
    const { points } = placed();
    commands.importPoints(points, mode.chosen() === "replace");
    commands.notify(words.csv.imported(rowsText(points.length)), { action: "undo" });
    onDone();
  });

  const placed = () => placePoints(table, outside > 0 && place.chosen() === "scale");

  function draw() {
    const { points, scales: used } = placed();
    const free = MAX_POINTS - (mode.chosen() === "add" ? there : 0);
    scales.hidden = used === null;
    pressed.hidden = used === null || far.length === 0;
    if (used !== null) setText(scales, scaleSentences(used));
    setText(confirm, words.csv.import(rowsText(points.length)));
    setEnabled(confirm, points.length > 0 && points.length <= free);
    room.hidden = points.length > 0 && points.length <= free;
    setText(room, points.length === 0 ? words.csv.nothing : words.csv.noRoom(formatCount(free)));
  }

  content.replaceChildren(
    ...sentences(table, name, isRegression).map((sentence) => make("p", {}, [sentence])),
    ...badRows(table),
    ...(outside > 0 ? [make("p", {}, [words.csv.outside(outside, formatCount(outside), table.kind === "value")]), place.element, pressed, scales] : []),
    ...(there > 0 ? [mode.element] : []),
    room,
    make("div", { class: "buttons" }, [cancel, other, confirm]),
  );
  draw();
  (confirm.disabled ? other : confirm).focus();
}

/**
 * @param {CsvTable} table
 * @param {string} name of the file
 * @param {boolean} isRegression
 * @returns {string[]}
 */
function sentences(table, name, isRegression) {
  const { rows, labels, labelsKept, header, stopped, kind } = table;
  const said = [words.csv.found(name, rowsText(rows.length))];
  if (stopped === "rows") said.push(words.csv.stoppedRows(formatCount(MAX_POINTS)));
  if (stopped === "bad") said.push(words.csv.stoppedBad(formatCount(MAX_POINTS)));
  if (header !== null) said.push(words.csv.header(header.join(", ")));
  if (kind === "value") said.push(isRegression ? words.csv.values : words.csv.valuesAsClasses);
  else if (labels.length > 0) {
    const list = labels.map(({ text, label, count }) => words.csv.label(text, label, formatCount(count))).join(", ");
    said.push(labelsKept ? words.csv.labelsKept(list) : words.csv.labelsMapped(list));
    if (isRegression) said.push(words.csv.labelsAsValues);
  }
  return said;
}

/**
 * @param {CsvTable} table
 * @returns {HTMLElement[]}
 */
function badRows({ bad, badCount }) {
  if (badCount === 0) return [];
  const items = bad.map(({ line, reason }) => make("li", {}, [words.csv.badRow(formatCount(line), reason)]));
  if (badCount > NAMED_BAD_ROWS) items.push(make("li", {}, [words.csv.moreBad(formatCount(badCount - NAMED_BAD_ROWS))]));
  return [make("p", {}, [words.csv.bad(badCount, formatCount(badCount))]), make("ul", { class: "bad-rows", tabindex: "0" }, items)];
}

/** @param {{x: Scale, y: Scale, value: Scale|null}} scales */
function scaleSentences({ x, y, value }) {
  const parts = [scaleText("x", x, SCALED_LIMIT), scaleText("y", y, SCALED_LIMIT)];
  if (value !== null) parts.push(scaleText(words.csv.value, value, 1));
  return parts.join(" ");
}

/**
 * @param {string} name
 * @param {Scale} scale
 * @param {number} limit
 */
function scaleText(name, { low, high }, limit) {
  return low === high ? words.csv.centred(name, figures(low)) : words.csv.stretched(name, figures(low), figures(high), limit);
}

/** @param {readonly import("../csv.js").CsvRow[]} rows at least one */
function farText(rows) {
  return rows.length === 1 ? words.csv.farRow(formatCount(rows[0]?.line ?? 0)) : words.csv.farRows(formatCount(rows.length));
}

/** @param {number} number to about four figures, whole from a thousand on */
function figures(number) {
  const size = Math.abs(number);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return number.toExponential(2).replace("e+", "e").replace("-", "\u2212");
  if (size >= 1000) return (number < 0 ? "\u2212" : "") + formatCount(Math.round(size));
  const digits = size >= 10 ? 1 : 3;
  return formatDecimal(number, digits).replace(/\.?0+$/, "");
}

/** @param {number} count */
function rowsText(count) {
  return count === 1 ? words.csv.oneRow : words.csv.rows(formatCount(count));
}

/**
 * @param {string} name
 * @param {string} title
 * @param {readonly (readonly [value: string, text: string, sentence: string])[]} options
 * @param {() => void} onChange
 * @param {string} chosen
 */
function choice(name, title, options, onChange, chosen) {
  const inputs = options.map(([value, text, sentence]) => {
    const input = make("input", { type: "radio", name, value });
    const label = make("label", {}, [input, text]);
    input.checked = value === chosen;
    input.addEventListener("change", onChange);
    explain(label, sentence);
    return { input, label };
  });
  return {
    element: make("fieldset", {}, [make("legend", {}, [title]), ...inputs.map(({ label }) => label)]),
    chosen: () => inputs.find(({ input }) => input.checked)?.input.value ?? "",
  };
}
