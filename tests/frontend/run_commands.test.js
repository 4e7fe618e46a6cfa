import assert from "node:assert/strict";
import test from "node:test";

import { settingsOf } from "../../frontend/given_files.js";
import { whyNotSaved } from "../../frontend/run_commands.js";
import { RunRefused } from "../../frontend/run_files.js";
import { Refused } from "../../frontend/requests.js";
import { setUp } from "./desk.js";
import { CONFIG, sessionMessage, settle } from "./fakes.js";

const OPTIONS = { tensorboard: false, fiftyone: true, theme: "dark" };
const ZIP = { what: "zip", name: "mine.zip", parts: [{ name: "zip", content: new Blob(["PK"]) }] };
const SETTINGS = { what: "config", name: "config.json", parts: [{ name: "config.json", content: new Blob(["{}"]) }] };
const STATE = {
  run_state: "PAUSED", config: { ...CONFIG, seed: 11 }, config_version: 4, revision: 2, step: 1200, epoch: 60, reason: null,
  points: [[5, 1, 2, 0, "train"], [6, -1, 2, 1, "test"]],
};
const trained = (state = {}) => sessionMessage({ resumed: true }, { run_state: "PAUSED", step: 20, epoch: 2, ...state });
const lose = (store) => store.dispatch({ type: "phase", phase: { name: "waiting", retryAtMs: 1, farewell: null } });

test("a run is saved after the edits made before it", async () => {
  const { connection, store, commands, accept } = setUp(trained());
  commands.add([[1, 2]]);
  void commands.saveRun(OPTIONS);
  await settle();
  assert.deepEqual(connection.sent.map(({ type }) => type), ["ADD_POINTS"]);
  assert.deepEqual(store.get().saving, { name: "under-way", phase: "sent", ahead: 0 });
  await accept();
  assert.deepEqual(connection.last.message, { type: "SAVE_RUN", ...OPTIONS });
});

test("why the server does not begin to save is told, and forgotten once it was seen", async () => {
  const { connection, store, commands } = setUp(trained());
  void commands.saveRun(OPTIONS);
  await settle();
  commands.forgetSaved();
  assert.equal(store.get().saving.name, "under-way", "what is under way goes on unseen");
  connection.last.reject(new Refused("busy", "A run is being saved already."));
  await settle();
  assert.deepEqual(store.get().saving, { name: "failed", why: "A run is being saved already." });
  commands.forgetSaved();
  assert.equal(store.get().saving, null);
});

test("a connection that is lost while a run is saved ends in a sentence, what was saved before stays", () => {
  const { store, commands } = setUp(trained());
  void commands.saveRun(OPTIONS);
  lose(store);
  assert.match(store.get().saving.why, /connection was lost while the run was being saved.*Try again/);
  store.dispatch({ type: "set", patch: { saving: { name: "saved", run: {} } } });
  store.dispatch({ type: "phase", phase: { name: "reconnecting", retryAtMs: null, farewell: null } });
  assert.equal(store.get().saving.name, "saved");
});

test("without a connection saving says that it is lost", async () => {
  const { connection, store, commands } = setUp(trained());
  connection.live = false;
  await commands.saveRun(OPTIONS);
  assert.match(store.get().saving.why, /connection was lost/);
});

test("there is nothing to save before anything is learned, without points, of a lost run, and offline", () => {
  const { store, commands } = setUp(trained());
  assert.equal(whyNotSaved(store.get()), "The points are gone, so the run cannot be saved.");
  commands.add([[1, 2]]);
  assert.equal(whyNotSaved(store.get()), "");
  const { run } = store.get();
  assert.match(whyNotSaved({ ...store.get(), run: { ...run, step: 0 } }), /nothing to save yet/);
  assert.match(whyNotSaved({ ...store.get(), run: { ...run, state: "DIVERGED" } }), /lost its way/);
  lose(store);
  assert.match(whyNotSaved(store.get()), /Waiting for the server/);
});

test("on an empty page a run is opened at once, elsewhere it is asked first", async () => {
  const empty = setUp();
  void empty.commands.giveRun(ZIP);
  await settle();
  assert.deepEqual(empty.store.get().opening, { name: "sending", source: ZIP });
  assert.deepEqual(empty.post.last.parts, ZIP.parts);

  const drawn = setUp();
  drawn.commands.add([[1, 2]]);
  await drawn.accept();
  void drawn.commands.giveRun(ZIP);
  await settle();
  assert.deepEqual(drawn.store.get().opening, { name: "confirming", source: ZIP });
  assert.equal(drawn.post.sent.length, 0);
  void drawn.commands.giveRun(SETTINGS);
  await settle();
  assert.equal(drawn.post.sent.length, 1, "points stay with other settings: nothing is lost");

  const learned = setUp(trained());
  void learned.commands.giveRun(SETTINGS);
  assert.equal(learned.store.get().opening.name, "confirming", "weights may be lost");
});

