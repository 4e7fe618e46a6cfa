import assert from "node:assert/strict";
import test from "node:test";

import { classesOf, fetchCatalogue, readCatalogue, shelves } from "../../frontend/catalogue.js";

const entry = (name, changes = {}) => ({ name, problem: "classification", classes: [2, 2], points: [[0, 0, 0], [1, 1, 1]], ...changes });

test("what is no dataset is left out, and what is no list is an empty one", () => {
  for (const junk of [null, 5, "circle", {}]) assert.deepEqual(readCatalogue(junk), []);
  const good = entry("circle");
  assert.deepEqual(readCatalogue([good, null, {}, { ...good, points: [5] }, { ...good, classes: 2 }]), [good]);
});

test("the four classics come first, the others behind; a regression shows all its own", () => {
  const datasets = [entry("moons"), entry("xor"), entry("circle"), entry("plane", { problem: "regression" })];
  const names = ({ first, more }) => [first.map(({ name }) => name), more.map(({ name }) => name)];
  assert.deepEqual(names(shelves({ status: "ready", datasets }, "classification")), [["xor", "circle"], ["moons"]]);
  assert.deepEqual(names(shelves({ status: "ready", datasets }, "regression")), [["plane"], []]);
});

test("a dataset has as many classes as its picture, or as are wanted and possible", () => {
  const rings = entry("rings", { classes: [2, 8], points: [[0, 0, 0], [1, 1, 2]] });
  assert.equal(classesOf(rings, null), 3);
  assert.equal(classesOf(rings, 5), 5);
  assert.equal(classesOf(entry("circle"), 5), 2);
  assert.equal(classesOf(entry("plane", { problem: "regression", classes: [2, 8] }), 3), null);
});

test("a list that cannot be fetched, or is none, is no list; a fault of the page is one", async (context) => {
  let answer = () => Promise.reject(new TypeError("no way to the server"));
  context.mock.method(globalThis, "fetch", () => answer());
  assert.equal(await fetchCatalogue(), null);
  for (const response of [new Response("no JSON"), new Response("[]"), new Response("[]", { status: 403 })]) {
    answer = async () => response;
    assert.equal(await fetchCatalogue(), null);
  }
  answer = async () => new Response(JSON.stringify([entry("circle"), 5]));
  assert.deepEqual(await fetchCatalogue(), [entry("circle")]);
  answer = () => Promise.reject(new RangeError("a fault"));
  await assert.rejects(fetchCatalogue(), RangeError);
});
