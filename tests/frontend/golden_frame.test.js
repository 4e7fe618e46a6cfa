import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { cellClass, cellConfidence, decodeFrame } from "../../frontend/frames.js";

const golden = (name) => readFileSync(new URL(`../golden/${name}`, import.meta.url));

test("the golden frame that the server's tests read says the same here", () => {
  const bytes = golden("map_update.bin");
  const { header, cells } = JSON.parse(golden("map_update.json").toString());
  const frame = decodeFrame(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  assert.deepEqual({
    version: frame.version, kind: frame.kind, encoding: frame.encoding, classes: frame.classes, width: frame.width,
    height: frame.height, seq: frame.seq, config_version: frame.configVersion, step: frame.step,
  }, {
    version: header.version, kind: header.kind, encoding: header.encoding, classes: header.classes, width: header.width,
    height: header.height, seq: header.seq, config_version: header.config_version, step: header.step,
  });
  assert.equal(frame.epoch, Math.fround(header.epoch));
  assert.equal(frame.trainLoss, Math.fround(header.train_loss));
  assert.deepEqual([...frame.cells].map((cell) => [cellClass(cell), cellConfidence(cell)]), cells);
});