test("an opened run takes the place of everything, and there is nothing to undo", async () => {
  const { store, commands, post, accept } = setUp();
  commands.add([[3, 3]]);
  await accept();
  void commands.openRun(ZIP);
  await settle();
  const message = { type: "RUN_OPENED", state: STATE, history: [], run_id: "r", found: null, notes: ["A note."] };
  store.dispatch({ type: "opened", message });
  commands.opened(message);
  post.last.resolve();
  await settle();
  const { document, confirmed, serverConfig, run, history, opening, notice, dataset } = store.get();
  assert.deepEqual(document.points.map(({ x, y, label }) => [x, y, label]), [[1, 2, 0], [-1, 2, 1]]);
  assert.deepEqual([...confirmed.values()].map(({ id, split }) => [id, split]), [[5, "train"], [6, "test"]]);
  assert.deepEqual([document.config.seed, serverConfig.seed, run.state, run.step], [11, 11, "PAUSED", 1200]);
  assert.deepEqual(history, { undo: "none", redo: "none" });
  assert.deepEqual([opening, dataset], [null, null]);
  assert.match(notice.text, /open, at step 1,200.*A note\.$/);
  commands.add([[0, 0]]);
  commands.undo();
  assert.equal(store.get().document.points.length, 2, "undo goes back to what was opened, and no further");
  commands.undo();
  assert.equal(store.get().document.points.length, 2);
});

test("an answer that comes before the run is open ends nothing yet", async () => {
  const { store, commands, post } = setUp();
  void commands.openRun(ZIP);
  await settle();
  post.last.resolve();
  await settle();
  assert.deepEqual([store.get().opening, store.get().notice], [{ name: "sending", source: ZIP }, null]);
  commands.opened({ type: "RUN_OPENED", state: STATE, history: [], run_id: "r", found: null, notes: [] });
  assert.equal(store.get().opening, null);
});

test("what had not reached the server is not mixed into the opened run", () => {
  const { store, commands } = setUp();
  commands.add([[3, 3]]);
  store.dispatch({ type: "opened", message: { type: "RUN_OPENED", state: STATE, history: [], run_id: "r", found: null, notes: [] } });
  assert.deepEqual(store.get().document.points.map(({ x, y }) => [x, y]), [[1, 2], [-1, 2]]);
});

test("a run that trains is stopped before another is opened", async () => {
  const { connection, store, commands, post } = setUp(trained({ run_state: "TRAINING" }));
  void commands.openRun(ZIP);
  await settle();
  assert.deepEqual(connection.last.message, { type: "STOP_TRAINING" });
  assert.equal(post.sent.length, 0);
  connection.last.resolve({ type: "OK", id: 1 });
  await settle();
  assert.equal(post.sent.length, 1);

  const stuck = setUp(trained({ run_state: "TRAINING" }));
  void stuck.commands.openRun(ZIP);
  await settle();
  stuck.connection.last.reject(new Refused("busy", "Not now."));
  await settle();
  assert.match(stuck.store.get().opening.why, /could not be stopped/);
  assert.equal(store.get().opening.name, "sending");
});

test("a file that is no run is not tried again", async () => {
  const { store, commands, post } = setUp();
  void commands.openRun(ZIP);
  await settle();
  post.last.reject(new RunRefused("mine.zip: it holds no config.json.", true));
  await settle();
  assert.deepEqual(store.get().opening, { name: "failed", why: "mine.zip: it holds no config.json.", source: null });
});

test("why the server does not take a run now is told, and it can be tried again", async () => {
  const { store, commands, post } = setUp();
  void commands.openRun(ZIP);
  await settle();
  post.last.reject(new RunRefused("Several runs are being opened at this moment."));
  await settle();
  assert.deepEqual(store.get().opening, { name: "failed", why: "Several runs are being opened at this moment.", source: ZIP });
  void commands.openRun(store.get().opening.source);
  await settle();
  assert.equal(post.sent.length, 2);
});

test("a connection that is lost while a run is opened calls it off and says so", async () => {
  const { store, commands, post } = setUp();
  void commands.openRun(ZIP);
  await settle();
  lose(store);
  await settle();
  assert.ok(post.last.signal.aborted);
  assert.match(store.get().opening.why, /connection was lost while the run was being opened/);
  assert.equal(store.get().opening.source, ZIP);

  const offline = setUp();
  offline.connection.live = false;
  await offline.commands.openRun(ZIP);
  assert.match(offline.store.get().opening.why, /connection was lost/);
});

