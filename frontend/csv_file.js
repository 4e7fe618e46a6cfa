/**
 * Owns the way of a file into a table: read in pieces, decoded, and refused when it is too large or not text. The page gets its
 * turn between the pieces.
 */

import { CsvReader } from "./csv.js";
import { words } from "./words.js";

export const MAX_FILE_BYTES = 20 * 2 ** 20;
const PIECE_BYTES = 64 * 2 ** 10;
/** A control character that no text has: everything below the blank but tab, line ends, form feed; and DEL. */
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** The file cannot be read; the message says why. */
export class CsvError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "CsvError";
  }
}

/**
 * @param {Blob} file
 * @param {boolean} regression whether a third column without a name holds values
 * @param {() => Promise<void>} rest gives the page its turn; called between the pieces
 * @param {() => boolean} [isOff] whether nobody waits for it any more
 * @returns {Promise<import("./csv.js").CsvTable>}
 * @throws {CsvError} when the file is too large, empty or not text
 */
export async function readCsv(file, regression, rest, isOff = () => false) {
  if (file.size > MAX_FILE_BYTES) throw new CsvError(words.csv.fileTooLarge(file.size));
  if (file.size === 0) throw new CsvError(words.csv.emptyFile);
  const decoder = decoderFor(new Uint8Array(await file.slice(0, PIECE_BYTES).arrayBuffer()));
  const reader = new CsvReader(regression);
  for (let from = 0; from < file.size && !reader.stopped && !isOff(); from += PIECE_BYTES) {
    const last = from + PIECE_BYTES >= file.size;
    const bytes = await file.slice(from, from + PIECE_BYTES).arrayBuffer();
    const text = decoder.decode(bytes, { stream: !last });
    if (CONTROL.test(text)) throw new CsvError(words.csv.binaryFile);
    reader.push(text, last);
    await rest();
  }
  const table = reader.table();
  if (table.rows.length === 0 && table.badCount === 0) throw new CsvError(words.csv.emptyFile);
  return table;
}

/**
 * UTF-8 or UTF-16 as the byte order mark says; without one UTF-8, or what Windows writes in Western Europe if it is not that.
 * @param {Uint8Array} start the first bytes of the file
 * @returns {TextDecoder}
 */
function decoderFor(start) {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le");
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder("utf-16be");
  return new TextDecoder(isUtf8(start) ? "utf-8" : "windows-1252");
}

/** @param {Uint8Array} bytes */
function isUtf8(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
