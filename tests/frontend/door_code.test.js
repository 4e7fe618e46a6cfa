import assert from "node:assert/strict";
import test from "node:test";

import { asMade } from "../../frontend/door_code.js";

const CODE = "k7m4p-2xqpd-9hrtw";

for (const typed of [
  CODE, "K7M4P-2XQPD-9HRTW", " k7m4p 2xqpd 9hrtw ", "k7m4p2xqpd9hrtw", "k7m4p\u20132xqpd\u20149hrtw", "k7m4\u2011p2\u2212xqpd\u00a09HRTW",
]) {
  test(`a code of a class is known however it is typed: ${typed}`, () => assert.equal(asMade(typed), CODE));
}

for (const typed of ["", "k7m4p-2xqpd", "k7m4p-2xqpd-9hrtw-a", "k7m4p-2xqpd-9hrt1", "k7m4p-2xqpd-9hrto", "k7m4p.2xqpd.9hrtw", "a secret of my own"]) {
  test(`a code that no class has stays as it is: ${typed}`, () => assert.equal(asMade(typed), null));
}
