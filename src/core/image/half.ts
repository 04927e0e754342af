/** IEEE 754 half precision, as raw bits in a Uint16Array: ES2023 has no Float16Array. */

const scratch = new DataView(new ArrayBuffer(4));

/** Nearest half of a number, ties to even; beyond 65504 it is infinity. Returns the 16 bits. */
export function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 halves are equally spaced by 2^-24.
  if (magnitude < 0x38800000) {
    const steps = Math.abs(scratch.getFloat32(0)) * 2 ** 24;
    const low = Math.floor(steps);
    const rest = steps - low;
    return sign | (rest > 0.5 || (rest === 0.5 && (low & 1) === 1) ? low + 1 : low);
  }
  const rebased = magnitude - 0x38000000;
  const low = rebased >>> 13;
  const rest = rebased & 0x1fff;
  return sign | (rest > 0x1000 || (rest === 0x1000 && (low & 1) === 1) ? low + 1 : low);
}

/** The number that 16 bits stand for. */
export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | null = null;

/** Widens a whole tensor, exactly. */
export function halfToFloat(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => fromHalf(bits));
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i]!]!;
  return out;
}

/** Rounds a whole tensor to halves. */
export function floatToHalf(floats: Float32Array): Uint16Array {
  const out = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) out[i] = toHalf(floats[i]!);
  return out;
}
