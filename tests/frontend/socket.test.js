import assert from "node:assert/strict";
import test from "node:test";

import { backoffMs } from "../../frontend/backoff.js";
import { Disconnected, Refused } from "../../frontend/requests.js";
import { Connection } from "../../frontend/socket.js";
import { FakeClock, FakeSocket, sessionMessage } from "./fakes.js";

/** @param {string} code */
const farewell = (code, more = {}) => ({ type: "ERROR", id: null, code, message: `Because of ${code}.`, path: null, ...more });

function setUp() {
  const clock = new FakeClock();
  const sockets = [];
  const phases = [];
  const farewells = [];
  const retriesAtMs = [];
  const heard = [];
  const silences = [];
  const frames = [];
  const connection = new Connection(() => {
    sockets.push(new FakeSocket());
    return sockets.at(-1);
  }, clock, () => 0.5, {
    onPhase(phase) {
      phases.push(phase.name);
      farewells.push(phase.farewell);
      retriesAtMs.push(phase.retryAtMs);
    },
    onSilence: (isSilent) => silences.push(isSilent),
    onSession: (message) => heard.push(message.type),
    onMessage: (message) => heard.push(message.type),
    onFrame: (buffer, isLate) => frames.push(isLate ? "late" : buffer.byteLength),
  });
  return { clock, sockets, phases, farewells, retriesAtMs, heard, silences, frames, connection };
}

test("backoff grows from half a second to fifteen and never leaves these bounds", () => {
  for (const chance of [0, 0.5, 1]) {
    const delays = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, chance));
    assert.ok(delays.every((delay) => delay >= 500 && delay <= 15_000), String(delays));
    assert.ok(delays.every((delay, index) => index === 0 || delay >= delays[index - 1]), String(delays));
  }
  assert.equal(backoffMs(0, 0), 500);
  assert.equal(backoffMs(20, 1), 15_000);
  assert.notEqual(backoffMs(3, 0.2), backoffMs(3, 0.8));
});

test("backoff is never shorter than the server asks, and left to chance all the same", () => {
  for (const attempt of [0, 1, 5, 20]) {
    const delays = [0, 0.3, 1].map((chance) => backoffMs(attempt, chance, 4000));
    assert.ok(delays[0] >= 4000 && delays[0] < delays[1] && delays[1] < delays[2], String(delays));
  }
  assert.equal(backoffMs(20, 0.5, 2000), backoffMs(20, 0.5), "what is longer anyway stays");
});

test("nothing is sent into a socket that closes, and what was asked then is rejected", async () => {
  const { connection, sockets } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  sockets[0].readyState = 2;
  connection.tell({ type: "ACK", seq: 1 });
  const answer = connection.request({ type: "CLEAR_POINTS" });
  assert.deepEqual(sockets[0].sent, []);
  sockets[0].ends(1006);
  await assert.rejects(answer, Disconnected);
});

test("the connection is live from SESSION on, not before", () => {
  const { connection, sockets, phases, heard } = setUp();
  connection.start();
  assert.equal(connection.live, false);
  sockets[0].says(sessionMessage());
  assert.equal(connection.live, true);
  assert.deepEqual(phases, ["connecting", "live"]);
  assert.deepEqual(heard, ["SESSION"]);
});

test("replies find their requests by id, in any order", async () => {
  const { connection, sockets } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  const first = connection.request({ type: "START_TRAINING" });
  const second = connection.request({ type: "CLEAR_POINTS" });
  const [a, b] = sockets[0].sent;
  sockets[0].says({ type: "ERROR", id: b.id, code: "internal", message: "No.", path: null });
  sockets[0].says({ type: "OK", id: a.id });
  assert.equal((await first).type, "OK");
  await assert.rejects(second, (error) => error instanceof Refused && error.code === "internal" && error.message === "No.");
});

test("an error without a request, a state message and a frame are handed on", () => {
  const { connection, sockets, heard, frames } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  sockets[0].says({ type: "ERROR", id: null, code: "training_failed", message: "It failed.", path: null });
  sockets[0].says({ type: "POINTS", revision: 1, points: [] });
  sockets[0].says(new ArrayBuffer(40));
  assert.deepEqual(heard, ["SESSION", "ERROR", "POINTS"]);
  assert.deepEqual(frames, [40]);
});

