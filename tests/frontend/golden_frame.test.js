import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { cellClass, cellConfidence, decodeFrame, openFrame } from "../../frontend/frames.js";
import { decodeNeurons } from "../../frontend/neuron_frames.js";

const golden = (name) => readFileSync(new URL(`../golden/${name}`, import.meta.url));
const bytesOf = (name) => {
  const bytes = golden(`${name}.bin`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};
const toldOf = (name) => JSON.parse(golden(`${name}.json`).toString());

test("the golden frame that the server's tests read says the same here", () => {
  const { header, cells } = toldOf("map_update");
  const frame = decodeFrame(openFrame(bytesOf("map_update")));
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

for (const name of ["map_scalar", "map_unit"]) {
  test(`the golden frame ${name} that the server's tests read says the same here`, () => {
    const { header, cells, unit = null } = toldOf(name);
    const frame = decodeFrame(openFrame(bytesOf(name)));
    assert.deepEqual([frame.encoding, frame.classes, frame.step, frame.seq], [header.encoding, 0, header.step, header.seq]);
    assert.deepEqual([...frame.cells], cells);
    assert.deepEqual(frame.unit, unit);
  });
}

test("the golden units' maps that the server's tests read say the same here", () => {
  const told = toldOf("neuron_maps");
  const frame = decodeNeurons(openFrame(bytesOf("neuron_maps")));
  assert.deepEqual([frame.units, frame.drawn], [told.unit_counts, told.drawn_counts]);
  assert.deepEqual([frame.side, frame.step, frame.trainLoss], [told.header.width, told.header.step, told.header.train_loss]);
  const tiles = told.tiles.flat();
  assert.deepEqual([...frame.tiles], tiles.flatMap(({ cells }) => cells));
  assert.deepEqual([...frame.scales], tiles.map(({ scale }) => scale));
  assert.deepEqual([...frame.weights], told.weights.flat(2));
  assert.deepEqual([...frame.biases], told.biases.flat());
});
