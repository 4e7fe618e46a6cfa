import assert from "node:assert/strict";
import test from "node:test";

import { makePoint } from "../../frontend/document.js";
import { Refused } from "../../frontend/requests.js";
import { initialState } from "../../frontend/state.js";
import { createStore } from "../../frontend/state_manager.js";
import { createSync } from "../../frontend/sync.js";
import { FakeClock, FakeConnection, sessionMessage, settle } from "./fakes.js";

function setUp() {
  const clock = new FakeClock();
  const connection = new FakeConnection();
  const store = createStore(initialState(null));
  const refused = [];
  const sync = createSync(store, connection, clock, (edit) => refused.push(edit.kind));
  store.dispatch({ type: "session", message: sessionMessage({}, { points: [[4, 1, 1, 0, "train"], [5, 2, 2, 1, "train"]] }), keepDocument: false });
  sync.release();
  const want = (points) => store.dispatch({ type: "document", document: { ...store.get().document, points } });
  return { connection, store, refused, want };
}

test("one edit is under way at a time, and the next is worked out from what is still different", async () => {
  const { connection, store, want } = setUp();
  const [first, second] = store.get().document.points;
  want([second]);
  want([second, makePoint(3, 3, 0)]);
  assert.deepEqual(connection.sent, [{ type: "REMOVE_POINTS", ids: [4] }]);
  assert.equal(first.x, 1);
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  assert.equal(store.get().confirmed.size, 1);
});

test("a removal of points that the server has replaced meanwhile is done already, and nobody is told", async () => {
  const { connection, store, refused, want } = setUp();
  want([store.get().document.points[1]]);
  connection.last.reject(new Refused("unknown_point", "There is no point 4."));
  await settle();
  assert.deepEqual(refused, []);
  assert.equal(store.get().document.points.length, 1);
  store.dispatch({ type: "points", message: { type: "POINTS", revision: 9, points: [[8, 0, 0, 0, "train"]] } });
  assert.deepEqual(store.get().document.points.map(({ x, y }) => [x, y]), [[0, 0]]);
});
