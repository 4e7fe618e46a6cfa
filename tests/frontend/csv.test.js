import assert from "node:assert/strict";
import test from "node:test";

import { CsvReader } from "../../frontend/csv.js";
import { CsvError, MAX_FILE_BYTES, readCsv } from "../../frontend/csv_file.js";
import { countOutside, findFarRows, isBetterScaled, placePoints, writeCsv } from "../../frontend/csv_points.js";
import { makePoint } from "../../frontend/document.js";

function parse(text, { regression = false, pieces = text.length } = {}) {
  const reader = new CsvReader(regression);
  for (let from = 0; from < text.length; from += Math.max(1, pieces)) reader.push(text.slice(from, from + Math.max(1, pieces)));
  reader.push("", true);
  return reader.table();
}

const numbers = ({ rows, kind }) => rows.map(({ x, y, text, value }) => [x, y, kind === "label" ? text : value]);
const badLines = ({ bad }) => bad.map(({ line, reason }) => `${line}: ${reason}`);
const read = (bytes, regression = false) => readCsv(new Blob([bytes]), regression, async () => {});

const TWO = [[1.5, -2, "0"], [0.25, 3, "1"]];

for (const [name, text] of [
  ["commas", "1.5,-2,0\n0.25,3,1\n"],
  ["a header", "x,y,label\n1.5,-2,0\n0.25,3,1\n"],
  ["a header in other letters", "X1, X2, Class\n1.5,-2,0\n0.25,3,1\n"],
  ["the header that scikit-learn's users write", "x1,x2,y\n1.5,-2,0\n0.25,3,1\n"],
  ["columns in another order", "label;y;x\n0;-2;1.5\n1;3;0.25\n"],
  ["semicolons and decimal commas", "1,5;-2;0\n0,25;3;1\n"],
  ["tabs and decimal commas", "1,5\t-2\t0\n0,25\t3\t1"],
  ["semicolons and decimal points", "x;y;label\n1.5;-2;0\n0.25;3;1"],
  ["quoted decimal commas", '"1,5","-2","0"\n"0,25","3","1"\n'],
  ["CRLF", "x,y,label\r\n1.5,-2,0\r\n0.25,3,1\r\n"],
  ["CR alone", "1.5,-2,0\r0.25,3,1\r"],
  ["no line end at the end", "1.5,-2,0\n0.25,3,1"],
  ["blank lines and blanks", "\n\n  1.5 , -2 ,0\n   \n,,\n 0.25,3 , 1 \n\n"],
  ["a spreadsheet's sep line", "sep=;\n1,5;-2;0\n0,25;3;1\n"],
  ["exponents, signs and bare points", "15e-1,-2.,0\n+.25,3E0,1\n"],
  ["a typographic minus", "1.5,\u22122,0\n0.25,3,1\n"],
  ["labels written as floats", "1.5,-2,0.0\n0.25,3,1.0\n"],
  ["an exported split", "x,y,label,split\n1.5,-2,0,train\n0.25,3,1,test\n"],
  ["an exported split without its header", "1.5,-2,0,train\n0.25,3,1,test\n"],
]) {
  test(`a file with ${name} is read`, () => {
    for (const pieces of [1, 7, 1000]) {
      const table = parse(text, { pieces });
      assert.deepEqual(numbers(table), TWO);
      assert.deepEqual(badLines(table), []);
      assert.equal(table.kind, "label");
    }
  });
}

test("labels of any text become classes in order of appearance", () => {
  const table = parse('x,y,species\n1,1,virginica\n2,2,"setosa, wild"\n3,3,virginica\n');
  assert.deepEqual(table.labels, [{ text: "virginica", label: 0, count: 2 }, { text: "setosa, wild", label: 1, count: 1 }]);
  assert.equal(table.labelsKept, false);
  assert.deepEqual(placePoints(table, false).points.map(({ label }) => label), [0, 1, 0]);
});

test("labels that are numbers from 0 to 7 stay what they are", () => {
  const table = parse("1,1,3\n2,2,1\n3,3,7\n");
  assert.deepEqual(table.labels.map(({ label }) => label), [1, 3, 7]);
  assert.equal(table.labelsKept, true);
  assert.deepEqual(placePoints(table, false).points.map(({ label }) => label), [3, 1, 7]);
});

test("labels of -1 and 1 are mapped as text is", () => {
  assert.deepEqual(parse("1,1,-1\n2,2,1\n").labels.map(({ text, label }) => [text, label]), [["-1", 0], ["1", 1]]);
});

test("a third column is a value in regression, or where its header says so", () => {
  assert.deepEqual(numbers(parse("1,1,0.5\n2,2,-0.25\n", { regression: true })), [[1, 1, 0.5], [2, 2, -0.25]]);
  assert.equal(parse("x,y,value\n1,1,0.5\n").kind, "value");
  assert.equal(parse("x,y,label\n1,1,a\n", { regression: true }).kind, "label");
  assert.equal(parse("x,y,species\n1,1,a\n2,2,b\n", { regression: true }).kind, "label", "text can only be a label");
  assert.deepEqual(placePoints(parse("x,y,value\n1,1,0.5\n1,1,-0.5\n"), false).points.map(({ label, value }) => [label, value]), [[1, 0.5], [0, -0.5]]);
});

