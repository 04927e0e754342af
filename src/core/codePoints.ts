/**
 * Code-point order of strings, as Python's `sorted` gives it. JavaScript's `<` compares UTF-16 units,
 * which puts an emoji before U+FFxx.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    // A surrogate stands for a code point above every other unit; equal leading units cancel.
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Orders UTF-16 units so that surrogates come after U+E000..U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
