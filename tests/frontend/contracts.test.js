import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CONFIG_FORMS, LOOK, LOOK_FORMS } from "../../frontend/address_fields.js";
import { writeAddress } from "../../frontend/address.js";
import { MAX_POINTS, NAMED_BAD_ROWS } from "../../frontend/csv.js";
import { MAX_FILE_BYTES } from "../../frontend/csv_file.js";
import { MAX_RECORD_CHARS } from "../../frontend/csv_records.js";
import { FAREWELLS } from "../../frontend/protocol.js";
import { DEFAULT_CONFIG } from "../../frontend/run_config.js";

const CONTRACTS = new URL("../../specs/003-full-playground/contracts/", import.meta.url);

/** The rows of the first table below a heading, cell by cell. */
function rowsBelow(file, heading) {
  const text = readFileSync(new URL(file, CONTRACTS), "utf8");
  const [, part = ""] = text.split(`## ${heading}\n`);
  const lines = part.split("\n## ")[0].split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

test("the address has the keys of its contract", () => {
  const look = rowsBelow("address.md", "Look").map(([key]) => key);
  assert.deepEqual(look, [...LOOK_FORMS.map(([key]) => key), "hide"]);
  assert.deepEqual(Object.keys(CONFIG_FORMS), Object.keys(DEFAULT_CONFIG));
  const origin = { dataset: "spiral", count: 300, noise: 0.1, seed: 9, classes: 3 };
  const written = writeAddress({ config: DEFAULT_CONFIG, origin, points: null, look: LOOK, hidden: [] }).fragment;
  const keys = new URLSearchParams(written).keys();
  const data = rowsBelow("address.md", "Data").map(([key]) => key);
  assert.deepEqual([...keys].filter((key) => data.includes(key)), data.filter((key) => key !== "points"));
});

test("CSV has the limits of its contract", () => {
  const limits = Object.fromEntries(rowsBelow("csv.md", "Limits").map(([what, limit]) => [what, Number(limit.replaceAll(",", "").match(/\d+/)[0])]));
  assert.deepEqual(limits, {
    file: MAX_FILE_BYTES / 2 ** 20,
    "one record": MAX_RECORD_CHARS,
    points: MAX_POINTS,
    "bad rows that are named": NAMED_BAD_ROWS,
    "bad rows after which reading ends": MAX_POINTS,
  });
});

test("what the server says before it closes is what its contract lists", () => {
  const said = rowsBelow("../../005-holds/contracts/close_codes.md", "Codes").map((row) => row[2].replaceAll("`", ""));
  assert.deepEqual([...FAREWELLS].sort(), said.filter((code) => code !== "").sort());
});