for (const [name, text, wanted] of [
  ["a word where a number belongs", "1,1,0\n2,two,1\n", ["2: y is no number: two"]],
  ["an empty number", "1,1,0\n,2,1\n", ["2: x is missing"]],
  ["an empty label", "1,1,0\n2,2,\n", ["2: the label is missing"]],
  ["NaN and infinity", "1,1,0\nNaN,1,0\n1,inf,0\n1e999,1,0\n", ["2: x is no number: NaN", "3: y is no number: inf", "4: x is no number: 1e999"]],
  ["thousands with points", "1;1;0\n1.234,5;1;0\n", ["2: x is no number: 1.234,5"]],
  ["a missing column", "1,1,0\n2\n3,3\n", ["2: 1 column, where x, y and a label or value are needed", "3: 2 columns, where x, y and a label or value are needed"]],
  ["a quote that is never closed", '1,1,0\n"2,2,1\n3,3,1\n', ["2: a quote is opened and not closed"]],
  ["a ninth class", `${[..."abcdefgh"].map((label) => `1,1,${label}`).join("\n")}\n1,1,i\n2,2,a\n`, ["9: a ninth class, i; there is room for 8"]],
  ["line numbers after a quoted line end", '1,1,"a\nb"\n2,x,a\n', ["3: y is no number: x"]],
  ["hex and separators in numbers", "1,1,0\n0x10,1,0\n1_000,1,0\n", ["2: x is no number: 0x10", "3: x is no number: 1_000"]],
]) {
  test(`${name}: the row is named by its line, the others are read`, () => {
    for (const pieces of [1, 5, 1000]) {
      const table = parse(text, { pieces });
      assert.deepEqual(badLines(table), wanted);
      assert.equal(table.badCount, wanted.length);
      assert.ok(table.rows.length > 0);
    }
  });
}

test("decimal commas between commas are told apart from columns, not read as other points", () => {
  const table = parse("1,5,2,5,0\n0,25,3,5,1\n");
  assert.equal(table.rows.length, 0);
  assert.match(badLines(table)[0], /^1: 5 columns, .*decimal commas need a semicolon or a tab/);
});

test("a line longer than any row is passed over, and the next one is read", () => {
  for (const pieces of [999, 1_000_000]) {
    const table = parse(`1,1,0\n${"9".repeat(35_000)}\n2,2,1\n`, { pieces });
    assert.deepEqual(badLines(table), ["2: longer than 10,000 characters"]);
    assert.deepEqual(numbers(table), [[1, 1, "0"], [2, 2, "1"]]);
  }
});

test("reading ends with the row for which there is no room", () => {
  const reader = new CsvReader(false);
  reader.push("1,1,0\n".repeat(5000));
  assert.equal(reader.stopped, false);
  reader.push("1,1,0\n".repeat(3));
  assert.equal(reader.stopped, true);
  assert.equal(reader.table().rows.length, 5000);
  assert.equal(reader.table().stopped, "rows");
});

test("nothing but bad rows ends reading too, and only the first hundred are kept", () => {
  const table = parse("1,1,0\n" + "nothing,at,all\n".repeat(6000));
  assert.equal(table.stopped, "bad");
  assert.equal(table.bad.length, 100);
});

test("points outside the plane are left out or scaled into it, each axis by its factor and shift", () => {
  const table = parse("0,100,a\n10,300,b\n5,200,a\n");
  assert.equal(countOutside(table), 3);
  assert.deepEqual(placePoints(table, false), { points: [], leftOut: 3, scales: null });
  const { points, scales, leftOut } = placePoints(table, true);
  assert.deepEqual(points.map(({ x, y }) => [x, y]), [[-5, -5], [5, 5], [0, 0]]);
  assert.deepEqual(scales, {
    x: { factor: 1, shift: -5, low: 0, high: 10 }, y: { factor: 0.05, shift: -200, low: 100, high: 300 }, value: null,
  });
  assert.equal(leftOut, 0);
});

const near = Array.from({ length: 20 }, (_, at) => `${at / 5},${at % 4},${at % 2}`);

test("one row far out is found, and left out unless somebody chooses otherwise", () => {
  const table = parse([...near.slice(0, 6), "99999,0,1", ...near.slice(6)].join("\n"));
  assert.deepEqual(findFarRows(table).map(({ line }) => line), [7]);
  assert.equal(isBetterScaled(table), false);
});

test("rows that lie outside all together are scaled, and none of them is far from the others", () => {
  const table = parse(near.map((row, at) => `${100 + at},${row.slice(row.indexOf(",") + 1)}`).join("\n"));
  assert.deepEqual(findFarRows(table), []);
  assert.equal(isBetterScaled(table), true);
});

