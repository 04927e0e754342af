/** JPEG structure (ITU-T T.81 annex B): size, EXIF, completeness. Pixels are the platform decoder's. */
import { fail, ok, type Result } from '../types';
import { ascii, u16be, u8 } from './bytes';
import { NO_EXIF, readExif, type ExifFacts } from './exif';
import type { PhotoHeader } from './header';
import { checkSize, corrupt, decodeFailure } from './limits';

export interface JpegHeader extends PhotoHeader {
  /** 1 gray, 3 colour, 4 CMYK or YCCK (stored inverted, as Adobe does). */
  readonly components: 1 | 3 | 4;
  /** The same picture without the segments that could turn or recolour it (EXIF, ICC, ...) or trail it. */
  readonly bare: Uint8Array;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
const COM = 0xfe;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

const truncated = corrupt('The file ends before its picture does (truncated JPEG).');

/** Walks all segments and scans to the end-of-image marker; entropy-coded bytes are skipped, not decoded. */
export function readJpeg(bytes: Uint8Array): Result<JpegHeader> {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let exif: ExifFacts | null = null;
  let frame: { width: number; height: number; components: number } | null = null;
  let adobe = false;
  let scans = 0;
  let at = 2;
  for (;;) {
    // A marker is FF, any number of FF fill bytes, then its code.
    if (at + 1 >= bytes.length) return fail(truncated);
    if (bytes[at] !== 0xff) {
      return fail(corrupt('A JPEG segment does not start where it should.'));
    }
    while (at + 1 < bytes.length && bytes[at + 1] === 0xff) at++;
    const marker = u8(bytes, at + 1);
    const start = at;
    at += 2;
    if (marker === EOI) {
      kept.push(bytes.subarray(start, at));
      break;
    }
    if (marker === SOI || marker === 0 || isRestart(marker) || marker === 0x01) {
      return fail(corrupt('A JPEG marker stands where none may be.'));
    }
    const length = u16be(bytes, at);
    if (at + length > bytes.length) return fail(truncated);
    if (length < 2) return fail(corrupt('A JPEG segment has no length.'));
    const body = bytes.subarray(at + 2, at + length);
    at += length;
    if (marker === APP1 && exif === null && ascii(body, 0, 6) === 'Exif\0\0') exif = readExif(body);
    if (marker === APP14 && ascii(body, 0, 5) === 'Adobe') adobe = true;
    if (isFrame(marker) && frame === null) {
      if (marker > 0xc2) return fail(variant('of a rare kind (lossless or arithmetic coding)'));
      if (u8(body, 0) !== 8) return fail(variant(`with ${u8(body, 0)} bits per channel`));
      frame = { height: u16be(body, 1), width: u16be(body, 3), components: u8(body, 5) };
      const size = checkSize(frame.width, frame.height);
      if (!size.ok) return size;
    }
    const isApp = marker >= APP0 && marker <= 0xef;
    const needed = !(isApp || marker === COM) || marker === APP0 || marker === APP14;
    if (needed) kept.push(bytes.subarray(start, at));
    if (marker === SOS) {
      if (frame === null) return fail(corrupt('The JPEG has a scan before its header.'));
      scans++;
      const from = at;
      at = endOfScan(bytes, at);
      kept.push(bytes.subarray(from, at));
    }
  }
  if (frame === null || scans === 0) return fail(corrupt('The JPEG holds no picture.'));
  const { width, height, components } = frame;
  if (components !== 1 && components !== 3 && components !== 4) {
    return fail(variant(`with ${components} channels`));
  }
  // Decoders disagree on whether such ink values are stored inverted, so nobody can know the colours.
  if (components === 4 && !adobe) return fail(variant('in CMYK without the Adobe marker'));
  return ok({ width, height, ...(exif ?? NO_EXIF), components, bare: concat(kept) });
}

/** First byte of the next real marker after entropy-coded data, or the end of the bytes. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1]!;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
    at += next === 0xff ? 1 : 2;
  }
}

const variant = (what: string) =>
  decodeFailure(
    'unsupported-format',
    `This is a JPEG ${what}. Save it as an ordinary 8-bit RGB JPEG or PNG.`,
  );

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
