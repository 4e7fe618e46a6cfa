/** What the page must not lean on, because one of the browsers that it is made for does not keep up with it. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const FRONTEND = new URL("../../frontend/", import.meta.url);

/** Of every style sheet, each rule's selector; the rules within a condition too. */
function selectors() {
  const sheets = readdirSync(FRONTEND).filter((name) => name.endsWith(".css"));
  return sheets.flatMap((name) => {
    const text = readFileSync(new URL(name, FRONTEND), "utf8").replace(/\/\*[^]*?\*\//g, "");
    return [...text.matchAll(/([^{}]+)\{/g)].map(([, selector = ""]) => ({ name, selector: selector.trim() }));
  });
}

test("no style depends on whether another element is empty: Safari does not see that it has been filled", () => {
  assert.deepEqual(selectors().filter(({ selector }) => /:has\(.*:empty/.test(selector)), []);
});
