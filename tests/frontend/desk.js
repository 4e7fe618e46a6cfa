/** What a person can do, with all that it works with but the page itself; the server's side is the test's. */

import { createCommands } from "../../frontend/commands.js";
import { History } from "../../frontend/history.js";
import { initialState } from "../../frontend/state.js";
import { createStore } from "../../frontend/state_manager.js";
import { createSync } from "../../frontend/sync.js";
import { FakeClock, FakeConnection, sessionMessage, settle } from "./fakes.js";

/** Keeps what is sent to be opened until the test answers it. */
class FakePost {
  sent = [];

  send = (parts, signal) => new Promise((resolve, reject) => {
    this.sent.push({ parts, signal, resolve, reject });
    signal.addEventListener("abort", () => reject(signal.reason));
  });

  get last() {
    return this.sent.at(-1);
  }
}

export function setUp(session = sessionMessage()) {
  const clock = new FakeClock();
  const connection = new FakeConnection();
  const post = new FakePost();
  const store = createStore(initialState(null));
  const sync = createSync(store, connection, clock, (edit, error) => commands.takeBack(edit, error));
  const commands = createCommands({ store, history: new History(clock.nowMs), sync, connection, random: () => 0.5, sendRun: post.send });
  store.dispatch({ type: "phase", phase: { name: "live", retryAtMs: null, farewell: null } });
  store.dispatch({ type: "session", message: session, keepDocument: false });
  sync.release();
  const shown = () => store.get().document.points.map(({ x, y, label }) => [x, y, label]);
  let lastId = 0;
  async function accept() {
    const { message, resolve } = connection.last;
    const ids = (message.points ?? []).map(() => (lastId += 1));
    resolve({ type: "OK", id: 1, ...(message.type === "ADD_POINTS" ? { point_ids: ids, splits: ids.map(() => "train") } : {}) });
    await settle();
    clock.advance(50);
    await settle();
  }
  return { clock, connection, post, store, sync, commands, shown, accept };
}
