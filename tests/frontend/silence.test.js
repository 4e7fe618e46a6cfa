import assert from "node:assert/strict";
import test from "node:test";

import { Silence } from "../../frontend/silence.js";
import { FakeClock } from "./fakes.js";

function setUp({ isInTraining = false } = {}) {
  const clock = new FakeClock();
  const told = [];
  const events = { asked: 0, givenUpAtMs: null };
  const silence = new Silence(clock, {
    ask() {
      events.asked += 1;
      return events.asked;
    },
    tell: (isSilent) => told.push(isSilent ? clock.now : "heard"),
    giveUp: () => { events.givenUpAtMs = clock.now; },
  });
  silence.begin();
  silence.expect(isInTraining);
  return { clock, told, events, silence };
}

test("while it trains a silence is asked about after one and a half seconds, told before the third, and endured until the tenth", () => {
  const { clock, told, events } = setUp({ isInTraining: true });
  clock.advance(1499);
  assert.equal(events.asked, 0);
  clock.advance(1);
  assert.equal(events.asked, 1);
  clock.advance(8499);
  assert.deepEqual(told, [2700]);
  assert.equal(events.givenUpAtMs, null);
  clock.advance(1);
  assert.equal(events.givenUpAtMs, 10_000);
});

test("while nothing is expected it is asked after five seconds, and told a moment later", () => {
  const { clock, told, events } = setUp();
  clock.advance(4999);
  assert.equal(events.asked, 0);
  clock.advance(5001);
  assert.deepEqual([events.asked, told, events.givenUpAtMs], [1, [6200], 10_000]);
});

test("a run that shows a step a second is never asked, and one whose steps take seconds is asked and never told of", () => {
  const slow = setUp({ isInTraining: true });
  for (let second = 0; second < 60; second += 1) {
    slow.clock.advance(1000);
    slow.silence.hear();
  }
  assert.equal(slow.events.asked, 0);
  const slower = setUp({ isInTraining: true });
  for (let turn = 0; turn < 60; turn += 1) {
    slower.clock.advance(1600);
    slower.silence.hear();
    slower.silence.hearAnswer(slower.events.asked);
  }
  assert.ok(slower.events.asked >= 50);
  assert.deepEqual([slow.told, slower.told], [[], []]);
});

test("training that begins is waited for at once, and training that ends no more", () => {
  const { clock, told, events, silence } = setUp();
  clock.advance(4000);
  silence.expect(true);
  clock.advance(0);
  assert.equal(events.asked, 1);
  silence.hear();
  silence.hearAnswer(1);
  silence.expect(false);
  clock.advance(4999);
  assert.deepEqual([events.asked, told], [1, []]);
});

test("whatever is heard ends the wait, and is told once", () => {
  const { clock, told, silence } = setUp({ isInTraining: true });
  clock.advance(4000);
  silence.hear();
  silence.hear();
  silence.hearAnswer(1);
  clock.advance(1000);
  assert.deepEqual(told, [2700, "heard"]);
});

test("a page that stood still itself reads what has come meanwhile before it says anything", () => {
  const { clock, told, events, silence } = setUp({ isInTraining: true });
  clock.advance(1500);
  assert.equal(events.asked, 1);
  // Neither timers nor messages had their turn: now they all have it, the timer first.
  clock.now += 60_000;
  clock.advance(0);
  silence.hear();
  silence.hearAnswer(1);
  clock.advance(1000);
  assert.deepEqual([told, events.givenUpAtMs], [[], null]);
});

test("a page that stood still, and finds nothing that has come, says so a moment later", () => {
  const { clock, told } = setUp({ isInTraining: true });
  clock.advance(1500);
  clock.now += 60_000;
  clock.advance(200);
  assert.deepEqual(told, [61_700]);
});

test("a hidden tab whose timers come once a minute gives up a link that is cut, and keeps one that is not", () => {
  for (const answers of [true, false]) {
    const { clock, told, events, silence } = setUp();
    for (let minute = 0; minute < 6 && events.givenUpAtMs === null; minute += 1) {
      clock.now += 60_000;
      clock.advance(0);
      if (answers && silence.isAsking) {
        silence.hear();
        silence.hearAnswer(events.asked);
      }
    }
    assert.equal(events.givenUpAtMs !== null, !answers);
    assert.equal(told.length > 0, !answers);
  }
});

test("where the browser knows of no network it is told at once, until the server has answered", () => {
  const { clock, told, events, silence } = setUp({ isInTraining: true });
  clock.advance(1000);
  silence.doubt();
  assert.deepEqual([told, events.asked], [[1000], 1]);
  silence.hear();
  assert.deepEqual(told, [1000], "that may have been under way");
  silence.hearAnswer(1);
  assert.deepEqual(told, [1000, "heard"]);
});

test("without a network nothing is given up sooner than otherwise", () => {
  const { clock, events, silence } = setUp({ isInTraining: true });
  silence.doubt();
  clock.advance(9999);
  assert.equal(events.givenUpAtMs, null);
  clock.advance(1);
  assert.equal(events.givenUpAtMs, 10_000);
});

test("a connection that has ended is silent no more, and the next begins anew", () => {
  const { clock, told, events, silence } = setUp({ isInTraining: true });
  clock.advance(3000);
  silence.end();
  clock.advance(60_000);
  assert.deepEqual([told, events.givenUpAtMs], [[2700, "heard"], null]);
  silence.begin();
  assert.equal(silence.isAsking, false);
  clock.advance(1400);
  assert.deepEqual([told.length, events.asked], [2, 1]);
});
