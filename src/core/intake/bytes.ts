/** Bounds-safe reads: past the end they give 0, so that a parser of hostile bytes never throws. */

export const u8 = (b: Uint8Array, at: number): number => b[at] ?? 0;

export const u16be = (b: Uint8Array, at: number): number => (u8(b, at) << 8) | u8(b, at + 1);

export const u16le = (b: Uint8Array, at: number): number => u8(b, at) | (u8(b, at + 1) << 8);

export const u24le = (b: Uint8Array, at: number): number => u16le(b, at) | (u8(b, at + 2) << 16);

export const u32be = (b: Uint8Array, at: number): number =>
  u16be(b, at) * 0x1_0000 + u16be(b, at + 2);

export const u32le = (b: Uint8Array, at: number): number =>
  u16le(b, at) + u16le(b, at + 2) * 0x1_0000;

/** Latin-1 text of `length` bytes. */
export function ascii(b: Uint8Array, at: number, length: number): string {
  let text = '';
  const end = Math.min(at + length, b.length);
  for (let i = at; i < end; i++) text += String.fromCharCode(b[i]!);
  return text;
}
