import assert from "node:assert/strict";
import test from "node:test";

import { backoffMs } from "../../frontend/backoff.js";
import { Connection } from "../../frontend/socket.js";
import { farewell, setUp } from "./connected.js";
import { FakeClock, FakeSocket, sessionMessage } from "./fakes.js";

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
