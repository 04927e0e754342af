/** An ONNX file with other metadata: what an older exporter wrote, or none. Independent of the reader under test. */

/** ModelProto.metadata_props: field 14, length-delimited. */
const METADATA_PROPS = 14;

/** The same model with `props` as its only metadata. */
export function withMetadata(
  file: Uint8Array,
  props: Readonly<Record<string, string>>,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < file.length) {
    const start = at;
    const [tag, afterTag] = varint(file, at);
    at = afterTag;
    const wire = tag & 7;
    if (wire === 0) [, at] = varint(file, at);
    else if (wire === 2) {
      const [length, afterLength] = varint(file, at);
      at = afterLength + length;
    } else at += wire === 1 ? 8 : 4;
    if (tag >>> 3 !== METADATA_PROPS) parts.push(file.subarray(start, at));
  }
  for (const [key, value] of Object.entries(props)) {
    const entry = [...field(1, key), ...field(2, value)];
    parts.push(Uint8Array.from([(METADATA_PROPS << 3) | 2, ...lengthOf(entry.length), ...entry]));
  }
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    joined.set(part, to);
    to += part.length;
  }
  return joined;
}

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function lengthOf(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

function field(number: number, text: string): number[] {
  const utf8 = new TextEncoder().encode(text);
  return [(number << 3) | 2, ...lengthOf(utf8.length), ...utf8];
}
