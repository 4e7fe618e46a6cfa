import assert from "node:assert/strict";
import test from "node:test";

import { cellClass, cellConfidence, decodeFrame, FrameError, HEADER_BYTES } from "../../frontend/frames.js";

function frame(changes = {}, cellCount = 6) {
  const fields = { version: 1, kind: 1, encoding: 1, classes: 3, width: 3, height: 2, seq: 7, configVersion: 4, stepLow: 5, stepHigh: 2, epoch: 1.5, loss: 0.25, ...changes };
  const buffer = new ArrayBuffer(HEADER_BYTES + cellCount);
  const view = new DataView(buffer);
  [fields.version, fields.kind, fields.encoding, fields.classes].forEach((value, offset) => view.setUint8(offset, value));
  view.setUint16(4, fields.width, true);
  view.setUint16(6, fields.height, true);
  view.setUint32(8, fields.seq, true);
  view.setUint32(12, fields.configVersion, true);
  view.setUint32(16, fields.stepLow, true);
  view.setUint32(20, fields.stepHigh, true);
  view.setFloat32(24, fields.epoch, true);
  view.setFloat32(28, fields.loss, true);
  for (let index = 0; index < cellCount; index += 1) view.setUint8(HEADER_BYTES + index, (index % 3) * 32 + index);
  return buffer;
}

test("a good frame gives its header and its cells", () => {
  const decoded = decodeFrame(frame());
  assert.deepEqual({ ...decoded, cells: null }, {
    version: 1, kind: 1, encoding: 1, classes: 3, width: 3, height: 2, seq: 7, configVersion: 4, step: 5 + 2 * 2 ** 32,
    epoch: 1.5, trainLoss: 0.25, cells: null,
  });
  assert.deepEqual([...decoded.cells].map((cell) => [cellClass(cell), cellConfidence(cell)]),
    [[0, 0], [1, 1], [2, 2], [0, 3], [1, 4], [2, 5]]);
});

test("the cells are a view of the message, not a copy", () => {
  const buffer = frame();
  assert.equal(decodeFrame(buffer).cells.buffer, buffer);
});

test("a frame without a loss has NaN for it", () => {
  assert.ok(Number.isNaN(decodeFrame(frame({ loss: NaN })).trainLoss));
});

for (const [what, buffer, sentence] of [
  ["shorter than its header", new ArrayBuffer(31), /at least 32 bytes, this one has 31/],
  ["of another version", frame({ version: 2 }), /version 1, this one has version 2/],
  ["of another kind", frame({ kind: 2 }), /kind 1, this one has kind 2/],
  ["in another encoding", frame({ encoding: 2 }), /encoding 1, this one has encoding 2/],
  ["with nine classes", frame({ classes: 9 }), /2 to 8 classes, this one has 9/],
  ["with one class", frame({ classes: 1 }), /2 to 8 classes, this one has 1/],
  ["without columns", frame({ width: 0 }, 0), /nothing to show/],
  ["with a cell too few", frame({}, 5), /has 6 cells, this one has 5/],
  ["with a cell too many", frame({}, 7), /has 6 cells, this one has 7/],
]) {
  test(`a frame ${what} is refused with a sentence that says so`, () => {
    assert.throws(() => decodeFrame(buffer), (error) => error instanceof FrameError && sentence.test(error.message));
  });
}