test("of some rows outside the plane, those are scaled that press nothing together", () => {
  assert.equal(isBetterScaled(parse([...near, "8,0,1", "9,1,1", "8,2,1", "9,3,1"].join("\n"))), true);
  assert.equal(isBetterScaled(parse("0,0,0\n1,1,0\n2,2,1\n3,3,1\n500,0,1\n")), false);
});

test("values beyond -1 and 1 are scaled with the plane", () => {
  const table = parse("0,0,10\n1,1,30\n", { regression: true });
  assert.equal(countOutside(table), 2);
  assert.deepEqual(placePoints(table, true).points.map(({ value }) => value), [-1, 1]);
});

test("scaling stays finite for equal, huge and tiny numbers", () => {
  for (const text of ["7,7,0\n7,7,1\n", "1e308,-1e308,0\n-1e308,1e308,1\n", "1e-320,0,0\n9,2e-320,1\n", "1.7e308,7,0\n1.7e308,7,1\n"]) {
    for (const { x, y } of placePoints(parse(text), true).points) {
      assert.ok(Math.abs(x) <= 6 && Math.abs(y) <= 6, `${text} gave ${x}, ${y}`);
    }
  }
});

test("what is exported is imported as the same points", () => {
  const points = [makePoint(1.2345, -6, 0), makePoint(0.1, 5.9999, 3), { ...makePoint(0, 0, 1), x: Math.fround(1.23456789) }];
  const back = placePoints(parse(writeCsv(new Map(), points, false)), false).points;
  assert.deepEqual(back.map(({ x, y, label }) => [Math.fround(x), Math.fround(y), label]), points.map(({ x, y, label }) => [Math.fround(x), Math.fround(y), label]));
  const valued = [makePoint(1, 2, 0, -0.75), makePoint(3, 4, 1, 1)];
  const again = placePoints(parse(writeCsv(new Map(), valued, true), { regression: true }), false).points;
  assert.deepEqual(again.map(({ value }) => value), [-0.75, 1]);
});

test("an export names the split of each point", () => {
  const point = makePoint(1, 2, 0);
  assert.equal(writeCsv(new Map([[point.key, { ...point, id: 1, split: "test" }]]), [point], false), "x,y,label,split\r\n1,2,0,test\r\n");
});

const utf16 = (text, little) => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  [...text].forEach((sign, index) => view.setUint16(index * 2, sign.charCodeAt(0), little));
  return bytes;
};

for (const [name, bytes] of [
  ["UTF-8 with a byte order mark", "\ufeffx,y,label\n1,2,größe\n"],
  ["UTF-8 without one", "x,y,label\n1,2,größe\n"],
  ["UTF-16, little end first", utf16("\ufeffx,y,label\n1,2,größe\n", true)],
  ["UTF-16, big end first", utf16("\ufeffx,y,label\n1,2,größe\n", false)],
  ["Windows' Western letters", Uint8Array.from([..."x,y,label\n1,2,größe\n"].map((sign) => sign.charCodeAt(0)))],
]) {
  test(`a file in ${name} is read`, async () => {
    const table = await read(bytes);
    assert.deepEqual(table.labels, [{ text: "größe", label: 0, count: 1 }]);
    assert.deepEqual(table.header, ["x", "y", "label"]);
  });
}

for (const [name, bytes, reason] of [
  ["an empty file", "", /no rows/],
  ["a file of blank lines", "\n\n   \r\n", /no rows/],
  ["a header alone", "x,y,label\n", /no rows/],
  ["a picture", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]), /not text/],
  ["random bytes", Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 256), /not text/],
  ["a spreadsheet's own format", Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), /not text/],
]) {
  test(`${name} is refused`, async () => {
    await assert.rejects(read(bytes), (error) => error instanceof CsvError && reason.test(error.message));
  });
}

test("a file beyond 20 MB is refused before it is read", async () => {
  const file = { size: MAX_FILE_BYTES + 1, slice: () => assert.fail("it was read") };
  await assert.rejects(readCsv(file, false, async () => {}), /The file has 21\u2009MB; at most 20 can be read\./);
});

test("of a million rows only the first pieces are read, with rests between", async () => {
  const file = new Blob(["1,1,0\n".repeat(1_000_000)]);
  let rests = 0;
  const table = await readCsv(file, false, async () => { rests += 1; });
  assert.equal(table.stopped, "rows");
  assert.equal(rests, 1);
});

test("10 MB without a single line end end in one bad row", async () => {
  let longestMs = 0;
  let lastMs = performance.now();
  const table = await readCsv(new Blob(["7".repeat(10_000_000)]), false, async () => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  });
  assert.deepEqual(badLines(table), ["1: longer than 10,000 characters"]);
  console.log(`longest piece of 10 MB: ${longestMs.toFixed(1)} ms`);
});
