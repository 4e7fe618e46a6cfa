/**
 * Owns what a CSV file says: which column is what, numbers with points or commas, labels of any text, and which rows are bad and
 * why. Nothing here touches the page.
 */

import { guessSeparator, RecordReader, splitCells } from "./csv_records.js";
import { MAX_CLASSES } from "./run_config.js";
import { words } from "./words.js";

export const MAX_POINTS = 5000;
/** So many bad rows are named; beyond MAX_POINTS of them reading ends. */
export const NAMED_BAD_ROWS = 100;
/** Rows looked at before the separator is chosen. */
const SAMPLE_RECORDS = 10;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

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
  /** Whether the header says what the third column is; otherwise the first row of points does. */
  #named = false;
  /** @type {import("./csv_records.js").RawRecord[]|null} The first records, until the separator is chosen. */
  #sample = [];
  #separator = ",";
  /** @type {Columns|null} */
  #columns = null;
  /** @type {string[]|null} */
  #header = null;
  /** @type {"label"|"value"} */
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
    if (!this.#named) {
      this.#named = true;
      if (third !== "" && readNumber(third) === null) this.#kind = "label";
    }
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
    else if (find("label", "class") >= 0) this.#kind = "label";
    this.#named = value >= 0 || find("label", "class") >= 0;
    const third = this.#kind === "value" && value >= 0 ? value : label >= 0 ? label : other;
    return { x, y, value, third, needed: Math.max(x, y, third) + 1 };
  }
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

/** @param {string} text */
function shorten(text) {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
