/** Edits protobuf messages in place of a library: fields of one number are replaced, everything else is kept. */
import { WireReader, type Field } from '../../src/core/onnx/wire';
import { varint } from '../unit/onnx/encode';

/** The message with every length-delimited field of that number replaced; null leaves it out. */
export function rewrite(
  message: Uint8Array,
  number: number,
  change: (content: Uint8Array) => Uint8Array | null,
): Uint8Array {
  const parts: Uint8Array[] = [];
  const reader = new WireReader(message);
  let kept = 0;
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.number !== number || field.wire !== 'bytes') continue;
    parts.push(message.subarray(kept, field.start - headerLength(field)));
    const content = change(message.subarray(field.start, field.end));
    if (content !== null) parts.push(delimited(number, content));
    kept = field.end;
  }
  parts.push(message.subarray(kept));
  return concat(parts);
}

/** Contents of the length-delimited fields of that number. */
export function contents(message: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  rewrite(message, number, (content) => {
    found.push(content);
    return content;
  });
  return found;
}

/** Tag, length and content. */
export const delimited = (number: number, content: Uint8Array): Uint8Array =>
  concat([header(number, content.length), content]);

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const header = (number: number, length: number): Uint8Array =>
  Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]);

const headerLength = ({ number, start, end }: Field): number => header(number, end - start).length;
