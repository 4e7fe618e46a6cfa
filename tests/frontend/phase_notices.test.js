import assert from "node:assert/strict";
import test from "node:test";

import { createPhaseNotices, isAway } from "../../frontend/phase_notices.js";

/** The notice as the page has it, and what is put into it. */
function setUp() {
  const state = { notice: null };
  const told = [];
  const commands = {
    notify(text, more) {
      state.notice = { text, ...more };
      told.push(text);
    },
    dismissNotice: () => { state.notice = null; },
  };
  const tell = createPhaseNotices({ store: { get: () => state }, commands, nowMs: () => 0 });
  return { state, told, commands, tell: (name, more = {}) => tell({ name, retryAtMs: null, farewell: null, ...more }) };
}

test("who is kept out reads why, that what was drawn is kept, and has one way back", () => {
  for (const [name, action] of [["full", "retry"], ["crowded", "retry"], ["refused", "retry"], ["locked", "code"], ["ended", "continue"], ["taken", "take-over"]]) {
    const { state, tell } = setUp();
    tell(name, { farewell: name === "taken" ? null : "It is thus." });
    assert.equal(state.notice.action, action);
    assert.equal(state.notice.stays, true);
    assert.match(state.notice.text, name === "taken" ? /another tab/ : /^It is thus\. .*what you drew is kept/i);
    tell("reconnecting");
    assert.equal(state.notice.action, action, "it stays until the connection is back");
    tell("live");
    assert.equal(state.notice, null);
  }
});

test("a server that is gone is told of when the wait is long, and once", () => {
  const { state, told, commands, tell } = setUp();
  tell("waiting", { retryAtMs: 900 });
  assert.equal(state.notice, null, "it may be back in a moment");
  tell("waiting", { retryAtMs: 3000 });
  assert.match(state.notice.text, /cannot be reached.*you can go on drawing/);
  commands.dismissNotice();
  tell("waiting", { retryAtMs: 9000 });
  assert.equal(state.notice, null, "it has been read");
  tell("live");
  tell("waiting", { retryAtMs: 3000 });
  assert.equal(told.length, 2, "the next outage is another one");
});

test("a full server is told of once for each reason, one that is refused each time it was asked", () => {
  const { told, tell } = setUp();
  for (const farewell of ["All taken.", "All taken.", "Memory is short."]) tell("full", { retryAtMs: 500, farewell });
  assert.equal(told.length, 2);
  tell("refused");
  tell("reconnecting");
  tell("refused");
  assert.equal(told.length, 4);
});

test("a wait pushes nothing aside that has yet to be read, and the end of it takes nothing else away", () => {
  const { state, commands, tell } = setUp();
  commands.notify("The loss grew.", { action: "remedy", stays: true });
  tell("waiting", { retryAtMs: 9000 });
  assert.equal(state.notice.text, "The loss grew.");
  tell("live");
  assert.equal(state.notice.text, "The loss grew.");
});

test("the page is away unless it is connected, or will be in a moment", () => {
  const away = (name, retryAtMs = null) => isAway({ name, retryAtMs, farewell: null }, 1000);
  assert.deepEqual(["connecting", "live", "reconnecting", "full", "crowded", "taken", "refused", "locked", "ended"].map((name) => away(name)),
    [false, false, false, true, true, true, true, true, true]);
  assert.deepEqual([away("waiting", 3000), away("waiting", 3001)], [false, true]);
});
