import assert from "node:assert/strict";
import test from "node:test";

import { createViewer } from "../../frontend/view_wish.js";

function viewer() {
  const told = [];
  return { told, ...createViewer({ tell: (message) => told.push(message) }, { width: 100, height: 100, visible: true }) };
}

test("only what has changed is told", () => {
  const { told, wish } = viewer();
  wish({ neurons: true, visible: true });
  wish({ neurons: true, unit: [1, 2] });
  wish({ unit: [1, 2] });
  assert.deepEqual(told, [{ type: "VIEW", neurons: true }, { type: "VIEW", unit: [1, 2] }]);
});

test("a new connection is told everything that is wished", () => {
  const { told, wish, tellAll } = viewer();
  wish({ visible: false });
  wish({ unit: null });
  tellAll();
  assert.deepEqual(told.at(-1), { type: "VIEW", width: 100, height: 100, visible: false, unit: null });
});
