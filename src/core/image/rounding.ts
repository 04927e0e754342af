/** Rounding rules of the libraries that the pixels must agree with. */

/**
 * Nearest integer, halves to the even one: Python's `round(x)` and C's `lrint`.
 * `Math.round` sends halves up, which moves one letterbox in sixty by a pixel.
 */
export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest < 0.5) return low;
  if (rest > 0.5) return low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** Clamps an integer to 0..255. */
export function clampByte(x: number): number {
  return x < 0 ? 0 : x > 255 ? 255 : x;
}
