import assert from "node:assert/strict";
import test from "node:test";

import { makePoint, mergeConfig, mergePoints, movedPoint, nextEdit, sameDocument } from "../../frontend/document.js";
import { History } from "../../frontend/history.js";
import { CONFIG, FakeClock } from "./fakes.js";

const confirm = (points, firstId = 1) => new Map(points.map((point, index) => [point.key, { ...point, id: firstId + index, split: "train" }]));

test("a point outside the plane is held at its edge", () => {
  const { x, y } = makePoint(7, -6.3, 0);
  assert.deepEqual([x, y], [6, -6]);
});

test("nothing is sent when the server holds what is wanted", () => {
  const points = [makePoint(1, 2, 0)];
  assert.equal(nextEdit({ points, config: CONFIG }, confirm(points), CONFIG), null);
});

test("going to another document removes, configures, then adds", () => {
  const [a, b, c] = [makePoint(0, 0, 0), makePoint(1, 1, 1), makePoint(2, 2, 2)];
  const wanted = { points: [b, c], config: { ...CONFIG, classes: 3 } };
  let confirmed = confirm([a, b]);
  assert.deepEqual(nextEdit(wanted, confirmed, CONFIG).message, { type: "REMOVE_POINTS", ids: [1] });
  confirmed = new Map([...confirmed].filter(([key]) => key !== a.key));
  assert.deepEqual(nextEdit(wanted, confirmed, CONFIG).message, { type: "CONFIGURE", classes: 3 });
  assert.deepEqual(nextEdit(wanted, confirmed, wanted.config).message, { type: "ADD_POINTS", points: [[2, 2, 2]] });
});

test("a moved or relabelled point keeps its id and goes out as a change", () => {
  const [a, b] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const wanted = { points: [movedPoint(a, 0.5, 20), { ...b, value: -0.25 }], config: CONFIG };
  const edit = nextEdit(wanted, confirm([a, b]), CONFIG);
  assert.equal(edit.kind, "change");
  assert.deepEqual(edit.message, { type: "CHANGE_POINTS", points: [[1, 0.5, 6, 0], [2, 1, 1, 1, -0.25]] });
  assert.equal(nextEdit(wanted, confirm(wanted.points), CONFIG), null);
});

test("a class goes after the points that leave it, and comes before those that take it", () => {
  const [a, b] = [makePoint(0, 0, 0), makePoint(1, 1, 2)];
  const three = { ...CONFIG, classes: 3 };
  const fewer = { points: [a, { ...b, label: 1 }], config: CONFIG };
  assert.deepEqual(nextEdit(fewer, confirm([a, b]), three).message, { type: "CHANGE_POINTS", points: [[2, 1, 1, 1]] });
  assert.deepEqual(nextEdit(fewer, confirm(fewer.points), three).message, { type: "CONFIGURE", classes: 2 });

  const more = { points: [a, b], config: three };
  const before = confirm([a, { ...b, label: 1 }]);
  assert.deepEqual(nextEdit(more, before, CONFIG).message, { type: "CONFIGURE", classes: 3 });
  assert.deepEqual(nextEdit(more, before, three).message, { type: "CHANGE_POINTS", points: [[2, 1, 1, 2]] });
});

test("a document with a moved, relabelled or revalued point is another one", () => {
  const [a, b] = [makePoint(0, 0, 0), makePoint(1, 1, 1, 0.5)];
  const document = (...points) => ({ points, config: CONFIG });
  assert.equal(sameDocument(document(a, b), document({ ...a }, { ...b, x: 1.0000001 })), true, "single precision is no change");
  for (const other of [{ ...b, x: 1.001 }, { ...b, y: 0 }, { ...b, label: 0 }, { ...b, value: 0.6 }, { ...b, value: null }]) {
    assert.equal(sameDocument(document(a, b), document(a, other)), false);
  }
});

test("the server's word for a point holds where the person has not changed it, the person's where it has not arrived", () => {
  const [still, dragged, arrived] = [makePoint(0, 0, 0), makePoint(1, 1, 1), makePoint(2, 2, 0)];
  const confirmed = confirm([still, dragged, arrived]);
  const wanted = [still, movedPoint(dragged, 1, 0), movedPoint(arrived, 0.5, 0)];
  const merged = mergePoints(wanted, confirmed, [[1, 0, 0, 1, "train"], [2, 1, 1, 0, "train"], [3, 2.5, 2, 0, "test"]]);
  assert.deepEqual(merged.points.map(({ x, label }) => [x, label]), [[0, 1], [2, 1], [2.5, 0]]);
  const edit = nextEdit({ points: merged.points, config: CONFIG }, merged.confirmed, CONFIG);
  assert.deepEqual(edit.message, { type: "CHANGE_POINTS", points: [[2, 2, 1, 1]] });
});

