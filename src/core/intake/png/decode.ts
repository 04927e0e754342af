/**
 * PNG to RGB. Decoded here and not by the platform because a 2-D canvas stores premultiplied colours and so
 * destroys those of translucent pixels; this way every browser and Node give the same bytes.
 * W3C PNG 3rd edition: filters section 9, interlacing section 8, colour section 13. Gamma and ICC are ignored.
 */
import { fail, ok, type Result, type RgbImage } from '../../types';
import { onWhite } from '../colour';
import { corrupt } from '../limits';
import type { PngHeader } from './structure';

/**
 * Inflates a zlib stream (RFC 1950) into `length` bytes: fewer when the stream is shorter, never more.
 * Throws on a damaged stream.
 */
export type Inflate = (zlib: Uint8Array, length: number) => Uint8Array;

interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

const WHOLE: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }];
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Decodes to 8-bit RGB as stored (orientation not applied); 16-bit samples keep their high byte, alpha goes on white. */
export function decodePng(png: PngHeader, inflate: Inflate): Result<RgbImage> {
  const { width, height } = png;
  const bitsPerPixel = CHANNELS[png.colourType] * png.depth;
  const passes = (png.interlaced ? ADAM7 : WHOLE)
    .map((pass) => {
      const columns = Math.ceil((width - pass.x) / pass.dx);
      const rows = Math.ceil((height - pass.y) / pass.dy);
      return { ...pass, columns, rows, stride: Math.ceil((columns * bitsPerPixel) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const expected = passes.reduce((sum, { rows, stride }) => sum + rows * (stride + 1), 0);

  let raw: Uint8Array;
  try {
    raw = inflate(join(png.data), expected);
  } catch {
    return fail(corrupt('The PNG picture data is damaged.'));
  }
  if (raw.length < expected) return fail(corrupt('The PNG picture data ends early.'));

  const data = new Uint8Array(width * height * 3);
  const write = pixelWriter(png, data);
  const step = Math.max(1, bitsPerPixel >> 3);
  let at = 0;
  for (const { x, y, dx, dy, columns, rows, stride } of passes) {
    let previous: Uint8Array = new Uint8Array(stride);
    for (let row = 0; row < rows; row++) {
      const filter = raw[at]!;
      const line = raw.subarray(at + 1, at + 1 + stride);
      if (filter > 4) return fail(corrupt('The PNG picture data is damaged.'));
      unfilter(filter, line, previous, step);
      write(line, columns, ((y + row * dy) * width + x) * 3, dx * 3);
      previous = line;
      at += stride + 1;
    }
  }
  return ok({ width, height, data });
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Undoes a row's filter in place; `step` is the distance in bytes to the pixel on the left. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): void {
  const n = line.length;
  switch (filter) {
    case 1:
      for (let i = step; i < n; i++) line[i] = line[i]! + line[i - step]!;
      break;
    case 2:
      for (let i = 0; i < n; i++) line[i] = line[i]! + above[i]!;
      break;
    case 3:
      for (let i = 0; i < n; i++) {
        const left = i >= step ? line[i - step]! : 0;
        line[i] = line[i]! + ((left + above[i]!) >> 1);
      }
      break;
    case 4:
      for (let i = 0; i < n; i++) {
        const left = i >= step ? line[i - step]! : 0;
        const corner = i >= step ? above[i - step]! : 0;
        line[i] = line[i]! + paeth(left, above[i]!, corner);
      }
      break;
    default:
      break;
  }
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** Writes `columns` pixels of an unfiltered row to RGB bytes starting at `to`, `stride` apart. */
type PixelWriter = (line: Uint8Array, columns: number, to: number, stride: number) => void;

function pixelWriter(png: PngHeader, out: Uint8Array): PixelWriter {
  const { depth, palette, transparency } = png;
  const wide = depth === 16;
  const bytes = wide ? 2 : 1;
  const put = (to: number, r: number, g: number, b: number, a: number): void => {
    out[to] = onWhite(r, a);
    out[to + 1] = onWhite(g, a);
    out[to + 2] = onWhite(b, a);
  };
  const sample = (line: Uint8Array, index: number): number =>
    wide ? (line[index * 2]! << 8) | line[index * 2 + 1]! : line[index]!;
  const key = (index: number): number =>
    transparency !== null && transparency.length >= index * 2 + 2
      ? (transparency[index * 2]! << 8) | transparency[index * 2 + 1]!
      : -1;
  switch (png.colourType) {
    case 0: {
      const transparent = key(0);
      const mask = 2 ** Math.min(depth, 8) - 1;
      const scale = 255 / mask;
      return (line, columns, to, stride) => {
        for (let i = 0; i < columns; i++, to += stride) {
          if (depth >= 8) {
            const gray = line[i * bytes]!;
            put(to, gray, gray, gray, sample(line, i) === transparent ? 0 : 255);
          } else {
            const value = packed(line, i, depth, mask);
            const gray = value * scale;
            put(to, gray, gray, gray, value === transparent ? 0 : 255);
          }
        }
      };
    }
    case 2: {
      const [kr, kg, kb] = [key(0), key(1), key(2)];
      return (line, columns, to, stride) => {
        for (let i = 0; i < columns; i++, to += stride) {
          const j = i * 3;
          const hidden =
            kb >= 0 &&
            sample(line, j) === kr &&
            sample(line, j + 1) === kg &&
            sample(line, j + 2) === kb;
          const at = j * bytes;
          put(to, line[at]!, line[at + bytes]!, line[at + 2 * bytes]!, hidden ? 0 : 255);
        }
      };
    }
    case 3: {
      const mask = 2 ** depth - 1;
      return (line, columns, to, stride) => {
        for (let i = 0; i < columns; i++, to += stride) {
          const index = depth === 8 ? line[i]! : packed(line, i, depth, mask);
          // An index past the palette is black, as libpng shows it.
          const at = index * 3;
          put(
            to,
            palette[at] ?? 0,
            palette[at + 1] ?? 0,
            palette[at + 2] ?? 0,
            transparency?.[index] ?? 255,
          );
        }
      };
    }
    case 4:
      return (line, columns, to, stride) => {
        for (let i = 0; i < columns; i++, to += stride) {
          const at = i * 2 * bytes;
          const gray = line[at]!;
          put(to, gray, gray, gray, line[at + bytes]!);
        }
      };
    case 6:
      return (line, columns, to, stride) => {
        for (let i = 0; i < columns; i++, to += stride) {
          const at = i * 4 * bytes;
          const a = line[at + 3 * bytes]!;
          put(to, line[at]!, line[at + bytes]!, line[at + 2 * bytes]!, a);
        }
      };
  }
}

/** Sample `i` of a row of 1-, 2- or 4-bit samples, leftmost in the high bits. */
function packed(line: Uint8Array, i: number, depth: number, mask: number): number {
  const bit = i * depth;
  return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & mask;
}
