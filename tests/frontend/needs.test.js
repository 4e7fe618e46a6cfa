import assert from "node:assert/strict";
import test from "node:test";

import { isTooOld } from "../../frontend/needs.js";

const browser = (colors, popover) => ({
  CSS: { supports: (property, value) => colors && property === "color" && value.startsWith("light-dark(") },
  HTMLElement: class { static { if (popover) Object.defineProperty(this.prototype, "popover", { get: () => null }); } },
});

test("a browser is too old without colours for light and dark, or without popovers", () => {
  assert.equal(isTooOld(browser(true, true)), false);
  assert.equal(isTooOld(browser(false, true)), true, "Safari 17.4");
  assert.equal(isTooOld(browser(true, false)), true, "Firefox 124");
});