test("values arrive with regression, and stay known where rows come without them", () => {
  const [valued, plain] = [makePoint(0, 0, 0, 0.5), makePoint(1, 1, 1)];
  const first = mergePoints([valued, plain], confirm([valued, plain]), [[1, 0, 0, 0, "train", 0.5], [2, 1, 1, 1, "train", 1]]);
  assert.deepEqual(first.points.map(({ value }) => value), [0.5, 1]);
  const second = mergePoints(first.points, first.confirmed, [[1, 0, 0, 0, "train"], [2, 1, 1, 1, "train"]]);
  assert.deepEqual(second.points, first.points);
  assert.equal(nextEdit({ points: second.points, config: CONFIG }, second.confirmed, CONFIG), null);
});

test("an empty document clears all points with one message", () => {
  const points = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  assert.deepEqual(nextEdit({ points: [], config: CONFIG }, confirm(points), CONFIG).message, { type: "CLEAR_POINTS" });
});

test("a very long edit goes in parts", () => {
  const points = Array.from({ length: 4500 }, () => makePoint(0, 0, 0));
  assert.equal(nextEdit({ points, config: CONFIG }, new Map(), CONFIG).points.length, 2000);
});

test("the server's points replace those it held, and leave alone what has not reached it", () => {
  const [old, unsent] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const merged = mergePoints([old, unsent], confirm([old]), [[50, -2, -2, 1, "test"]]);
  assert.deepEqual(merged.points.map(({ x, y }) => [x, y]), [[1, 1], [-2, -2]]);
  assert.equal(merged.confirmed.size, 1);
  assert.equal(merged.confirmed.get(merged.points[1].key).split, "test");
});

test("a removal that has not reached the server is not undone by its points", () => {
  const [kept, removed] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const merged = mergePoints([kept], confirm([kept, removed]), [[1, 0, 0, 0, "train"], [2, 1, 1, 1, "train"]]);
  assert.deepEqual(merged.points, [kept]);
  assert.equal(merged.confirmed.size, 2);
});

test("points whose answer was lost are recognised by their place, twins included", () => {
  const points = [makePoint(1, 1, 0), makePoint(1, 1, 0), makePoint(1, 1, 1)];
  const rows = [[8, 1.0000001, 1, 0, "train"], [9, 1, 1, 0, "train"], [10, 1, 1, 1, "train"]];
  const merged = mergePoints(points, new Map(), rows);
  assert.deepEqual(merged.points, points);
  assert.deepEqual([...merged.confirmed.values()].map(({ key, id }) => [key, id]), points.map(({ key }, index) => [key, 8 + index]));
});

test("a config from the server keeps the setting that has not reached it", () => {
  const wanted = { ...CONFIG, learning_rate: 0.1 };
  assert.deepEqual(mergeConfig(wanted, CONFIG, { ...CONFIG, classes: 3 }), { ...CONFIG, learning_rate: 0.1, classes: 3 });
});

test("undo and redo walk through the documents and keep the points' keys", () => {
  const history = new History(new FakeClock().nowMs);
  const [a, b] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  const documents = [[], [a], [a, b]].map((points) => ({ points, config: CONFIG }));
  history.record(documents[0]);
  history.record(documents[1]);
  assert.equal(history.undo(documents[2]), documents[1]);
  assert.equal(history.undo(documents[1]), documents[0]);
  assert.equal(history.undo(documents[0]), null);
  assert.equal(history.redo(documents[0]), documents[1]);
  assert.equal(history.redo(documents[1]), documents[2]);
  assert.equal(history.redo(documents[2]), null);
});

test("a new edit ends the way forward", () => {
  const history = new History(new FakeClock().nowMs);
  const [empty, one, other] = [[], [makePoint(0, 0, 0)], [makePoint(1, 1, 1)]].map((points) => ({ points, config: CONFIG }));
  history.record(empty);
  history.undo(one);
  history.record(empty);
  assert.equal(history.redo(other), null);
});

test("dragging one slider is one entry, coming back to it later another", () => {
  const clock = new FakeClock();
  const history = new History(clock.nowMs);
  const at = (l2) => ({ points: [], config: { ...CONFIG, l2 } });
  history.record(at(0), "l2");
  clock.advance(300);
  history.record(at(0.1), "l2");
  clock.advance(5000);
  history.record(at(0.2), "l2");
  assert.equal(history.undo(at(0.3)).config.l2, 0.2);
  assert.equal(history.undo(at(0.2)).config.l2, 0);
});

test("what the server refused does not come back by undo", () => {
  const history = new History(new FakeClock().nowMs);
  const [good, refused] = [makePoint(0, 0, 0), makePoint(1, 1, 1)];
  history.record({ points: [good, refused], config: CONFIG });
  history.forget(new Set([refused.key]));
  assert.deepEqual(history.undo({ points: [], config: CONFIG }).points, [good]);
});
