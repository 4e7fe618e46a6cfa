import assert from "node:assert/strict";
import test from "node:test";

import { markText } from "../../frontend/mark_text.js";
import { changeOfPoints, changeOfSettings, Marks } from "../../frontend/marks.js";
import { DEFAULT_CONFIG } from "../../frontend/run_config.js";

const settings = (from, to) => changeOfSettings({ ...DEFAULT_CONFIG, ...from }, { ...DEFAULT_CONFIG, ...to });
const held = (...points) => new Map(points.map(([id, x = 0, label = 0]) => [id, { key: id, id, x, y: 0, label, split: "train" }]));

test("a mark names the setting, what it was and what it is", () => {
  assert.equal(markText(settings({ learning_rate: 0.01 }, { learning_rate: 0.1 })), "learning rate 0.01 → 0.1");
  assert.equal(markText(settings({ weight_decay: null }, { weight_decay: 0.1 })), "weight decay default → 0.1");
  assert.equal(markText(settings({ optimizer: "adam" }, { optimizer: "sgd" })), "optimizer adam → sgd");
});

test("a mark counts the points that came, went and changed", () => {
  assert.equal(markText(changeOfPoints(held([1]), held([1], [2], [3]))), "2 points added");
  assert.equal(markText(changeOfPoints(held([1], [2]), held([1]))), "1 point removed");
  assert.equal(markText(changeOfPoints(held([1, 0], [2, 0]), held([1, 1], [2, 0, 1]))), "2 points changed");
  assert.equal(markText(changeOfPoints(held([1], [2]), held([3], [4]))), "2 points replaced");
});

test("speed and stop conditions leave no mark, as they change nothing that is learned", () => {
  const marks = new Marks();
  marks.push({ step: 5, epoch: 1 }, 0, settings({}, { speed: 10, stop_epochs: 200 }));
  assert.equal(marks.all.length, 0);
});

test("a network that has not learned yet has no marks", () => {
  const marks = new Marks();
  marks.push({ step: 0, epoch: 0 }, 0, settings({}, { learning_rate: 1 }));
  assert.equal(marks.all.length, 0);
});

test("a slider on its way is one mark, and none when it comes back", () => {
  const marks = new Marks();
  const at = { step: 9, epoch: 2 };
  marks.push(at, 0, settings({ l2: 0 }, { l2: 0.001 }));
  marks.push(at, 400, settings({ l2: 0.001 }, { l2: 0.003 }));
  marks.push(at, 1300, settings({ l2: 0.003 }, { l2: 0.01 }));
  assert.deepEqual(marks.all.map(markText), ["L2 0 → 0.01"]);
  marks.push(at, 1500, settings({ l2: 0.01 }, { l2: 0 }));
  assert.equal(marks.all.length, 0);
});

test("what changed later is a mark of its own, and at most a hundred are kept", () => {
  const marks = new Marks();
  for (let index = 0; index < 500; index += 1) {
    marks.push({ step: index + 1, epoch: index }, index * 2000, settings({ l1: index }, { l1: index + 1 }));
  }
  assert.equal(marks.all.length, 100);
  assert.equal(marks.all.at(-1).epoch, 499);
  const back = new Marks();
  back.bringBack(JSON.parse(JSON.stringify(marks.keep())));
  assert.deepEqual(back.all, marks.all);
});
