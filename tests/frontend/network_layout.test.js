import assert from "node:assert/strict";
import test from "node:test";

import { layoutNetwork, linkAt, placeOnLink } from "../../frontend/network_layout.js";

const shape = (changes = {}) => ({ featureCount: 7, features: [0, 1], hidden: [8, 8], outputs: 2, ...changes });
const boxes = ({ tiles, features, tileSide }) => [...features, ...tiles.filter(({ layer }) => layer > 0)].map(({ x, y }) => [x, y, x + tileSide, y + tileSide]);

for (const [what, hidden, width, height] of [
  ["the network that the page opens with", [8, 8], 700, 640],
  ["no hidden layer", [], 700, 640],
  ["six layers of eight", Array(6).fill(8), 700, 640],
  ["ten layers of a hundred", Array(10).fill(100), 700, 640],
  ["ten layers on a phone", Array(10).fill(8), 358, 420],
]) {
  test(`no two tiles overlap, and all lie within the diagram: ${what}`, () => {
    const layout = layoutNetwork(shape({ hidden }), width, height);
    const all = boxes(layout);
    all.forEach(([left, top, right, bottom], index) => {
      assert.ok(left >= 0 && top >= layout.headHeight && right <= layout.width && bottom <= layout.height);
      for (const other of all.slice(index + 1)) {
        assert.ok(right <= other[0] || other[2] <= left || bottom <= other[1] || other[3] <= top);
      }
    });
  });
}

test("ten hidden layers fit on a laptop without scrolling", () => {
  const layout = layoutNetwork(shape({ hidden: Array(10).fill(8) }), 708, 640);
  assert.ok(layout.width <= 708, `${layout.width}`);
  assert.ok(layout.height <= 640);
});

test("on a narrow screen the diagram is wider than its room rather than too small to be seen", () => {
  const layout = layoutNetwork(shape({ hidden: Array(10).fill(8) }), 358, 420);
  assert.ok(layout.width > 358);
  assert.ok(layout.tileSide >= 26);
});

test("of a wide layer eight units are drawn and the rest is counted", () => {
  const { columns, drawn, units, tiles } = layoutNetwork(shape({ hidden: [100, 3] }), 700, 640);
  assert.deepEqual(units, [2, 100, 3, 2]);
  assert.deepEqual(drawn, [2, 8, 3, 2]);
  assert.deepEqual(columns.map(({ hiddenUnits }) => hiddenUnits), [0, 92, 0, 0]);
  assert.equal(tiles.filter(({ layer }) => layer === 1).length, 8);
});

test("links come in the order of the wire: by layer, unit and input", () => {
  const { links, tiles, tileSide } = layoutNetwork(shape({ features: [4, 1], hidden: [3], outputs: 2 }), 700, 640);
  assert.equal(links.count, 3 * 2 + 2 * 3);
  assert.deepEqual([links.layer[5], links.unit[5], links.input[5]], [1, 2, 1]);
  assert.deepEqual([links.layer[9], links.unit[9], links.input[9]], [2, 1, 0]);
  const from = tiles.find(({ layer, unit }) => layer === 0 && unit === 1);
  assert.equal(links.y0[5], Math.fround(from.y + tileSide / 2));
});

test("a chosen feature's links leave from its own place in the column", () => {
  const { features, tiles } = layoutNetwork(shape({ features: [6, 2] }), 700, 640);
  assert.deepEqual(tiles.slice(0, 2).map(({ y }) => y), [features[6].y, features[2].y]);
});

test("a link is found from any place on its curve, and nothing where none is near", () => {
  const { links, width, height } = layoutNetwork(shape({ hidden: [2], features: [0, 6] }), 700, 640);
  for (let link = 0; link < links.count; link += 1) {
    for (const t of [0.2, 0.5, 0.8]) {
      const { x, y } = placeOnLink(links, link, t);
      const found = linkAt(links, x, y + 1, 6);
      const other = placeOnLink(links, found, t);
      assert.ok(found === link || Math.hypot(other.x - x, other.y - y) < 12, `${link} ${found}`);
    }
  }
  assert.equal(linkAt(links, width - 1, height - 1, 6), -1);
  const middle = placeOnLink(links, 0, 0.2);
  assert.equal(linkAt(links, middle.x, middle.y, 6), 0);
  assert.equal(linkAt(links, middle.x, middle.y - 20, 6), -1);
});

test("a curve begins and ends level with its tiles", () => {
  const { links } = layoutNetwork(shape(), 700, 640);
  assert.deepEqual([placeOnLink(links, 3, 0).y, placeOnLink(links, 3, 1).y], [links.y0[3], links.y1[3]]);
  assert.ok(Math.abs(placeOnLink(links, 3, 0.02).y - links.y0[3]) < 0.5);
});
