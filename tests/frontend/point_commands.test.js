import assert from "node:assert/strict";
import test from "node:test";

import { CONFIG, sessionMessage } from "./fakes.js";
import { setUp } from "./desk.js";

const REGRESSION = sessionMessage({}, { config: { ...CONFIG, problem: "regression", loss: "squared_error" } });

/** Four points of two classes, the first two of which are selected. */
function withSelection(session = sessionMessage()) {
  const lab = setUp(session);
  lab.commands.add([[0, 0], [1, 0], [2, 0], [3, 0]]);
  const keys = lab.store.get().document.points.map(({ key }) => key);
  lab.commands.select(new Set(keys.slice(0, 2)));
  return { ...lab, keys };
}

test("the eraser takes what its radius reaches, and nothing is no edit", () => {
  const { commands, store, shown } = setUp();
  commands.add([[0, 0], [0.4, 0], [2, 0]]);
  commands.setBrush({ radius: 0.5 });
  commands.eraseAround(0, 0);
  assert.deepEqual(shown(), [[2, 0, 0]]);
  const before = store.get().document;
  commands.eraseAround(-5, -5);
  assert.equal(store.get().document, before);
});

test("clearing an empty plane is no edit, and clearing a full one is one", () => {
  const { commands, store, shown } = setUp();
  commands.clear();
  assert.equal(store.get().history.undo, "none");
  commands.add([[1, 1]]);
  commands.clear();
  assert.deepEqual(shown(), []);
  commands.undo();
  assert.deepEqual(shown(), [[1, 1, 0]]);
});

test("what is erased is selected no more, and what is left of the selection stays so", () => {
  const { commands, store, keys } = withSelection();
  commands.erase(new Set([keys[0], keys[3]]));
  assert.deepEqual([...store.get().selection], [keys[1]]);
  commands.eraseSelection();
  assert.equal(store.get().selection.size, 0);
  assert.deepEqual(store.get().document.points.map(({ key }) => key), [keys[2]]);
});

test("selected points get the chosen class, or the next one where they have it already", () => {
  const { commands, store, shown } = withSelection();
  assert.equal(commands.classForSelection(), 1);
  commands.giveSelection();
  assert.deepEqual(shown().map(([, , label]) => label), [1, 1, 0, 0]);
  assert.equal(commands.classForSelection(), 0);
  commands.chooseClass(2);
  assert.deepEqual(shown().map(([, , label]) => label), [2, 2, 0, 0]);
  assert.equal(store.get().document.config.classes, 3);
  assert.equal(store.get().activeClass, 2);
});

test("in a regression the chosen value is given, and a digit chooses one", () => {
  const { commands, store } = withSelection(REGRESSION);
  const values = () => store.get().document.points.map(({ value }) => value);
  commands.chooseValue(-0.5);
  assert.deepEqual(values().slice(0, 2), [-0.5, -0.5]);
  commands.select(new Set());
  commands.chooseClass(7);
  assert.equal(store.get().activeValue, 1);
  assert.deepEqual(values().slice(0, 2), [-0.5, -0.5], "nothing is selected any more");
  commands.add([[5, 5]]);
  const added = store.get().document.points.at(-1);
  assert.deepEqual([added.label, added.value], [1, 1]);
  commands.select(new Set(store.get().document.points.map(({ key }) => key)));
  commands.giveSelection();
  assert.deepEqual(values(), [1, 1, 1, 1, 1]);
});

test("points are moved as one entry of the history, however many moves it were", () => {
  const { commands, shown } = withSelection();
  const from = commands.selected();
  commands.movePoints(from, 1, 1);
  commands.movePoints(from, 2, 3);
  assert.deepEqual(shown().slice(0, 3), [[2, 3, 0], [3, 3, 0], [2, 0, 0]]);
  commands.undo();
  assert.deepEqual(shown().slice(0, 2), [[0, 0, 0], [1, 0, 0]]);
});

test("there are no more than eight classes and no fewer than two", () => {
  const { commands, store } = setUp();
  for (let turn = 0; turn < 9; turn += 1) commands.addClass();
  assert.equal(store.get().document.config.classes, 8);
  const before = store.get().activeClass;
  commands.chooseClass(8);
  assert.equal(store.get().activeClass, before);
  for (let turn = 0; turn < 9; turn += 1) commands.removeClass();
  assert.equal(store.get().document.config.classes, 2);
});

test("choosing a class puts the eraser away, and another tool than the hand forgets what is selected", () => {
  const { commands, store } = withSelection();
  commands.chooseTool("move");
  assert.equal(store.get().selection.size, 2);
  commands.showBand({ x0: 0, y0: 0, x1: 1, y1: 1 });
  assert.deepEqual(store.get().band, { x0: 0, y0: 0, x1: 1, y1: 1 });
  commands.chooseTool("erase");
  assert.equal(store.get().selection.size, 0);
  commands.chooseClass(1);
  assert.equal(store.get().tool, "point");
});

test("label noise says how many points it changed, can be taken back, and is silent where there is none", () => {
  const { commands, store, shown } = withSelection();
  commands.addLabelNoise(0);
  assert.equal(store.get().notice, null);
  commands.addLabelNoise(0.5);
  assert.equal(shown().filter(([, , label]) => label === 1).length, 2);
  assert.deepEqual([store.get().notice.text, store.get().notice.action], ["2 points have another class now.", "undo"]);
  commands.undo();
  assert.deepEqual(shown().map(([, , label]) => label), [0, 0, 0, 0]);
});

test("value noise leaves places and count alone", () => {
  const { commands, store } = withSelection(REGRESSION);
  const places = () => store.get().document.points.map(({ x, y }) => [x, y]);
  const before = places();
  commands.addLabelNoise(0.25);
  assert.deepEqual(places(), before);
  assert.match(store.get().notice.text, /^1 point has another value now/);
});
