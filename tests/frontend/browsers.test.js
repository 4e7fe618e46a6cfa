/** What the page must not lean on, because not all the browsers that it is made for keep up with it. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { saveFile } from "../../frontend/views/save_file.js";

const FRONTEND = new URL("../../frontend/", import.meta.url);

/** Of every style sheet, each rule with its selector; those within a condition too. */
function rules() {
  const sheets = readdirSync(FRONTEND).filter((name) => name.endsWith(".css"));
  return sheets.flatMap((name) => {
    const text = readFileSync(new URL(name, FRONTEND), "utf8").replace(/\/\*[^]*?\*\//g, "");
    return [...text.matchAll(/([^{}]+)\{([^{}]*)/g)].map(([, selector = "", style = ""]) => ({ name, selector: selector.trim(), style: style.trim() }));
  });
}

test("no style depends on whether another element is empty: Safari does not see that it has been filled", () => {
  assert.deepEqual(rules().filter(({ selector }) => /:has\(.*:empty/.test(selector)), []);
});

test("a box that is neither ticked nor not has no tick: only in Chromium it is not :checked too", () => {
  const ticks = rules().filter(({ selector }) => /:checked.*::after/.test(selector));
  assert.ok(ticks.length > 0);
  for (const { selector } of ticks) assert.match(selector, /:not\(:indeterminate\)/);
});

test("what may be selected is said to Safari by its own name too", () => {
  for (const { selector, style } of rules()) {
    const plain = style.match(/(?<!-webkit-)user-select: [a-z]+/)?.[0];
    if (plain) assert.match(style, new RegExp(`-webkit-${plain}`), selector);
  }
});

test("a file that is given can be read long after the click, as Safari does, and is let go in the end", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const letGo = [];
  const clicked = [];
  context.mock.method(URL, "revokeObjectURL", (address) => letGo.push(address));
  globalThis.document = {
    createElement: () => ({
      attributes: {},
      setAttribute(name, value) { this.attributes[name] = value; },
      append() {},
      click() { clicked.push(this.attributes); },
    }),
  };
  context.after(() => { delete globalThis.document; });
  saveFile(new Blob(["x,y\n"]), "points.csv");
  const [{ href, download }] = clicked;
  assert.equal(download, "points.csv");
  context.mock.timers.tick(30_000);
  assert.deepEqual(letGo, []);
  context.mock.timers.tick(60_000);
  assert.deepEqual(letGo, [href]);
});