test("what is called off ends quietly, and what is asked anew calls off what was asked before", async () => {
  const { store, commands, post } = setUp();
  void commands.openRun(ZIP);
  await settle();
  commands.leaveOpening();
  await settle();
  assert.ok(post.last.signal.aborted);
  assert.equal(store.get().opening, null);
  void commands.openRun(ZIP);
  void commands.openRun(SETTINGS);
  await settle();
  assert.equal(store.get().opening.source, SETTINGS);
  assert.equal(post.sent.filter(({ signal }) => !signal.aborted).length, 1);
});

test("settings that come from a file are one entry of the history", async () => {
  const { store, commands, post } = setUp();
  void commands.openRun(SETTINGS);
  await settle();
  store.dispatch({ type: "config", message: { type: "CONFIG", config_version: 2, config: { ...CONFIG, seed: 11 } } });
  post.last.resolve(null);
  await settle();
  assert.equal(store.get().opening, null);
  assert.deepEqual([store.get().notice.action, store.get().history.undo], ["undo", "free"]);
  assert.match(store.get().notice.text, /Points and weights are in the zip/);
  commands.undo();
  assert.equal(store.get().document.config.seed, CONFIG.seed);
});

test("what is larger than the server takes is not sent", async () => {
  const { store, commands, post } = setUp();
  await commands.openRun({ ...ZIP, parts: [{ name: "zip", content: new Blob(["x".repeat(12_000)]) }] });
  assert.match(store.get().opening.why, /too large for a saved run: it has 12.kB, and 10.kB/);
  assert.equal(post.sent.length, 0);
});

test("what cannot be a run is refused with a sentence", () => {
  const { store, commands } = setUp();
  commands.refuseGiven("There are 2 runs in this folder.");
  assert.deepEqual(store.get().opening, { name: "failed", why: "There are 2 runs in this folder.", source: null });
});

const finding = (state = {}) => sessionMessage({ resumed: true, finds_runs: true }, state);
const PATH = `20261125T101530Z-4f3a9c1b/${"3fa8c2e91b04".padEnd(64, "0")}/${"91bc00f2aa10".padEnd(64, "f")}`;
const foundRun = (others) => ({ type: "RUN_OPENED", state: STATE, history: [], run_id: "r", found: { path: PATH, others }, notes: [] });

for (const [others, sentence] of [
  [0, /curves and weights\.$/],
  [1, / 1 other is kept here with the same settings: its zip or folder opens it\.$/],
  [2, / 2 others are kept here with the same settings: their zip or folder opens them\.$/],
]) {
  test(`a config of which a run is kept opens that, and says which it was and that there are ${others} others`, async () => {
    const { store, commands, post } = setUp(finding());
    void commands.giveRun(SETTINGS);
    await settle();
    assert.deepEqual(post.last.parts, SETTINGS.parts);
    post.last.resolve("r");
    await settle();
    assert.deepEqual([store.get().opening?.name, store.get().notice], ["sending", null], "the connection tells of it");
    store.dispatch({ type: "opened", message: foundRun(others) });
    commands.opened(foundRun(others));
    const { opening, notice, history } = store.get();
    assert.deepEqual([opening, history.undo, notice.stays], [null, "none", true]);
    assert.match(notice.text, /^The newest run with these settings was opened: 20261125T101530Z-4f3a9c1b\/3fa8c2e91b04…\/91bc00f2aa10…, at step 1,200/);
    assert.match(notice.text, sentence);
  });
}

test("a config of which no run is kept brings settings and seed, and says so", async () => {
  const { store, commands, post } = setUp(finding());
  void commands.giveRun(SETTINGS);
  await settle();
  post.last.resolve(null);
  await settle();
  assert.deepEqual([store.get().opening, store.get().notice.action], [null, "undo"]);
  assert.match(store.get().notice.text, /^No run with these settings is kept here, so only settings and seed/);
});

test("where a config may open a run points may be lost by it, and the settings alone can be had", async () => {
  const { store, commands, post, accept } = setUp(finding());
  commands.add([[1, 2]]);
  await accept();
  void commands.giveRun(SETTINGS);
  await settle();
  assert.deepEqual([store.get().opening, post.sent.length], [{ name: "confirming", source: SETTINGS }, 0]);
  const alone = settingsOf(SETTINGS);
  assert.deepEqual(alone, { ...SETTINGS, what: "settings", parts: [{ name: "settings", content: SETTINGS.parts[0].content }] });
  void commands.openRun(alone);
  await settle();
  post.last.resolve(null);
  await settle();
  assert.match(store.get().notice.text, /^Settings and seed are those of the file/);
  assert.equal(store.get().document.points.length, 1);
});