test("a lost connection comes back by itself and starts to wait anew once it is live", () => {
  const { clock, connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  sockets[0].ends(1006);
  assert.equal(phases.at(-1), "waiting");
  clock.advance(backoffMs(0, 0.5) - 1);
  assert.equal(sockets.length, 1);
  clock.advance(1);
  assert.equal(sockets.length, 2);
  assert.equal(phases.at(-1), "reconnecting");
  sockets[1].ends(1006);
  clock.advance(backoffMs(1, 0.5));
  assert.equal(sockets.length, 3);
  sockets[2].says(sessionMessage({ resumed: true }));
  sockets[2].ends(1012);
  clock.advance(backoffMs(0, 0.5));
  assert.equal(sockets.length, 4);
});

test("what was asked on a lost connection is answered with Disconnected", async () => {
  const { connection, sockets } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  const request = connection.request({ type: "START_TRAINING" });
  sockets[0].ends(1001);
  await assert.rejects(request, Disconnected);
  await assert.rejects(connection.request({ type: "START_TRAINING" }), Disconnected);
});

test("a session that another tab took does not come back by itself, but does when asked", () => {
  const { clock, connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  sockets[0].ends(4409);
  clock.advance(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(phases.at(-1), "taken");
  connection.retryNow();
  assert.equal(sockets.length, 2);
});

test("an attempt that hangs is given up and made anew, and one that succeeds is left alone", () => {
  const { clock, connection, sockets } = setUp();
  connection.start();
  clock.advance(10_000);
  assert.equal(sockets[0].onclose, null);
  clock.advance(1000);
  assert.equal(sockets.length, 2);
  clock.advance(9000);
  sockets[1].says(sessionMessage());
  clock.advance(4000);
  assert.equal(connection.live, true);
  assert.equal(sockets.length, 2);
});

test("a full server is said so and tried again", () => {
  const { clock, connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].ends(1013);
  assert.equal(phases.at(-1), "full");
  clock.advance(1000);
  assert.equal(sockets.length, 2);
});

for (const [code, closeCode, phase] of [["server_full", 1013, "full"], ["too_many_connections", 1008, "crowded"]]) {
  test(`who is turned away comes back by itself, says when, and no sooner than the server asks: ${code}`, () => {
    const { clock, connection, sockets, phases, retriesAtMs } = setUp();
    connection.start();
    sockets[0].says(farewell(code, { retry_after_s: 2 }));
    sockets[0].ends(closeCode);
    assert.equal(phases.at(-1), phase);
    assert.equal(retriesAtMs.at(-1), 3000, "2 s, and half as much by chance");
    clock.advance(2999);
    assert.equal(sockets.length, 1);
    clock.advance(1);
    assert.equal(sockets.length, 2);
  });
}

test("a page that is shown again before it may come back waits, and one that is asked by its person does not", () => {
  const { clock, connection, sockets } = setUp();
  connection.start();
  sockets[0].says(farewell("too_many_connections", { retry_after_s: 2 }));
  sockets[0].ends(1008);
  clock.advance(1999);
  connection.wakeUp();
  assert.equal(sockets.length, 1);
  connection.retryNow();
  assert.equal(sockets.length, 2);
  sockets[1].says(farewell("too_many_connections", { retry_after_s: 2 }));
  sockets[1].ends(1008);
  clock.advance(2000);
  connection.wakeUp();
  assert.equal(sockets.length, 3);
});

for (const [code, closeCode, phase] of [
  ["server_full", 1013, "full"], ["ended_for_memory", 1013, "full"], ["too_many_connections", 1008, "crowded"],
  ["bad_token", 1008, "locked"], ["too_many_bad_messages", 1008, "refused"], ["ended_idle", 1001, "ended"],
]) {
  test(`what the server says before it closes is why: ${code}`, () => {
    const { connection, sockets, phases, farewells, heard } = setUp();
    connection.start();
    sockets[0].says(sessionMessage());
    sockets[0].says(farewell(code));
    sockets[0].ends(closeCode);
    assert.equal(phases.at(-1), phase);
    assert.equal(farewells.at(-1), `Because of ${code}.`);
    assert.deepEqual(heard, ["SESSION"], "nobody else is told: the phase says it");
  });
}

test("who is refused, or has had his session ended, comes back when asked and not before", () => {
  for (const [code, closeCode] of [["bad_token", 1008], ["ended_idle", 1001]]) {
    const { clock, connection, sockets, phases, farewells } = setUp();
    connection.start();
    sockets[0].says(farewell(code));
    sockets[0].ends(closeCode);
    clock.advance(3_600_000);
    connection.wakeUp();
    assert.equal(sockets.length, 1);
    connection.retryNow();
    assert.equal(phases.at(-1), "reconnecting");
    assert.equal(farewells.at(-1), `Because of ${code}.`);
    sockets[1].says(sessionMessage());
    assert.equal(phases.at(-1), "live");
    assert.equal(farewells.at(-1), null, "it is past");
  }
});

test("a server that goes away without a word is waited for", () => {
  const { connection, sockets, phases, farewells } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  sockets[0].ends(1001);
  assert.equal(phases.at(-1), "waiting");
  assert.equal(farewells.at(-1), null);
});

test("who comes back waits no longer for the next attempt", () => {
  const { connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].ends(1006);
  connection.wakeUp();
  assert.equal(sockets.length, 2);
  assert.equal(phases.at(-1), "reconnecting");
  connection.wakeUp();
  assert.equal(sockets.length, 2, "one attempt is under way");
});

test("who comes back to a connection asks at once whether it stands, and gives it up when no answer comes", () => {
  const { clock, connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  clock.advance(2000);
  connection.wakeUp();
  assert.deepEqual(sockets[0].sent.map(({ type }) => type), ["ACK"]);
  clock.advance(5000);
  assert.equal(phases.at(-1), "waiting");
  clock.advance(1000);
  assert.equal(sockets.length, 2);
});

test("who comes back to a connection that answers keeps it", () => {
  const { clock, connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  clock.advance(2000);
  connection.wakeUp();
  sockets[0].says({ type: "OK", id: sockets[0].sent[0].id });
  clock.advance(5000);
  assert.equal(phases.at(-1), "live");
  assert.equal(sockets.length, 1);
});

test("a connection that has just been heard of is not asked", () => {
  const { connection, sockets } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  connection.wakeUp();
  assert.deepEqual(sockets[0].sent, []);
});

test("after two minutes of sleep the connection is had back as soon as the page wakes", () => {
  const { clock, connection, sockets, phases } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  // No timer runs in sleep: the clock is all that goes on.
  clock.now += 120_000;
  connection.wakeUp();
  sockets[0].ends(1006);
  assert.equal(phases.at(-1), "waiting");
  clock.advance(1000);
  assert.equal(sockets.length, 2);
});

test("thirty pages that lost their server for a minute do not come back in one moment", () => {
  /** @type {number[]} */
  const attemptsMs = [];
  for (let page = 0; page < 30; page += 1) {
    const clock = new FakeClock();
    let seed = page + 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const connection = new Connection(() => {
      const socket = new FakeSocket();
      if (clock.now > 0) attemptsMs.push(clock.now);
      clock.setTimer(() => socket.ends(1006), 1);
      return socket;
    }, clock, random, { onPhase() {}, onSilence() {}, onSession() {}, onMessage() {}, onFrame() {} });
    connection.start();
    clock.advance(76_000);
  }
  const inTheLongestMs = (from) => attemptsMs.filter((ms) => ms >= from && ms < from + 100).length;
  const later = attemptsMs.filter((ms) => ms > 30_000);
  assert.ok(later.length >= 60, `they keep trying: ${later.length}`);
  assert.ok(Math.max(...later.map(inTheLongestMs)) <= 5, "no more than 5 of 30 within a tenth of a second");
  const back = new Set(attemptsMs.filter((ms) => ms >= 60_000 && ms < 76_000).map((ms) => Math.floor(ms / 1000)));
  assert.ok(back.size >= 8, `over ${back.size} of the 15 seconds that it takes for all to be back`);
});

test("trying again at once does not leave a second attempt behind", () => {
  const { clock, connection, sockets } = setUp();
  connection.start();
  sockets[0].ends(1006);
  connection.retryNow();
  connection.retryNow();
  clock.advance(9_000);
  assert.equal(sockets.length, 2);
});

test("an acknowledgement on a dead connection is dropped", () => {
  const { connection, sockets } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  connection.tell({ type: "ACK", seq: 3 });
  sockets[0].ends(1006);
  connection.tell({ type: "ACK", seq: 4 });
  assert.deepEqual(sockets[0].sent, [{ type: "ACK", seq: 3 }]);
});

test("a link that falls silent is asked, and given up when it does not answer", () => {
  const { connection, sockets, phases, clock } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  clock.advance(5000);
  assert.deepEqual(sockets[0].sent.map(({ type }) => type), ["ACK"]);
  clock.advance(5000);
  assert.deepEqual(phases, ["connecting", "live", "waiting"]);
  assert.equal(connection.live, false);
});

test("frames that come before the answer to what was asked in a silence are late, those after it are not", () => {
  const { connection, sockets, frames, clock } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  sockets[0].says(new ArrayBuffer(7));
  clock.advance(9_000);
  sockets[0].says(new ArrayBuffer(8));
  sockets[0].says(new ArrayBuffer(9));
  sockets[0].says({ type: "OK", id: sockets[0].sent.at(-1).id });
  sockets[0].says(new ArrayBuffer(10));
  assert.deepEqual(frames, [7, "late", "late", 10]);
});

test("nothing is late on a new connection, whatever was asked on the one before", () => {
  const { connection, sockets, frames, clock } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  clock.advance(20_000);
  sockets[1].says(sessionMessage());
  sockets[1].says(new ArrayBuffer(7));
  assert.deepEqual(frames, [7]);
});

test("a silent link that answers stays", () => {
  const { connection, sockets, phases, clock } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  for (let turn = 0; turn < 10; turn += 1) {
    clock.advance(5000);
    clock.advance(20);
    sockets[0].says({ type: "OK", id: sockets[0].sent.at(-1).id });
  }
  assert.deepEqual(phases, ["connecting", "live"]);
  assert.equal(connection.live, true);
});

test("a page is told that its live connection is silent, and when it is not any more", () => {
  const { clock, connection, sockets, phases, silences } = setUp();
  connection.doubt();
  connection.start();
  connection.expect(true);
  sockets[0].says(sessionMessage());
  clock.advance(3000);
  assert.deepEqual([silences, connection.live, phases.at(-1)], [[true], true, "live"]);
  sockets[0].says(new ArrayBuffer(40));
  assert.deepEqual(silences, [true, false]);
  connection.doubt();
  assert.deepEqual(silences, [true, false, true]);
  sockets[0].says({ type: "OK", id: sockets[0].sent.at(-1).id });
  assert.deepEqual(silences, [true, false, true, false]);
});
