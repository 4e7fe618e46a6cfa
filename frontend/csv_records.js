/**
 * Owns the cutting of text into records and cells (RFC 4180): quotes may hold separators and line ends, a line ends with CRLF, LF
 * or CR. Text comes in pieces; nothing grows beyond one long record.
 */

/** A longer record is no row of points: a picture, a book, or a quote that is never closed. */
export const MAX_RECORD_CHARS = 10_000;

const LF = 10;
const CR = 13;
const QUOTE = 34;
/** What may stand before the quote that opens a field. */
const BEFORE_QUOTE = new Set([..."\t ,;\""].map((sign) => sign.charCodeAt(0)));

/**
 * @typedef {object} RawRecord
 * @property {number} line where it begins, from 1
 * @property {string} text without the line end; without meaning where there is a fault
 * @property {"quote"|"long"|null} fault
 */

/** Takes text piece by piece and hands out whole records. */
export class RecordReader {
  #rest = "";
  #line = 1;
  /** In a line that was too long: all up to its end is passed over. */
  #skipping = false;

  /**
   * @param {string} text
   * @param {boolean} last whether this is all
   * @returns {Generator<RawRecord, void, void>}
   */
  *read(text, last) {
    const all = this.#rest + text;
    let from = 0;
    while (from < all.length) {
      if (this.#skipping) {
        const end = lineEnd(all, from, last);
        if (end === null) {
          // A lone CR at the end is kept: the LF that may follow belongs to it.
          from = !last && all.endsWith("\r") ? all.length - 1 : all.length;
          break;
        }
        this.#skipping = false;
        this.#line += 1;
        from = end.next;
        continue;
      }
      const found = recordEnd(all, from, last);
      if (found === null) break;
      yield { line: this.#line, text: all.slice(from, found.end), fault: found.fault };
      this.#skipping = found.fault === "long";
      this.#line += found.lines;
      from = found.next;
    }
    this.#rest = all.slice(from);
  }
}

/**
 * @param {string} text
 * @param {number} from
 * @param {boolean} last
 * @returns {{end: number, next: number, lines: number, fault: "quote"|"long"|null}|null} null: more text is needed
 */
function recordEnd(text, from, last) {
  let quoted = false;
  let lines = 1;
  /** @type {{end: number, next: number}|null} */
  let firstLine = null;
  const limit = Math.min(text.length, from + MAX_RECORD_CHARS);
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      if (quoted) quoted = false;
      else if (at === from || BEFORE_QUOTE.has(text.charCodeAt(at - 1))) quoted = true;
    } else if (code === LF || code === CR) {
      if (code === CR && at + 1 === text.length && !last) return null;
      const next = code === CR && text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
      if (!quoted) return { end: at, next, lines, fault: null };
      firstLine ??= { end: at, next };
      lines += 1;
      at = next - 1;
    }
  }
  if (limit - from < MAX_RECORD_CHARS && !last) return null;
  // The line that opened the quote is at fault, not all the lines that follow it.
  if (quoted && firstLine) return { ...firstLine, lines: 1, fault: "quote" };
  if (limit === text.length && last) return { end: limit, next: limit, lines, fault: quoted ? "quote" : null };
  return { end: from, next: limit, lines: 0, fault: "long" };
}

/**
 * @param {string} text
 * @param {number} from
 * @param {boolean} last
 */
function lineEnd(text, from, last) {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF) return { next: at + 1 };
    if (code === CR && (at + 1 < text.length || last)) return { next: text.charCodeAt(at + 1) === LF ? at + 2 : at + 1 };
  }
  return null;
}

/**
 * @param {string} record
 * @param {string} separator one character
 * @returns {string[]} the cells, without quotes and the blanks around them
 */
export function splitCells(record, separator) {
  /** @type {string[]} */
  const cells = [];
  let at = 0;
  for (;;) {
    while (record[at] === " ") at += 1;
    if (record[at] === '"') {
      let cell = "";
      for (at += 1; at < record.length; at += 1) {
        if (record[at] !== '"') cell += record[at];
        else if (record[at + 1] === '"') cell += record[at += 1];
        else break;
      }
      const end = record.indexOf(separator, at + 1);
      const tail = record.slice(at + 1, end < 0 ? undefined : end);
      cells.push((cell + tail).trim());
      at = end < 0 ? record.length : end;
    } else {
      const end = record.indexOf(separator, at);
      cells.push(record.slice(at, end < 0 ? undefined : end).trim());
      at = end < 0 ? record.length : end;
    }
    if (at >= record.length) return cells;
    at += separator.length;
  }
}

/**
 * Tab, then semicolon, then comma: where the first ones part the rows, commas are decimal commas.
 * @param {readonly string[]} records the first ones
 * @returns {string}
 */
export function guessSeparator(records) {
  const candidates = ["\t", ";", ","];
  for (const parts of [3, 2]) {
    for (const separator of candidates) {
      const fitting = records.filter((record) => splitCells(record, separator).length >= parts).length;
      if (fitting > 0 && fitting * 2 >= records.length) return separator;
    }
  }
  return ",";
}
