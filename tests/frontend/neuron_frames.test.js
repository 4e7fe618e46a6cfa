import assert from "node:assert/strict";
import test from "node:test";

import { FrameError, openFrame } from "../../frontend/frames.js";
import { decodeNeurons } from "../../frontend/neuron_frames.js";
import { neuronFrame } from "./neuron_frame.js";

const neurons = (changes) => decodeNeurons(openFrame(neuronFrame(changes)));
const place = (layer, unit, input) => 100 * layer + 10 * unit + input;

test("tiles, scales, weights and biases are found by layer, unit and input", () => {
  const frame = neurons({
    units: [2, 3, 2], side: 3, tile: (layer, unit) => new Uint8Array(9).fill(10 * layer + unit),
    scale: (layer, unit) => layer + unit / 4, weight: place, bias: (layer, unit) => -place(layer, unit, 0),
  });
  assert.equal(frame.side, 3);
  assert.deepEqual(frame.drawn, [2, 3, 2]);
  const tileAt = frame.tileStart[2] + 1;
  assert.deepEqual([...frame.tiles.subarray(tileAt * 9, tileAt * 9 + 9)], Array(9).fill(21));
  assert.equal(frame.scales[frame.tileStart[1] + 2], 1.5);
  assert.equal(frame.weights[frame.weightStart[1] + 2 * 2 + 1], place(1, 2, 1));
  assert.equal(frame.weights[frame.weightStart[2] + 1 * 3 + 2], place(2, 1, 2));
  assert.equal(frame.biases[frame.biasStart[2] + 1], -place(2, 1, 0));
  assert.deepEqual([frame.seq, frame.step, frame.epoch, frame.trainLoss], [9, 40, 1.5, 0.25]);
});

test("of a wide layer the first eight are drawn, and all are counted", () => {
  const frame = neurons({ units: [2, 100, 300, 2], weight: place });
  assert.deepEqual(frame.drawn, [2, 8, 8, 2]);
  assert.deepEqual(frame.units, [2, 100, 300, 2]);
  assert.equal(frame.weights[frame.weightStart[2] + 7 * 8 + 7], place(2, 7, 7));
});

test("everything is a view of the message, not a copy", () => {
  const buffer = neuronFrame();
  const { tiles, scales, weights, biases } = decodeNeurons(openFrame(buffer));
  for (const view of [tiles, scales, weights, biases]) assert.equal(view.buffer, buffer);
});

test("a network without hidden layers has features and outputs", () => {
  assert.deepEqual(neurons({ units: [7, 2] }).drawn, [7, 2]);
});

const longer = (buffer) => {
  const bytes = new Uint8Array(buffer.byteLength + 4);
  bytes.set(new Uint8Array(buffer), 4);
  bytes.set(new Uint8Array(buffer, 0, 32));
  return bytes.buffer;
};

for (const [what, buffer, sentence] of [
  ["shorter than a header", new ArrayBuffer(31), /at least 32 bytes/],
  ["of the map's kind", neuronFrame({ header: { kind: 1 } }), /kind 2, this one has kind 1/],
  ["in another encoding", neuronFrame({ header: { encoding: 1 } }), /encoding 2, this one has encoding 1/],
  ["of tiles that are no squares", neuronFrame({ header: { height: 3 } }), /square, this one has 2 × 3/],
  ["of one layer", neuronFrame({ units: [2] }), /2 to 12 layers, features and outputs counted, this one has 1/],
  ["of thirteen layers", neuronFrame({ units: Array(13).fill(1) }), /this one has 13/],
  ["that draws more units than there are", neuronFrame({ units: [2, 3, 1], drawn: [2, 4, 1] }), /Of 3 units 3 are drawn, in layer 1 there are 4/],
  ["with a layer of no units", neuronFrame({ units: [2, 0, 1] }), /Of 0 units/],
  ["that is cut", neuronFrame({ units: [2, 3, 1] }).slice(0, 40), /layers|bytes/],
  ["that is too long", longer(neuronFrame()), /have \d+ bytes, these are \d+/],
]) {
  test(`a frame ${what} is refused with a sentence that says so`, () => {
    assert.throws(() => decodeNeurons(openFrame(buffer)), (error) => error instanceof FrameError && sentence.test(error.message));
  });
}
