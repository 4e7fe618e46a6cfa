import assert from "node:assert/strict";
import test from "node:test";

import { LateFrames } from "../../frontend/late_frames.js";
import { FakeClock } from "./fakes.js";

const MAP = 1;
const NEURONS = 2;

function setUp() {
  const clock = new FakeClock();
  const acknowledged = [];
  const shown = [];
  const late = new LateFrames(clock, (frame) => acknowledged.push(frame), (frame) => shown.push(frame));
  return { clock, acknowledged, shown, late };
}

test("a late frame is acknowledged at once and not shown when a newer one comes", () => {
  const { clock, acknowledged, shown, late } = setUp();
  late.hold(MAP, "old");
  assert.deepEqual(acknowledged, ["old"]);
  late.drop(MAP);
  clock.advance(10_000);
  assert.deepEqual(shown, []);
});

test("the newest late frame of each kind is shown once when nothing newer comes", () => {
  const { clock, acknowledged, shown, late } = setUp();
  late.hold(MAP, "older map");
  late.hold(NEURONS, "tiles");
  late.hold(MAP, "map");
  assert.deepEqual(acknowledged, ["older map", "tiles", "map"]);
  clock.advance(299);
  assert.deepEqual(shown, []);
  clock.advance(10_000);
  assert.deepEqual(shown, ["map", "tiles"]);
});

test("late frames are forgotten with their connection", () => {
  const { clock, shown, late } = setUp();
  late.hold(MAP, "old");
  late.clear();
  clock.advance(10_000);
  assert.deepEqual(shown, []);
});
