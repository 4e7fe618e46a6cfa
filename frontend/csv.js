/**
 * Owns what a CSV file means as points: which column is what, numbers with points or commas, labels of any text, and which rows
 * are bad and why. Nothing here touches the page.
 */

import { guessSeparator, RecordReader, splitCells } from "./csv_records.js";
import { MAX_CLASSES, PLANE_LIMIT } from "./protocol.js";
import { words } from "./words.js";

export const MAX_POINTS = 5000;
/** So many bad rows are named; beyond MAX_POINTS of them reading ends. */
export const NAMED_BAD_ROWS = 100;
/** Rows looked at before the separator is chosen. */
const SAMPLE_RECORDS = 10;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;
/** Scaled points leave a margin to the plane's edge. */
const SCALED_LIMIT = 5;

/** @typedef {{line: number, reason: string}} BadRow */
/** @typedef {{line: number, x: number, y: number, text: string, value: number}} CsvRow text: the label's; value: NaN where a label stands */
/** @typedef {{text: string, label: number, count: number}} CsvLabel */
/**
 * @typedef {object} CsvTable
 * @property {"label"|"value"} kind what the third column is
 * @property {readonly CsvRow[]} rows the good ones, at most MAX_POINTS
 * @property {readonly CsvLabel[]} labels in order of their classes; none for values
 * @property {boolean} labelsKept whether the labels are numbers from 0 to 7 and stay what they are
 * @property {readonly BadRow[]} bad the first NAMED_BAD_ROWS
 * @property {number} badCount
 * @property {"rows"|"bad"|null} stopped why reading ended before the file did
 * @property {readonly string[]|null} header
 * @property {string} separator
 */
/** @typedef {{x: number, y: number, value: number, third: number, needed: number}} Columns indices; needed: how many cells a row must have */

/** Takes the text of a file piece by piece. */
export class CsvReader {
  #records = new RecordReader();
  #regression;
  /** @type {import("./csv_records.js").RawRecord[]|null} The first records, until the separator is chosen. */
  #sample = [];
  #separator = ",";
  /** @type {Columns|null} */
  #columns = null;
  /** @type {string[]|null} */
  #header = null;
  #kind;
  /** @type {CsvRow[]} */
  #rows = [];
  /** @type {Map<string, number>} Labels, and how many rows have each. */
  #labels = new Map();
  /** @type {BadRow[]} */
  #bad = [];
  #badCount = 0;
  /** @type {"rows"|"bad"|null} */
  #stopped = null;

  /** @param {boolean} regression whether a third column without a name holds values */
  constructor(regression) {
    this.#regression = regression;
    /** @type {"label"|"value"} */
    this.#kind = regression ? "value" : "label";
  }

  /** Whether the limit is passed: more text changes nothing. */
  get stopped() {
    return this.#stopped !== null;
  }

