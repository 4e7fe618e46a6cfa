import assert from "node:assert/strict";
import test from "node:test";

import { cellClass, cellConfidence, cellSigned, decodeFrame, FrameError, HEADER_BYTES, openFrame } from "../../frontend/frames.js";

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

function unitFrame(layer, unit, scale) {
  const buffer = frame({ encoding: 3, classes: 0 }, 6 + 8);
  const trailer = new DataView(buffer, HEADER_BYTES + 6);
  trailer.setUint16(0, layer, true);
  trailer.setUint16(2, unit, true);
  trailer.setFloat32(4, scale, true);
  return buffer;
}

test("a good frame gives its header and its cells", () => {
  const decoded = decodeFrame(openFrame(frame()));
  assert.deepEqual({ ...decoded, cells: null }, {
    unit: null,
    version: 1, kind: 1, encoding: 1, classes: 3, width: 3, height: 2, seq: 7, configVersion: 4, step: 5 + 2 * 2 ** 32,
    epoch: 1.5, trainLoss: 0.25, cells: null,
  });
  assert.deepEqual([...decoded.cells].map((cell) => [cellClass(cell), cellConfidence(cell)]),
    [[0, 0], [1, 1], [2, 2], [0, 3], [1, 4], [2, 5]]);
});

test("the cells are a view of the message, not a copy", () => {
  const buffer = frame();
  assert.equal(decodeFrame(openFrame(buffer)).cells.buffer, buffer);
});

test("a frame without a loss has NaN for it", () => {
  assert.ok(Number.isNaN(decodeFrame(openFrame(frame({ loss: NaN }))).trainLoss));
});

test("a map of values has signed cells and no classes", () => {
  const decoded = decodeFrame(openFrame(frame({ encoding: 2, classes: 0 })));
  assert.equal(decoded.classes, 0);
  assert.equal(cellSigned(decoded.cells[0]), -1);
  assert.equal(cellSigned(255), 1);
  assert.equal(decoded.unit, null);
});

test("a map of one unit says which unit and what its strongest cell is worth", () => {
  const decoded = decodeFrame(openFrame(unitFrame(2, 5, 3.5)));
  assert.deepEqual(decoded.unit, { layer: 2, unit: 5, scale: 3.5 });
  assert.equal(decoded.cells.length, 6);
});

for (const [what, buffer, sentence] of [
  ["shorter than its header", new ArrayBuffer(31), /at least 32 bytes, this one has 31/],
  ["of another version", frame({ version: 2 }), /version 1, this one has version 2/],
  ["of another kind", frame({ kind: 2 }), /kind 1, this one has kind 2/],
  ["of an unknown kind", frame({ kind: 3 }), /kind 1 and 2, this one has kind 3/],
  ["in another encoding", frame({ encoding: 4 }), /encoding 1, 2 and 3, this one has encoding 4/],
  ["with nine classes", frame({ classes: 9 }), /2 to 8 classes, this one has 9/],
  ["with one class", frame({ classes: 1 }), /2 to 8 classes, this one has 1/],
  ["without columns", frame({ width: 0 }, 0), /nothing to show/],
  ["with a cell too few", frame({}, 5), /has 6 cells, this one has 5/],
  ["with a cell too many", frame({}, 7), /has 6 cells, this one has 7/],
  ["of a unit without saying which", frame({ encoding: 3 }, 6), /has 6 cells, this one has -2/],
  ["of a unit without a scale", unitFrame(2, 5, NaN), /scale above 0, this one has NaN/],
]) {
  test(`a frame ${what} is refused with a sentence that says so`, () => {
    assert.throws(() => decodeFrame(openFrame(buffer)), (error) => error instanceof FrameError && sentence.test(error.message));
  });
}
