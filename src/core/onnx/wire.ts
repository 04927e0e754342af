/**
 * Just enough of the protobuf wire format to walk an ONNX file in place. Every step moves forward and stays
 * inside its message, so a damaged file ends in a {@link WireError}, never in a loop or a giant allocation.
 * Source of the format: protobuf.dev/programming-guides/encoding.
 */
import { decodeUtf8 } from './utf8';

/** Why the bytes cannot be read: they end too early, or they are not protobuf. */
export class WireError extends Error {
  constructor(
    readonly reason: 'truncated' | 'malformed',
    message: string,
  ) {
    super(message);
  }
}

/** A varint or a slice of the buffer. Fixed-width fields are skipped: ONNX has none that we need. */
export interface Field {
  readonly number: number;
  readonly wire: 'varint' | 'bytes' | 'fixed';
  /** Value of a varint, as a signed 64-bit integer (rounded beyond 2^53); 0 otherwise. */
  readonly value: number;
  /** Bytes [start, end) of a length-delimited field; empty otherwise. */
  readonly start: number;
  readonly end: number;
}

/** Longer strings are cut: names and metadata are short, and a damaged length must not cost memory. */
const LONGEST_STRING = 1 << 20;

/** Walks the fields of the message in bytes [start, end). */
export class WireReader {
  private at: number;

  constructor(
    private readonly bytes: Uint8Array,
    start = 0,
    private readonly end = bytes.length,
    private readonly depth = 0,
  ) {
    this.at = start;
  }

  /** The next field, or null at the end of the message. @throws WireError */
  next(): Field | null {
    if (this.at >= this.end) return null;
    const tag = this.varint();
    const number = Math.floor(tag / 8);
    if (tag < 0 || number < 1 || number > 536_870_911) {
      throw new WireError('malformed', 'a field has no valid number');
    }
    switch (tag % 8) {
      case 0:
        return { number, wire: 'varint', value: this.varint(), start: 0, end: 0 };
      case 1:
        return this.slice(number, 'fixed', 8);
      case 2:
        return this.slice(number, 'bytes', this.varint());
      case 5:
        return this.slice(number, 'fixed', 4);
      default:
        throw new WireError('malformed', 'a field has an unknown wire type');
    }
  }

  /** A reader of a nested message. */
  nested(field: Field): WireReader {
    return new WireReader(this.bytes, field.start, field.end, this.depth + 1);
  }

  text(field: Field): string {
    return decodeUtf8(this.bytes, field.start, Math.min(field.end, field.start + LONGEST_STRING));
  }

  /** A repeated integer: one value, or several packed into one field. @throws WireError */
  integers(field: Field): number[] {
    if (field.wire === 'varint') return [field.value];
    const packed = new WireReader(this.bytes, field.start, field.end, this.depth + 1);
    const values: number[] = [];
    while (packed.at < packed.end) values.push(packed.varint());
    return values;
  }

  private slice(number: number, wire: 'bytes' | 'fixed', length: number): Field {
    if (length < 0) throw new WireError('malformed', 'a field has a negative length');
    const start = this.at;
    const end = start + length;
    if (end > this.end)
      throw new WireError('truncated', 'a field reaches past the end of the file');
    this.at = end;
    return { number, wire, value: 0, start, end };
  }

  /** Only the file itself can be cut short; a nested message that does not fit into its own length is damage. */
  private tooLong(): WireError {
    return this.depth === 0
      ? new WireError('truncated', 'the file ends too early')
      : new WireError('malformed', 'a field is longer than the message that holds it');
  }

  private varint(): number {
    let value = 0;
    let factor = 1;
    const start = this.at;
    for (;;) {
      if (this.at >= this.end) throw this.tooLong();
      const byte = this.bytes[this.at++]!;
      const length = this.at - start;
      if (length > 10) throw new WireError('malformed', 'a number is longer than 10 bytes');
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return length < 8 ? value : this.signed(start);
    }
  }

  /** The same varint read exactly as int64; only long ones come here. */
  private signed(start: number): number {
    let value = 0n;
    for (let i = start, shift = 0n; i < this.at; i++, shift += 7n) {
      value |= BigInt(this.bytes[i]! & 0x7f) << shift;
    }
    return Number(BigInt.asIntN(64, value));
  }
}
