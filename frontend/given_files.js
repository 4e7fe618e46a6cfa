/** Owns what the files are that a person gives to the page by choosing or dropping them: points, a saved run, or neither. */

import { shortPath } from "./format.js";
import { words } from "./words.js";

/** @typedef {{path: string, file: File}} GivenFile path: with the folders that it lies in, from what was given on */
/**
 * config: of a run that the server may keep; settings: of which nothing else is wanted.
 * @typedef {{what: "zip"|"folder"|"config"|"settings", name: string, parts: readonly import("./run_files.js").Part[]}} RunSource
 */
/** @typedef {{run: RunSource}|{points: File}|{why: string}} Found */

/** What a run is read from; whatever else lies in its folder stays where it is. */
const READ = Object.freeze([
  "config.json", "points.csv", "history.csv", "changes.jsonl", "model.safetensors", "state.json", "state.safetensors", "env.json", "manifest.json",
]);
/** What it is not read from, but may be taken out of it and given by itself. */
const WRITTEN = Object.freeze([
  "labelmap.json", "labelmap.sha256", "metrics.json", "baseline.json", "map.png", "train.py", "notebook.ipynb", "formula.tex", "verification.json",
  "model.onnx",
]);
/** Of what a run is made, these two mean something alone: settings, and points. */
const ALONE = Object.freeze(["config.json", "points.csv"]);
const ZIP_TYPE = /^application\/(?:x-)?zip\b/;
/** A run lies three folders deep in the folder of all runs. */
const MAX_DEPTH = 4;
/** Nobody waits while the page looks through a whole disk. */
const MAX_ENTRIES = 2000;

/** A folder that cannot be looked through; the message says why. */
export class FolderError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "FolderError";
  }
}

/**
 * @param {readonly GivenFile[]} files at least one
 * @returns {Found}
 */
export function sortFiles(files) {
  const [first] = files;
  if (first && files.length === 1 && !first.path.includes("/")) return sortFile(first.file);
  const folders = files.filter(({ path }) => baseOf(path) === "config.json").map(({ path }) => folderOf(path));
  const [folder] = folders;
  if (folder === undefined) return first && files.every(({ path }) => !path.includes("/")) ? sortLoose(files, first) : { why: words.openRun.noRunInFolder };
  if (folders.length > 1) return { why: words.openRun.severalRuns(folders.length) };
  const parts = files.filter(({ path }) => folderOf(path) === folder && READ.includes(baseOf(path)))
    .map(({ path, file }) => ({ name: baseOf(path), content: file }));
  return { run: { what: parts.length > 1 ? "folder" : "config", name: shortPath(baseOf(folder) || "config.json"), parts } };
}

/**
 * @param {RunSource} source
 * @returns {boolean} whether it may bring nothing but settings and seed
 */
export function bringsSettings({ what }) {
  return what === "config" || what === "settings";
}

/**
 * @param {RunSource} source of a config
 * @returns {RunSource} the same where no run is wanted that it is of
 */
export function settingsOf({ name, parts }) {
  return { what: "settings", name, parts: parts.map(({ content }) => ({ name: "settings", content })) };
}

/**
 * @param {readonly GivenFile[]} files several, in no folder and without a config.json
 * @param {GivenFile} first
 * @returns {Found}
 */
function sortLoose(files, first) {
  const zips = files.filter(({ file }) => isZip(file)).length;
  if (zips > 0) return { why: zips > 1 ? words.openRun.oneAtATime : words.openRun.zipAlone };
  return files.some(({ path }) => isOfRun(path)) ? { why: words.openRun.partOfRun } : { points: first.file };
}

/**
 * @param {File} file given alone
 * @returns {Found}
 */
function sortFile(file) {
  const { name } = file;
  if (isOfRun(name)) return { why: words.openRun.partOfRun };
  if (isZip(file)) return { run: { what: "zip", name, parts: [{ name: "zip", content: file }] } };
  if (/\.json$/i.test(name)) return { run: { what: "config", name, parts: [{ name: "config.json", content: file }] } };
  return { points: file };
}

/** @param {File} file */
function isZip({ name, type }) {
  return /\.zip$/i.test(name) || ZIP_TYPE.test(type);
}

/**
 * @param {string} name of a file
 * @returns {boolean} whether it says nothing without the rest of its run
 */
function isOfRun(name) {
  return !ALONE.includes(name) && (READ.includes(name) || WRITTEN.includes(name));
}

/**
 * What a drag over the page can tell of its files: their number and what the browser takes them for, no names.
 * @param {readonly {kind: string, type: string}[]} items
 * @returns {"points"|"run"|"settings"|"any"}
 */
export function kindOfDrag(items) {
  const files = items.filter(({ kind }) => kind === "file");
  const [only] = files;
  if (files.length !== 1 || !only) return "any";
  if (ZIP_TYPE.test(only.type)) return "run";
  if (only.type === "application/json") return "settings";
  return only.type.startsWith("text/") ? "points" : "any";
}

/**
 * What was dropped, as long as it can be read: while the browser tells of it.
 * @param {Iterable<DataTransferItem>} items
 * @returns {(File|FileSystemDirectoryEntry)[]} a file as it is: Safari knows no path to one that another program holds out, nor then its entry
 */
export function droppedOf(items) {
  return [...items].filter(({ kind }) => kind === "file").flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    const one = entry !== null && isFolder(entry) ? entry : item.getAsFile();
    return one === null ? [] : [one];
  });
}

/**
 * The files of what was dropped, those of folders too as far as a run could be read from them.
 * @param {readonly (File|FileSystemDirectoryEntry)[]} dropped
 * @returns {Promise<GivenFile[]>}
 * @throws {FolderError} where there are too many to look at
 */
export async function filesOf(dropped) {
  /** @type {GivenFile[]} */
  const found = [];
  let looked = 0;

  /** @param {FileSystemEntry} entry @param {string} path @param {number} depth */
  async function walk(entry, path, depth) {
    looked += 1;
    if (looked > MAX_ENTRIES) throw new FolderError(words.openRun.folderTooLarge);
    if (isFile(entry)) {
      if (READ.includes(entry.name)) found.push({ path, file: await fileOf(entry) });
    } else if (isFolder(entry) && depth < MAX_DEPTH) {
      for (const child of await childrenOf(entry)) await walk(child, `${path}/${child.name}`, depth + 1);
    }
  }

  for (const one of dropped) {
    if (one instanceof File) found.push({ path: one.name, file: one });
    else await walk(one, one.name, 0);
  }
  return found;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemFileEntry}
 */
function isFile(entry) {
  return entry.isFile;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
function isFolder(entry) {
  return entry.isDirectory;
}

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
function fileOf(entry) {
  return new Promise((resolve, reject) => { entry.file(resolve, reject); });
}

/**
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function childrenOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const children = [];
  for (;;) {
    /** A browser gives a hundred at a time, and none at the end. @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0 || children.length > MAX_ENTRIES) return children;
    children.push(...some);
  }
}

/** @param {string} path */
function baseOf(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** @param {string} path */
function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
