import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { fillDoorWords } from "../../frontend/door_words.js";
import { en } from "../../frontend/words/door_en.js";

const FRONTEND = new URL("../../frontend/", import.meta.url);
const read = (name) => readFileSync(new URL(name, FRONTEND), "utf8");
const PAGES = ["door.html", "enter.html", "foreign_name.html", "class.html"].map(read).join("\n");
const NAMED = [...PAGES.matchAll(/data-door(?:-alt)?="([^"]*)"/g)].map(([, path]) => path);
const SCRIPT = ["class.js", "foreign_name.js"].map(read).join("\n");

test("the pages around the lab name only words that there are", () => {
  for (const path of NAMED) {
    const [section, key] = path.split(".");
    assert.equal(typeof en[section]?.[key], "string", path);
  }
  assert.ok(NAMED.length > 8);
});

test("every word of the pages around the lab is used", () => {
  const unused = Object.entries(en).flatMap(([section, keys]) => Object.keys(keys).map((key) => `${section}.${key}`))
    .filter((path) => !NAMED.includes(path) && !SCRIPT.includes(path));
  assert.deepEqual(unused, []);
});

test("no page has anything inline that the policy forbids", () => {
  for (const name of readdirSync(FRONTEND).filter((file) => file.endsWith(".html"))) {
    assert.doesNotMatch(read(name), /\sstyle=|\son[a-z]+="|<style|<script(?![^>]*\ssrc=)/, name);
  }
});

/** A page of elements with one attribute each. */
function pageOf(attribute, path) {
  const element = { textContent: "", alt: "", getAttribute: () => path, setAttribute(name, text) { this[name] = text; } };
  return { element, documentElement: { dataset: {} }, querySelectorAll: (selector) => (selector === `[${attribute}]` ? [element] : []) };
}

test("a page is filled with its words, and says that it is", () => {
  const text = pageOf("data-door", "door.title");
  fillDoorWords(text);
  assert.equal(text.element.textContent, en.door.title);
  assert.equal(text.documentElement.dataset.worded, "");
  const picture = pageOf("data-door-alt", "classroom.picture");
  fillDoorWords(picture);
  assert.equal(picture.element.alt, en.classroom.picture);
});

test("a page that names words that there are not is a fault", () => {
  for (const path of ["door.nothing", "nowhere.title", "classroom.connected"]) {
    assert.throws(() => fillDoorWords(pageOf("data-door", path)), /There are no words for/);
  }
});
