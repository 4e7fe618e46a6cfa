/** Makes the bytes of a frame of the units' maps, as binary_protocol.md says. */

/**
 * units: by layer, features first. tile(layer, unit): its cells; scale, weight, bias: functions of places, 0 based.
 */
export function neuronFrame({
  units = [2, 3, 1], side = 2, seq = 9, step = 40, drawn = units.map((count) => Math.min(8, count)),
  tile = () => new Uint8Array(side * side).fill(128), scale = () => 1, weight = () => 0, bias = () => 0, header = {},
} = {}) {
  const fields = { version: 1, kind: 2, encoding: 2, classes: 0, width: side, height: side, ...header };
  const bytes = [fields.version, fields.kind, fields.encoding, fields.classes, fields.width, 0, fields.height, 0];
  const numbers = new DataView(new ArrayBuffer(24));
  numbers.setUint32(0, seq, true);
  numbers.setUint32(4, 3, true);
  numbers.setUint32(8, step, true);
  numbers.setFloat32(16, 1.5, true);
  numbers.setFloat32(20, 0.25, true);
  bytes.push(...new Uint8Array(numbers.buffer));
  drawn.forEach((count, layer) => {
    for (let unit = 0; unit < count; unit += 1) bytes.push(...tile(layer, unit));
  });
  while (bytes.length % 4 !== 0) bytes.push(0);
  const float = (value) => bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
  drawn.forEach((count, layer) => {
    for (let unit = 0; unit < count; unit += 1) float(scale(layer, unit));
  });
  drawn.slice(1).forEach((count, index) => {
    for (let unit = 0; unit < count; unit += 1) {
      for (let input = 0; input < drawn[index]; input += 1) float(weight(index + 1, unit, input));
    }
  });
  drawn.slice(1).forEach((count, index) => {
    for (let unit = 0; unit < count; unit += 1) float(bias(index + 1, unit));
  });
  bytes.push(...drawn);
  for (const count of units) bytes.push(count & 255, count >> 8);
  bytes.push(units.length);
  return Uint8Array.from(bytes).buffer;
}
