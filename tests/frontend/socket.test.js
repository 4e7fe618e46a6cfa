import assert from "node:assert/strict";
import test from "node:test";

import { Disconnected, Refused } from "../../frontend/requests.js";
import { setUp } from "./connected.js";
import { sessionMessage } from "./fakes.js";

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

test("what was asked on a lost connection is answered with Disconnected", async () => {
  const { connection, sockets } = setUp();
  connection.start();
  sockets[0].says(sessionMessage());
  const request = connection.request({ type: "START_TRAINING" });
  sockets[0].ends(1001);
  await assert.rejects(request, Disconnected);
  await assert.rejects(connection.request({ type: "START_TRAINING" }), Disconnected);
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
