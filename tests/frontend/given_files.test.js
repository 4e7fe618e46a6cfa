import assert from "node:assert/strict";
import test from "node:test";

import { droppedOf, filesOf, FolderError, kindOfDrag, sortFiles } from "../../frontend/given_files.js";

const file = (name, type = "") => new File(["x"], name, { type });
const given = (...paths) => paths.map((path) => ({ path, file: file(path.slice(path.lastIndexOf("/") + 1)) }));
const partsOf = ({ run }) => run.parts.map(({ name }) => name).sort();

for (const [name, type] of [["mine.zip", ""], ["MINE.ZIP", ""], ["from a phone", "application/zip"], ["run", "application/x-zip-compressed"]]) {
  test(`a zip is a run: ${name}, ${type}`, () => {
    const { run } = sortFiles([{ path: name, file: file(name, type) }]);
    assert.deepEqual([run.what, run.name, run.parts.map((part) => part.name)], ["zip", name, ["zip"]]);
  });
}

test("a config.json is one whatever a browser has called it", () => {
  for (const name of ["config.json", "config (1).json"]) {
    const { run } = sortFiles(given(name));
    assert.deepEqual([run.what, run.name, partsOf({ run })], ["config", name, ["config.json"]]);
  }
});

test("every other file is points, as it was", () => {
  for (const name of ["points.csv", "points.txt", "picture.png", "table.xlsx", "nothing"]) assert.equal(sortFiles(given(name)).points.name, name);
  assert.equal(sortFiles(given("a.csv", "b.csv")).points.name, "a.csv");
});

test("what belongs to a run and is given without the rest is told so, and is no points", () => {
  for (const names of [["model.safetensors"], ["train.py"], ["history.csv"], ["metrics.json"], ["map.png", "train.py"]]) {
    assert.match(sortFiles(given(...names)).why, /belongs to a saved run/, names.join());
  }
  assert.match(sortFiles(given("a.zip", "b.zip")).why, /one run at a time/);
  assert.match(sortFiles(given("a.zip", "points.csv")).why, /the zip of a run alone/);
});

test("a folder of a run is sent without what it is not read from", () => {
  const found = sortFiles(given("abc/config.json", "abc/points.csv", "abc/model.safetensors", "abc/map.png", "abc/tb/config.json.bak", "abc/tb/points.csv"));
  assert.deepEqual([found.run.what, found.run.name, partsOf(found)], ["folder", "abc", ["config.json", "model.safetensors", "points.csv"]]);
});

test("the files of a folder that are given side by side are a run", () => {
  assert.deepEqual(partsOf(sortFiles(given("config.json", "points.csv"))), ["config.json", "points.csv"]);
});

test("a run is found below the folder that was given, and called by what can be read", () => {
  const hash = "0123456789abcdef".repeat(4);
  const found = sortFiles(given(`outputs/run/${hash}/${hash}/config.json`, `outputs/run/${hash}/${hash}/points.csv`));
  assert.equal(found.run.name, "0123456789ab…");
});

test("of several runs, and of none, it is said that one is wanted", () => {
  assert.match(sortFiles(given("outputs/a/config.json", "outputs/b/config.json")).why, /There are 2 runs/);
  assert.match(sortFiles(given("photos/one.jpg", "photos/two.jpg")).why, /no config\.json/);
  assert.match(sortFiles([]).why, /no config\.json/);
});

test("a folder with a config.json alone brings settings and nothing else", () => {
  assert.equal(sortFiles(given("abc/config.json", "abc/notes.txt")).run.what, "config");
});

for (const [items, kind] of [
  [[["file", "text/csv"]], "points"], [[["file", "text/plain"]], "points"], [[["file", "application/zip"]], "run"],
  [[["file", "application/x-zip-compressed"]], "run"], [[["file", "application/json"]], "settings"], [[["file", ""]], "any"],
  [[["file", "image/png"]], "any"], [[["file", "text/csv"], ["file", "text/csv"]], "any"], [[["string", "text/plain"]], "any"], [[], "any"],
]) {
  test(`a drag of ${JSON.stringify(items)} would be: ${kind}`, () => {
    assert.equal(kindOfDrag(items.map(([itemKind, type]) => ({ kind: itemKind, type }))), kind);
  });
}

/** A file of a folder, as a browser hands it on when it is dropped. */
const fileEntry = (name, content = "x") => ({
  name, isFile: true, isDirectory: false, file: (resolve) => resolve(new File([content], name)),
});
/** A folder, whose reader gives two children at a time. */
const folderEntry = (name, children) => ({
  name, isFile: false, isDirectory: true,
  createReader() {
    const left = [...children];
    return { readEntries: (resolve) => resolve(left.splice(0, 2)) };
  },
});

test("a dropped folder is walked as deep as runs lie, and only what a run is read from is opened", async () => {
  const run = folderEntry("checkpoint", [
    fileEntry("config.json"), fileEntry("points.csv"), { ...fileEntry("map.png"), file: () => assert.fail("it was opened") }, fileEntry("state.json"),
  ]);
  const outputs = folderEntry("outputs", [folderEntry("run", [folderEntry("config", [run])])]);
  const files = await filesOf([outputs]);
  assert.deepEqual(files.map(({ path }) => path), ["config.json", "points.csv", "state.json"].map((name) => `outputs/run/config/checkpoint/${name}`));
  assert.deepEqual(await filesOf([folderEntry("a", [outputs])]), [], "deeper than that nothing is looked for");
});

test("a dropped file is taken as it is, a folder as its entry: Safari cannot open the entry of every file", async () => {
  const lost = { ...fileEntry("mine.csv"), file: () => assert.fail("it was opened") };
  const mine = new File(["x"], "mine.csv");
  const other = new File(["x"], "other.csv");
  const outputs = folderEntry("outputs", []);
  const dropped = droppedOf([
    { kind: "file", webkitGetAsEntry: () => lost, getAsFile: () => mine },
    { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => other },
    { kind: "file", webkitGetAsEntry: () => outputs, getAsFile: () => assert.fail("a folder is no file") },
    { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => null },
    { kind: "string" },
  ]);
  assert.deepEqual(dropped, [mine, other, outputs]);
  assert.deepEqual((await filesOf(dropped)).map(({ path }) => path), ["mine.csv", "other.csv"]);
});

test("a folder with too much in it is not looked through", async () => {
  const children = Array.from({ length: 2100 }, (_, at) => fileEntry(`${at}.jpg`));
  await assert.rejects(filesOf([folderEntry("photos", children)]), (error) => error instanceof FolderError && /too much/.test(error.message));
});

test("a file that cannot be read any more is told as the browser tells it", async () => {
  const gone = { ...fileEntry("config.json"), file: (_, reject) => reject(new DOMException("gone", "NotFoundError")) };
  await assert.rejects(filesOf([folderEntry("run", [gone])]), DOMException);
});