  /**
   * @param {string} text
   * @param {boolean} [last]
   */
  push(text, last = false) {
    for (const record of this.#records.read(text, last)) {
      if (this.#sample === null) this.#take(record);
      else if (this.#sample.push(record) >= SAMPLE_RECORDS) this.#begin(this.#sample);
      if (this.#stopped !== null) return;
    }
    if (last && this.#sample !== null) this.#begin(this.#sample);
  }

  /** @returns {CsvTable} */
  table() {
    const texts = [...this.#labels.keys()];
    const labelsKept = texts.every((text) => /^[0-7]$/.test(text));
    const labels = texts.map((text, index) => ({ text, label: labelsKept ? Number(text) : index, count: this.#labels.get(text) ?? 0 }));
    return {
      kind: this.#kind, rows: this.#rows, labels: labels.sort((a, b) => a.label - b.label), labelsKept, bad: this.#bad,
      badCount: this.#badCount, stopped: this.#stopped, header: this.#header, separator: this.#separator,
    };
  }

  /** @param {import("./csv_records.js").RawRecord[]} sample */
  #begin(sample) {
    this.#sample = null;
    const directive = /^sep=(.)$/i.exec(sample[0]?.text ?? "");
    if (directive?.[1]) {
      this.#separator = directive[1];
      sample.shift();
    } else {
      this.#separator = guessSeparator(sample.filter(({ text, fault }) => fault === null && text.trim() !== "").map(({ text }) => text));
    }
    for (const record of sample) {
      if (this.#stopped === null) this.#take(record);
    }
  }

  /** @param {import("./csv_records.js").RawRecord} record */
  #take({ line, text, fault }) {
    if (fault !== null) {
      this.#refuse(line, fault === "quote" ? words.csv.openQuote : words.csv.longLine);
      return;
    }
    const cells = splitCells(text, this.#separator);
    if (cells.every((cell) => cell === "")) return;
    if (this.#columns === null) {
      this.#columns = this.#findColumns(cells);
      if (this.#header !== null) return;
    }
    const columns = this.#columns;
    if (cells.length < columns.needed) {
      this.#refuse(line, words.csv.tooFewColumns(cells.length));
      return;
    }
    // Without a header the fourth can only be the split that an export wrote.
    if (this.#header === null && (cells.length > 4 || (cells.length === 4 && !/^(train|test|)$/i.test(cells[3] ?? "")))) {
      this.#refuse(line, words.csv.tooManyColumns(cells.length));
      return;
    }
    this.#takeRow(line, cells, columns);
  }

  /**
   * @param {number} line
   * @param {string[]} cells
   * @param {Columns} columns
   */
  #takeRow(line, cells, columns) {
    const [xText, yText, third] = [cells[columns.x] ?? "", cells[columns.y] ?? "", cells[columns.third] ?? ""];
    const [x, y] = [readNumber(xText), readNumber(yText)];
    const value = this.#kind === "value" ? readNumber(third) : NaN;
    if (x === null) return this.#refuse(line, words.csv.noNumber("x", shorten(xText)));
    if (y === null) return this.#refuse(line, words.csv.noNumber("y", shorten(yText)));
    if (value === null) return this.#refuse(line, words.csv.noNumber("value", shorten(third)));
    const text = this.#kind === "value" ? "" : labelText(third);
    if (this.#kind === "label") {
      if (text === "") return this.#refuse(line, words.csv.noLabel);
      if (!this.#labels.has(text) && this.#labels.size >= MAX_CLASSES) return this.#refuse(line, words.csv.ninthLabel(shorten(text)));
    }
    if (this.#rows.length >= MAX_POINTS) {
      this.#stopped = "rows";
      return;
    }
    if (this.#kind === "label") this.#labels.set(text, (this.#labels.get(text) ?? 0) + 1);
    this.#rows.push({ line, x, y, text, value });
  }

  /**
   * @param {number} line
   * @param {string} reason
   */
  #refuse(line, reason) {
    this.#badCount += 1;
    if (this.#bad.length < NAMED_BAD_ROWS) this.#bad.push({ line, reason });
    if (this.#badCount > MAX_POINTS) this.#stopped = "bad";
  }

  /**
   * @param {string[]} cells of the first row; it is a header if neither of its first two cells is a number
   * @returns {Columns}
   */
  #findColumns(cells) {
    if (cells.length < 2 || cells.slice(0, 2).some((cell) => cell === "" || readNumber(cell) !== null)) {
      return { x: 0, y: 1, value: -1, third: 2, needed: 3 };
    }
    this.#header = cells;
    const names = cells.map((cell) => cell.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
    /** @param {readonly string[]} wanted */
    const find = (...wanted) => names.findIndex((name) => wanted.includes(name));
    const numbered = find("x1") >= 0 && find("x2") >= 0;
    const x = numbered ? find("x1") : Math.max(0, find("x"));
    const y = numbered ? find("x2") : find("y") >= 0 ? find("y") : x === 0 ? 1 : 0;
    const value = find("value");
    const label = numbered ? find("label", "class", "target", "y") : find("label", "class", "target");
    const other = [0, 1, 2].find((index) => index !== x && index !== y) ?? 2;
    if (value >= 0 && (label < 0 || this.#regression)) this.#kind = "value";
    else if (label >= 0 && find("label", "class") >= 0) this.#kind = "label";
    const third = this.#kind === "value" && value >= 0 ? value : label >= 0 ? label : other;
    return { x, y, value, third, needed: Math.max(x, y, third) + 1 };
  }
}

/**
 * @typedef {object} Placement
 * @property {{x: number, y: number, label: number, value: number|null}[]} points
 * @property {number} leftOut
 * @property {{x: Scale, y: Scale, value: Scale|null}|null} scales
 */
/** @typedef {{factor: number, shift: number}} Scale new = (old + shift) · factor */

/**
 * @param {CsvTable} table
 * @returns {number} rows that lie outside the plane, or whose value is outside -1 to 1
 */
export function countOutside({ rows }) {
  return rows.filter((row) => !fits(row)).length;
}

/**
 * @param {CsvTable} table
 * @param {boolean} scaled all points scaled into the plane; otherwise those outside are left out
 * @returns {Placement}
 */
export function placePoints(table, scaled) {
  const labelOf = new Map(table.labels.map(({ text, label }) => [text, label]));
  const rows = scaled ? table.rows : table.rows.filter(fits);
  const valuesFit = rows.every(({ value }) => !(Math.abs(value) > 1));
  const scales = scaled ? {
    x: scaleOf(rows.map(({ x }) => x), SCALED_LIMIT), y: scaleOf(rows.map(({ y }) => y), SCALED_LIMIT),
    value: valuesFit ? null : scaleOf(rows.map(({ value }) => value), 1),
  } : null;
  return {
    points: rows.map(({ x, y, text, value }) => {
      const known = table.kind === "value" ? scale(value, scales?.value ?? null) : null;
      return {
        x: scale(x, scales?.x ?? null), y: scale(y, scales?.y ?? null),
        label: known === null ? labelOf.get(text) ?? 0 : Number(known > 0), value: known,
      };
    }),
    leftOut: table.rows.length - rows.length,
    scales,
  };
}

/**
 * @param {import("./document.js").Confirmed} confirmed
 * @param {readonly import("./document.js").Point[]} points
 * @param {boolean} regression whether the third column is the value
 * @returns {string} a CSV file with header: x, y, label or value, split
 */
export function writeCsv(confirmed, points, regression) {
  const lines = points.map((point) => {
    const third = regression ? digits(point.value ?? 0) : String(point.label);
    return `${digits(point.x)},${digits(point.y)},${third},${confirmed.get(point.key)?.split ?? "train"}`;
  });
  return [`x,y,${regression ? "value" : "label"},split`, ...lines, ""].join("\r\n");
}

/** @param {CsvRow} row */
function fits({ x, y, value }) {
  return Math.abs(x) <= PLANE_LIMIT && Math.abs(y) <= PLANE_LIMIT && !(Math.abs(value) > 1);
}

/**
 * @param {readonly number[]} numbers
 * @param {number} limit
 * @returns {Scale} brings them between -limit and limit
 */
function scaleOf(numbers, limit) {
  const low = numbers.reduce((least, number) => Math.min(least, number), Infinity);
  const high = numbers.reduce((most, number) => Math.max(most, number), -Infinity);
  const factor = limit / (high / 2 - low / 2);
  return { factor: Number.isFinite(factor) ? factor : 1, shift: -(low / 2 + high / 2) };
}

/**
 * @param {number} number
 * @param {Scale|null} by
 */
function scale(number, by) {
  return by === null ? number : (number + by.shift) * by.factor;
}

/**
 * @param {string} text
 * @returns {number|null} null: not a number, or none that a computer can hold
 */
function readNumber(text) {
  const plain = text.replace("\u2212", "-");
  if (!NUMBER.test(plain)) return null;
  const number = Number(plain.replace(",", "."));
  return Number.isFinite(number) ? number : null;
}

/** @param {string} text "1.0" is class 1 */
function labelText(text) {
  const number = readNumber(text);
  return number !== null && Number.isInteger(number) ? String(number) : text;
}

/** @param {number} number nine digits: as many as tell apart any two that the server can hold */
function digits(number) {
  return String(Number(number.toPrecision(9)));
}

/** @param {string} text */
function shorten(text) {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
