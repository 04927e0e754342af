/** PNG structure (W3C PNG 3rd edition, section 5): chunks, checksums, size, EXIF. */
import { fail, ok, type Result } from '../../types';
import { ascii, u16be, u32be, u8 } from '../bytes';
import { NO_EXIF, readExif, type ExifFacts } from '../exif';
import type { PhotoHeader } from '../header';
import { checkSize, corrupt } from '../limits';
import { crc32 } from './crc';

export interface PngHeader extends PhotoHeader {
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly interlaced: boolean;
  /** RGB triples, empty without PLTE. */
  readonly palette: Uint8Array;
  /** The tRNS chunk's bytes, or null. */
  readonly transparency: Uint8Array | null;
  /** The zlib stream, in its IDAT pieces. */
  readonly data: readonly Uint8Array[];
}

const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const truncated = corrupt('The file ends before its picture does (truncated PNG).');

/**
 * Walks all chunks. A critical chunk with a wrong checksum is damage; a damaged ancillary chunk is left
 * out, as libpng does.
 */
export function readPng(bytes: Uint8Array): Result<PngHeader> {
  let head: Pick<PngHeader, 'width' | 'height' | 'depth' | 'colourType' | 'interlaced'> | null =
    null;
  let exif: ExifFacts = NO_EXIF;
  let palette: Uint8Array = new Uint8Array(0);
  let transparency: Uint8Array | null = null;
  const data: Uint8Array[] = [];
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) return fail(truncated);
    const length = u32be(bytes, at);
    const type = ascii(bytes, at + 4, 4);
    const end = at + 8 + length;
    if (head === null && type !== 'IHDR') return fail(corrupt('The PNG has no header.'));
    // The size is checked before the rest is looked at: a bomb is a bomb whatever follows.
    if (type === 'IHDR' && head === null) {
      if (length !== 13 || end + 4 > bytes.length) return fail(truncated);
      if (crc32(bytes, at + 4, end) !== u32be(bytes, end)) return fail(checksum(type));
      const read = readHeader(bytes.subarray(at + 8, end));
      if (!read.ok) return read;
      head = read.value;
      at = end + 4;
      continue;
    }
    if (end + 4 > bytes.length) return fail(truncated);
    const sound = crc32(bytes, at + 4, end) === u32be(bytes, end);
    const critical = (u8(bytes, at + 4) & 0x20) === 0;
    if (!sound && critical) return fail(checksum(type));
    const body = bytes.subarray(at + 8, end);
    at = end + 4;
    if (!sound) continue;
    if (type === 'IEND') break;
    else if (type === 'IDAT') data.push(body);
    else if (type === 'PLTE') palette = body;
    else if (type === 'tRNS') transparency = body;
    else if (type === 'eXIf') exif = readExif(body);
    else if (critical) return fail(corrupt('The PNG holds a part that no reader knows.'));
  }
  if (head === null || data.length === 0) return fail(corrupt('The PNG holds no picture.'));
  if (head.colourType === 3 && palette.length < 3)
    return fail(corrupt('The PNG lacks its palette.'));
  return ok({ ...head, ...exif, palette, transparency, data });
}

const checksum = (type: string) => corrupt(`The PNG is damaged (checksum of ${type}).`);

function readHeader(
  body: Uint8Array,
): Result<Pick<PngHeader, 'width' | 'height' | 'depth' | 'colourType' | 'interlaced'>> {
  const width = u32be(body, 0);
  const height = u32be(body, 4);
  const fits = checkSize(width, height);
  if (!fits.ok) return fits;
  const depth = u8(body, 8);
  const colourType = u8(body, 9);
  const known = DEPTHS[colourType]?.includes(depth) === true;
  if (!known || u16be(body, 10) !== 0 || u8(body, 12) > 1) {
    return fail(corrupt('The PNG header is damaged.'));
  }
  return ok({
    width,
    height,
    depth: depth as PngHeader['depth'],
    colourType: colourType as PngHeader['colourType'],
    interlaced: u8(body, 12) === 1,
  });
}
