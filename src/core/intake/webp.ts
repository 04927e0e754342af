/** WebP container (RFC 9649): size, EXIF, completeness. */
import { fail, ok, type Result } from '../types';
import { ascii, u16le, u24le, u32le, u8 } from './bytes';
import { NO_EXIF, readExif, type ExifFacts } from './exif';
import type { PhotoHeader } from './header';
import { checkSize, corrupt } from './limits';

export interface WebpHeader extends PhotoHeader {
  /** The same picture with its EXIF and ICC chunks renamed, so that no decoder applies them. */
  readonly bare: Uint8Array;
}

const ICC_FLAG = 0x20;
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;

const truncated = corrupt('The file ends before its picture does (truncated WebP).');

export function readWebp(bytes: Uint8Array): Result<WebpHeader> {
  const end = 8 + u32le(bytes, 4);
  if (bytes.length < end) return fail(truncated);
  let exif: ExifFacts = NO_EXIF;
  let size: { width: number; height: number } | null = null;
  let picture = false;
  // Not `slice`: on a Node Buffer that is a view, and renaming chunks would spoil the caller's bytes.
  const bare = new Uint8Array(bytes.subarray(0, end));
  for (let at = 12; at + 8 <= end;) {
    const type = ascii(bytes, at, 4);
    const length = u32le(bytes, at + 4);
    const from = at + 8;
    if (from + length > end) return fail(truncated);
    const body = bytes.subarray(from, from + length);
    if (type === 'VP8X') {
      size ??= { width: u24le(body, 4) + 1, height: u24le(body, 7) + 1 };
      bare[from] = u8(body, 0) & ~(ICC_FLAG | EXIF_FLAG | XMP_FLAG);
    } else if (type === 'VP8 ') {
      if (u8(body, 3) !== 0x9d || u8(body, 4) !== 0x01 || u8(body, 5) !== 0x2a) {
        return fail(corrupt('The WebP picture has no start code.'));
      }
      size ??= { width: u16le(body, 6) & 0x3fff, height: u16le(body, 8) & 0x3fff };
      picture = true;
    } else if (type === 'VP8L') {
      if (u8(body, 0) !== 0x2f) return fail(corrupt('The WebP picture has no signature.'));
      const bits = u32le(body, 1);
      size ??= { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
      picture = true;
    } else if (type === 'ANMF') {
      picture = true;
    } else if (type === 'EXIF' || type === 'ICCP' || type === 'XMP ') {
      if (type === 'EXIF' && exif === NO_EXIF) exif = readExif(body);
      bare.set([0x78, 0x78, 0x78, 0x78], at);
    }
    at = from + length + (length & 1);
  }
  if (size === null || !picture) return fail(corrupt('The WebP holds no picture.'));
  const fits = checkSize(size.width, size.height);
  return fits.ok ? ok({ ...size, ...exif, bare }) : fits;
}
