import assert from "node:assert/strict";
import test from "node:test";

import { actionOf, classOf, KEYS } from "../../frontend/keys.js";
import { en } from "../../frontend/words/en.js";

const press = (key, more = {}) => ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test("each key of the table means what the table says, and has a sentence in the help", () => {
  for (const { action, keys, where } of KEYS) {
    const held = action === "undo";
    for (const key of keys) {
      const code = /\d/.test(key) ? `Digit${key}` : "";
      assert.equal(actionOf(press(key, { code, ctrlKey: held }), where, true), action, key);
    }
    assert.match(en.keys[action], /\w/);
  }
});

test("single keys can be switched off, and the others stay", () => {
  assert.equal(actionOf(press("s"), "page", false), null);
  assert.equal(actionOf(press(" "), "page", false), null);
  assert.equal(actionOf(press("z", { metaKey: true }), "page", false), "undo");
  assert.equal(actionOf(press("ArrowLeft"), "plane", false), "move");
  assert.equal(actionOf(press("Enter"), "plane", false), "add");
});

test("the key of a control that a teacher has hidden means nothing, and teacher mode is always to be had", () => {
  const hidden = new Set(["reset", "start", "classes"]);
  assert.equal(actionOf(press("r"), "page", true, hidden), null);
  assert.equal(actionOf(press(" "), "page", true, hidden), null);
  assert.equal(actionOf(press("2", { code: "Digit2" }), "page", true, hidden), null);
  assert.equal(actionOf(press("s"), "page", true, hidden), "step");
  for (const key of ["z", "y"]) assert.equal(actionOf(press(key, { ctrlKey: true }), "page", true, new Set(["undo"])), null);
  const everything = new Set(KEYS.map(({ control }) => control));
  assert.equal(actionOf(press("t"), "page", true, everything), "teach");
  assert.equal(actionOf(press("?"), "page", true, everything), "help");
});

test("a letter with Ctrl, Command or Alt is the browser's", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(actionOf(press("s", { [held]: true }), "page", true), null);
  assert.equal(actionOf(press("z"), "page", true), null);
});

test("digits are told by where they are: a French keyboard prints an ampersand on the first", () => {
  assert.equal(actionOf(press("&", { code: "Digit1" }), "page", true), "class");
  assert.equal(classOf(press("&", { code: "Digit1" })), 0);
  assert.equal(classOf(press("8", { code: "Numpad8" })), 7);
  assert.equal(classOf(press("9", { code: "Digit9" })), null);
  assert.equal(classOf(press("!", { code: "Digit1", shiftKey: true })), null);
});

test("where the point cursor is, arrows, Enter and Delete mean something, digits and letters are left to the page", () => {
  assert.equal(actionOf(press("ArrowUp", { shiftKey: true }), "plane", true), "move");
  assert.equal(actionOf(press("Backspace"), "plane", true), "remove");
  assert.equal(actionOf(press("2", { code: "Digit2" }), "plane", true), null);
  assert.equal(actionOf(press("s"), "plane", true), null);
});
