import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { en } from "../../frontend/words/en.js";

const FRONTEND = new URL("../../frontend/", import.meta.url);
const PAGE = readFileSync(new URL("index.html", FRONTEND), "utf8");
const NAMED_IN_PAGE = [...PAGE.matchAll(/data-(?:words|explain|label)="([^"]*)"/g)].map(([, path]) => path);
const SCRIPTS = readdirSync(FRONTEND, { recursive: true })
  .filter((name) => name.endsWith(".js") && !name.startsWith("words/"))
  .map((name) => readFileSync(new URL(name, FRONTEND), "utf8"));

/** The words that a script names, as "section.key", be it by `words.section` or by a name that it gave a section. */
function namedIn(script) {
  const sections = new Map();
  for (const [, name, section] of script.matchAll(/const (\w+) = words\.(\w+);/g)) sections.set(name, section);
  for (const [, section] of script.matchAll(/const \{ (\w+) \} = words;/g)) sections.set(section, section);
  const long = [...script.matchAll(/\bwords\.(\w+\.\w+)/g)].map(([, path]) => path);
  const short = [...sections].flatMap(([name, section]) => [...script.matchAll(new RegExp(`(?<![./\\w])${name}\\.(\\w+)`, "g"))].map(([, key]) => `${section}.${key}`));
  return [...long, ...short];
}

const NAMED_IN_SCRIPTS = SCRIPTS.flatMap(namedIn);

test("the page names only words that there are", () => {
  const missing = NAMED_IN_PAGE.filter((path) => {
    const [section, key] = path.split(".");
    return typeof en[section]?.[key] !== "string" || en[section][key] === "";
  });
  assert.deepEqual(missing, []);
  assert.ok(NAMED_IN_PAGE.length > 80);
});

test("every word is used by the page or a script", () => {
  const used = new Set([...NAMED_IN_PAGE, ...NAMED_IN_SCRIPTS]);
  const byName = new Set(SCRIPTS.flatMap((script) => [...script.matchAll(/\bwords\.(\w+)\[/g)].map(([, section]) => section)));
  const unused = Object.entries(en).filter(([section]) => !byName.has(section))
    .flatMap(([section, keys]) => Object.keys(keys).map((key) => `${section}.${key}`)).filter((path) => !used.has(path));
  assert.deepEqual(unused, []);
});

test("no script names words that there are not", () => {
  const missing = NAMED_IN_SCRIPTS.filter((path) => {
    const [section, key] = path.split(".");
    return en[section]?.[key] === undefined;
  });
  assert.deepEqual(missing, []);
});

test("the page's structure holds no words of its own but the name of the page", () => {
  const body = PAGE.slice(PAGE.indexOf("<body"));
  const texts = [...body.matchAll(/>([^<>]+)</g)].map(([, text]) => text.replace(/&[#\w]+;/g, "").trim()).filter((text) => /[A-Za-z]{2}/.test(text));
  const keyCaps = new Set(["Space", "Enter", "Delete", "Esc", "Ctrl"]);
  assert.deepEqual(texts.filter((text) => !keyCaps.has(text)), ["Boundary Lab"]);
  assert.doesNotMatch(PAGE, /\s(title|aria-label|placeholder)="/);
});
