/** Owns what the server says of its ready datasets: which there are, for which problem, with how many classes, and how each looks. */

import { MAX_CLASSES, MIN_CLASSES } from "./run_config.js";

/**
 * @typedef {object} DatasetEntry
 * @property {import("./run_config.js").DatasetName} name
 * @property {string} problem
 * @property {readonly [least: number, most: number]} classes
 * @property {readonly import("./protocol.js").PointRow[]} points what its generator makes, to be drawn small
 */
/** @typedef {{status: "loading"|"failed"|"ready", datasets: readonly DatasetEntry[]}} Catalogue */

/** What a classification begins with; the others wait behind one line. */
export const CLASSICS = Object.freeze(["circle", "xor", "gauss", "spiral"]);

/** @type {Catalogue} */
export const NO_CATALOGUE = Object.freeze({ status: "loading", datasets: [] });

/**
 * @param {unknown} stored the content of `datasets.json`
 * @returns {readonly DatasetEntry[]} those that this page can show
 */
export function readCatalogue(stored) {
  return Array.isArray(stored) ? stored.filter(isEntry) : [];
}

/**
 * @returns {Promise<readonly DatasetEntry[]|null>} null: the list cannot be fetched, or is none
 */
export async function fetchCatalogue() {
  try {
    const response = await fetch("datasets.json");
    const datasets = response.ok ? readCatalogue(await response.json()) : [];
    return datasets.length > 0 ? datasets : null;
  } catch (error) {
    // No way to the server, or not JSON.
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * @param {Catalogue} catalogue
 * @param {string} problem
 * @returns {{first: readonly DatasetEntry[], more: readonly DatasetEntry[]}}
 */
export function shelves({ datasets }, problem) {
  const all = datasets.filter((entry) => entry.problem === problem);
  if (problem !== "classification") return { first: all, more: [] };
  return { first: all.filter(({ name }) => CLASSICS.includes(name)), more: all.filter(({ name }) => !CLASSICS.includes(name)) };
}

/**
 * @param {DatasetEntry} entry
 * @param {number|null} wanted null: as many as its picture shows
 * @returns {number|null} how many classes it is to have; null for regression
 */
export function classesOf({ problem, classes: [least, most], points }, wanted) {
  if (problem !== "classification") return null;
  const shown = points.reduce((highest, [, , label]) => Math.max(highest, label + 1), MIN_CLASSES);
  return Math.min(most, Math.max(least, wanted ?? shown), MAX_CLASSES);
}

/**
 * @param {any} entry
 * @returns {entry is DatasetEntry}
 */
function isEntry(entry) {
  return typeof entry?.name === "string" && typeof entry.problem === "string" && Array.isArray(entry.classes) && entry.classes.length === 2
    && Array.isArray(entry.points) && entry.points.every((/** @type {unknown} */ row) => Array.isArray(row) && row.length >= 3);
}
