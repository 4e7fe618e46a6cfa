import assert from "node:assert/strict";
import test from "node:test";

import { createAddressBar } from "../../frontend/address_bar.js";
import { initialState } from "../../frontend/state.js";
import { createStore } from "../../frontend/state_manager.js";
import { FakeClock, settle } from "./fakes.js";

function setUp({ fragment = "", kept = null, during = () => {} } = {}) {
  const clock = new FakeClock();
  const store = createStore(initialState(null));
  store.dispatch({ type: "phase", phase: { name: "live", retryAtMs: null, farewell: null } });
  const opened = [];
  const replaced = [];
  const stored = new Map(kept === null ? [] : [["boundary-lab/address", kept]]);
  let shown = fragment;
  const addressBar = createAddressBar({
    store, clock,
    bar: { read: () => shown, replace: (next) => { shown = next; replaced.push(next); } },
    storage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) },
    dress: ({ hidden }) => store.dispatch({ type: "set", patch: { hiddenControls: new Set(hidden) } }),
    async open(read) {
      opened.push(read);
      during();
      configure(read.config);
    },
  });
  const configure = (patch) => {
    const { document } = store.get();
    store.dispatch({ type: "document", document: { ...document, config: { ...document.config, ...patch } } });
  };
  const go = (next) => {
    shown = next;
    return addressBar.changed();
  };
  return { clock, store, addressBar, opened, replaced, configure, go };
}

test("an address that a page is loaded with is opened once, and stays as it is until something changes", async () => {
  const { clock, addressBar, opened, replaced, configure } = setUp({ fragment: "networkShape=3&seed=0.5" });
  await addressBar.begin();
  await addressBar.begin();
  clock.advance(10_000);
  assert.equal(opened.length, 1);
  assert.deepEqual(opened[0].config.hidden_layers, [3]);
  assert.deepEqual(replaced, []);
  configure({ l1: 0.5 });
  clock.advance(10_000);
  assert.equal(replaced.length, 1);
  assert.match(replaced[0], /^loss=squared_error&hidden_layers=3&.*l1=0\.5/);
});

test("the address that this tab has written itself is not opened by a reload", async () => {
  const { addressBar, opened } = setUp({ fragment: "l1=0.5", kept: "l1=0.5" });
  await addressBar.begin();
  assert.deepEqual(opened, []);
});

test("as the page opens the address stays empty", async () => {
  const { clock, addressBar, replaced } = setUp();
  await addressBar.begin();
  clock.advance(10_000);
  assert.deepEqual(replaced, []);
});

test("many changes are one change of the address, after a moment of rest", async () => {
  const { clock, addressBar, replaced, configure } = setUp();
  await addressBar.begin();
  for (const l1 of [0.1, 0.2, 0.3]) {
    configure({ l1 });
    clock.advance(100);
  }
  assert.deepEqual(replaced, []);
  clock.advance(10_000);
  assert.deepEqual(replaced, ["l1=0.3"]);
  configure({ l1: 0 });
  clock.advance(10_000);
  assert.deepEqual(replaced, ["l1=0.3", ""]);
});

test("while a person drags the address waits", async () => {
  const { clock, addressBar, replaced, configure } = setUp();
  await addressBar.begin();
  addressBar.setDragging(true);
  configure({ l2: 1 });
  clock.advance(10_000);
  assert.deepEqual(replaced, []);
  addressBar.setDragging(false);
  clock.advance(10_000);
  assert.deepEqual(replaced, ["l2=1"]);
});

test("an address typed over another is opened, one's own is not", async () => {
  const { clock, addressBar, opened, configure, go } = setUp();
  await addressBar.begin();
  configure({ l1: 0.5 });
  clock.advance(10_000);
  await go("l1=0.5");
  assert.equal(opened.length, 0);
  await go("l1=0.25");
  await go("");
  assert.deepEqual(opened.map(({ config }) => config.l1), [0.25]);
});

test("addresses that follow each other quickly are opened one after the other", async () => {
  const { addressBar, opened, go } = setUp();
  await addressBar.begin();
  const first = go("l1=0.1");
  const second = go("l1=0.2");
  await Promise.all([first, second]);
  await settle();
  assert.equal(opened.at(-1).config.l1, 0.2);
});

test("before the session is there nothing is opened, and what was typed meanwhile is then", async () => {
  const { addressBar, opened, go } = setUp({ fragment: "l1=0.1" });
  await go("l1=0.2");
  assert.deepEqual(opened, []);
  await addressBar.begin();
  assert.deepEqual(opened.map(({ config }) => config.l1), [0.2]);
});

test("what an address hides is hidden before there is a session", () => {
  const { store, opened } = setUp({ fragment: "hide=noise" });
  assert.deepEqual([...store.get().hiddenControls], ["noise"]);
  assert.deepEqual(opened, []);
});

test("an address typed while there is no connection is opened when it is back", async () => {
  const { store, addressBar, opened, go } = setUp();
  await addressBar.begin();
  store.dispatch({ type: "phase", phase: { name: "waiting", retryAtMs: 1000, farewell: null } });
  await go("dataset=spiral");
  assert.equal(opened.length, 0);
  store.dispatch({ type: "phase", phase: { name: "live", retryAtMs: null, farewell: null } });
  await addressBar.begin();
  assert.deepEqual(opened.map(({ origin }) => origin.dataset), ["spiral"]);
  await addressBar.begin();
  assert.equal(opened.length, 1);
});

test("an address whose connection is lost while it is opened is opened again", async () => {
  let loses = true;
  const { store, addressBar, opened } = setUp({
    fragment: "dataset=spiral",
    during() {
      if (loses) store.dispatch({ type: "phase", phase: { name: "waiting", retryAtMs: 1000, farewell: null } });
      loses = false;
    },
  });
  await addressBar.begin();
  store.dispatch({ type: "phase", phase: { name: "live", retryAtMs: null, farewell: null } });
  await addressBar.begin();
  await addressBar.begin();
  assert.deepEqual(opened.map(({ origin }) => origin.dataset), ["spiral", "spiral"]);
});
