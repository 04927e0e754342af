/** UTF-8 without a platform: the core has no TextDecoder. Bytes that are not UTF-8 become U+FFFD. */

const LOWEST = [0, 0x80, 0x800, 0x10000];

/** Decodes bytes [start, end). */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let codes: number[] = [];
  for (let i = start; i < end;) {
    const lead = bytes[i]!;
    const extra = lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1; // prettier-ignore
    let code = extra <= 0 ? lead : lead & (0x3f >> extra);
    let used = 1;
    for (; used <= extra && i + used < end && (bytes[i + used]! & 0xc0) === 0x80; used++) {
      code = code * 64 + (bytes[i + used]! & 0x3f);
    }
    const whole = extra >= 0 && used === extra + 1 && code >= LOWEST[extra]! && code <= 0x10ffff;
    codes.push(whole && (code < 0xd800 || code > 0xdfff) ? code : 0xfffd);
    i += used;
    if (codes.length >= 4096) {
      parts.push(String.fromCodePoint(...codes));
      codes = [];
    }
  }
  parts.push(String.fromCodePoint(...codes));
  return parts.join('');
}
