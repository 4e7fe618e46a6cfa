import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { en } from "../../frontend/words/door_en.js";

const FRONTEND = new URL("../../frontend/", import.meta.url);
const read = (name) => readFileSync(new URL(name, FRONTEND), "utf8");
const PAGES = ["door.html", "enter.html", "class.html"].map(read).join("\n");
const NAMED = [...PAGES.matchAll(/data-door(?:-alt)?="([^"]*)"/g)].map(([, path]) => path);
const SCRIPT = read("class.js");

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
