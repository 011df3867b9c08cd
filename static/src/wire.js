// The binary form of records (docs/wire.md): one block a message, little endian.

/**
 * Scalars of consecutive steps; values are row-major, n x m.
 * @typedef {{ kind: "steps", first: number, n: number, m: number, has: Uint8Array, values: Float32Array }} Steps
 *
 * A matrix measured at a step: element (i, j) is scale * data[i * cols + j].
 * @typedef {{ kind: "frame", step: number, name: string, rows: number, cols: number, of: number, scale: number, data: Int8Array }} Frame
 */

const MAGIC = 0x47;
const VERSION = 1;

/**
 * Reads one block. It throws for anything that is not a block of this version:
 * what is not understood must not be guessed at.
 * @param {ArrayBuffer} buffer
 * @returns {Steps | Frame}
 */
export function decode(buffer) {
  const v = new DataView(buffer);
  if (v.byteLength < 4 || v.getUint8(0) !== MAGIC) throw new Error("not a block of records");
  if (v.getUint8(1) !== VERSION) throw new Error(`records of version ${v.getUint8(1)}, this page reads ${VERSION}`);
  switch (v.getUint8(2)) {
    case 1:
      return steps(buffer, v);
    case 2:
      return frame(buffer, v);
    default:
      throw new Error(`unknown kind ${v.getUint8(2)} of block`);
  }
}

/**
 * Reads frames that stand one behind the other. Each gets memory of its own, so
 * that one that is kept does not keep the others.
 * @param {ArrayBuffer} buffer
 */
export function decodeAll(buffer) {
  /** @type {Frame[]} */
  const frames = [];
  for (let at = 0; at < buffer.byteLength; ) {
    const v = new DataView(buffer, at);
    if (v.byteLength < 20) throw new Error("a block is cut off");
    const length = 20 + padded(v.getUint8(14)) + v.getUint16(8, true) * v.getUint16(10, true);
    const block = decode(buffer.slice(at, at + length));
    if (block.kind !== "frame") throw new Error("steps where a frame was expected");
    frames.push(block);
    at += length;
  }
  return frames;
}

/** @param {ArrayBuffer} buffer @param {DataView} v @returns {Steps} */
function steps(buffer, v) {
  const first = v.getUint32(4, true);
  const n = v.getUint32(8, true);
  const m = v.getUint16(12, true);
  const at = 16 + padded(n);
  if (v.byteLength < at + 4 * n * m) throw new Error("a block is cut off");
  return { kind: "steps", first, n, m, has: new Uint8Array(buffer, 16, n), values: new Float32Array(buffer, at, n * m) };
}

/** An element of a frame. @param {Frame} f @param {number} i @param {number} j */
export const value = (f, i, j) => f.scale * f.data[i * f.cols + j];

/** @param {ArrayBuffer} buffer @param {DataView} v @returns {Frame} */
function frame(buffer, v) {
  const rows = v.getUint16(8, true);
  const cols = v.getUint16(10, true);
  const length = v.getUint8(14);
  const at = 20 + padded(length);
  if (v.byteLength < at + rows * cols) throw new Error("a block is cut off");
  return {
    kind: "frame",
    step: v.getUint32(4, true),
    name: new TextDecoder().decode(new Uint8Array(buffer, 20, length)),
    rows,
    cols,
    of: v.getUint16(12, true),
    scale: v.getFloat32(16, true),
    data: new Int8Array(buffer, at, rows * cols),
  };
}

/** @param {number} n */
function padded(n) {
  return (n + 3) & ~3;
}
