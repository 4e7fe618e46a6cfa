import assert from "node:assert/strict";
import test from "node:test";

import { backoffMs, Connection, Disconnected, Refused } from "../../frontend/socket.js";
import { FakeClock, FakeSocket, sessionMessage } from "./fakes.js";

function setUp() {
  const clock = new FakeClock();
  const sockets = [];
  const phases = [];
  const heard = [];
  const frames = [];
  const connection = new Connection(() => {
    sockets.push(new FakeSocket());
    return sockets.at(-1);
  }, clock, () => 0.5, {
    onPhase: (phase) => phases.push(phase.name),
    onSession: (message) => heard.push(message.type),
    onMessage: (message) => heard.push(message.type),
    onFrame: (buffer, isLate) => frames.push(isLate ? "late" : buffer.byteLength),
  });
  return { clock, sockets, phases, heard, frames, connection };
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
