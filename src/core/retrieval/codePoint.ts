/**
 * Orders strings by Unicode code point: what Python's `sorted` and UTF-8 byte order give. JavaScript's `<`
 * orders by UTF-16 unit, which differs where surrogate pairs meet U+E000..U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointWeight(x) - codePointWeight(y);
  }
  return a.length - b.length;
}

/** Moves surrogates (U+D800..U+DFFF) above the rest of the basic plane, where their code points belong. */
function codePointWeight(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
