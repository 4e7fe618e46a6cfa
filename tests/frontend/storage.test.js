import assert from "node:assert/strict";
import test from "node:test";

import { makePoint } from "../../frontend/document.js";
import { initialState } from "../../frontend/state.js";
import { recall, remember, sessionId, storageFrom } from "../../frontend/storage.js";
import { CONFIG } from "./fakes.js";

class FakeStorage {
  #items = new Map();
  getItem = (name) => this.#items.get(name) ?? null;
  setItem = (name, value) => this.#items.set(name, value);
}

test("a tab's session id is 32 lower-case hex digits and stays the same", () => {
  const storage = new FakeStorage();
  const id = sessionId(storage);
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(sessionId(storage), id);
  assert.notEqual(sessionId(new FakeStorage()), id);
});

test("where nothing may be stored a page keeps its session for as long as it is open", () => {
  const own = new FakeStorage();
  assert.equal(storageFrom(() => own), own);
  const storage = storageFrom(() => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  });
  assert.equal(storage.getItem("boundary-lab/look"), null);
  assert.equal(sessionId(storage), sessionId(storage));
});

test("a reload finds what was drawn, what the server holds of it, and what has yet to be removed there", () => {
  const storage = new FakeStorage();
  const [held, unsent, removed] = [makePoint(1, 1, 0), makePoint(2, 2, 1), makePoint(3, 3, 1)];
  const confirmed = new Map([held, removed].map((point, index) => [point.key, { ...point, id: 4 + index, split: "train" }]));
  const state = { ...initialState(null), document: { points: [held, unsent], config: { ...CONFIG, seed: 3 } }, confirmed, dataset: "xor", noise: 0.2, datasetSeed: 9, datasetCount: 50 };
  remember(storage, state);
  const back = recall(storage);
  assert.deepEqual(back.document.points.map(({ x, y, label }) => [x, y, label]), [[1, 1, 0], [2, 2, 1]]);
  assert.equal(back.document.config.seed, 3);
  assert.notEqual(back.serverConfig.seed, 3, "a setting that the server has not got yet is still to be sent");
  assert.deepEqual([...back.confirmed.values()].map(({ id, x }) => [id, x]), [[4, 1], [5, 3]]);
  assert.equal(back.confirmed.has(back.document.points[1].key), false);
  assert.deepEqual(back.origin, { dataset: "xor", noise: 0.2, datasetSeed: 9, datasetCount: 50, datasetClasses: null });
  assert.equal(back.trained, false);
});

test("a reload finds values, and moves that the server has not got yet", () => {
  const storage = new FakeStorage();
  const point = makePoint(1, 1, 0, -0.5);
  const confirmed = new Map([[point.key, { ...point, id: 4, split: "train" }]]);
  remember(storage, { ...initialState(null), document: { points: [{ ...point, x: 3 }], config: CONFIG }, confirmed });
  const back = recall(storage);
  assert.deepEqual(back.document.points.map(({ x, value }) => [x, value]), [[3, -0.5]]);
  assert.deepEqual([...back.confirmed.values()].map(({ id, x, value }) => [id, x, value]), [[4, 1, -0.5]]);
});

test("a new tab remembers nothing", () => {
  assert.equal(recall(new FakeStorage()), null);
});

test("what cannot be read is as if nothing were remembered, and says so", (context) => {
  const warn = context.mock.method(console, "warn", () => {});
  for (const text of ["{", "null", "{}", '{"points": 5}']) {
    const storage = new FakeStorage();
    storage.setItem("boundary-lab/document", text);
    assert.equal(recall(storage), null);
  }
  assert.equal(warn.mock.callCount(), 4);
});

test("a setting of another version of the page is left out", () => {
  const storage = new FakeStorage();
  remember(storage, { ...initialState(null), document: { points: [], config: { ...CONFIG, momentum: 0.9 } } });
  assert.equal("momentum" in recall(storage).document.config, false);
});
