/** GIF89a structure: size, and whether the first frame is all there. Only the first frame is used. */
import { fail, ok, type Result } from '../types';
import { u16le, u8 } from './bytes';
import { NO_EXIF } from './exif';
import type { PhotoHeader } from './header';
import { checkSize, corrupt } from './limits';

const truncated = corrupt('The file ends before its first picture does (truncated GIF).');

const paletteBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

export function readGif(bytes: Uint8Array): Result<PhotoHeader> {
  const width = u16le(bytes, 6);
  const height = u16le(bytes, 8);
  const fits = checkSize(width, height);
  if (!fits.ok) return fits;
  let at = 13 + paletteBytes(u8(bytes, 10));
  /** Skips length-prefixed blocks up to the empty one; false when the file ends first. */
  const skipBlocks = (): boolean => {
    while (at < bytes.length) {
      const length = bytes[at]!;
      at += 1 + length;
      if (length === 0) return true;
    }
    return false;
  };
  for (;;) {
    if (at >= bytes.length) return fail(truncated);
    const kind = bytes[at]!;
    if (kind === 0x21) {
      at += 2;
      if (!skipBlocks()) return fail(truncated);
    } else if (kind === 0x2c) {
      const frame = checkSize(u16le(bytes, at + 5), u16le(bytes, at + 7));
      if (!frame.ok) return frame;
      at += 10 + paletteBytes(u8(bytes, at + 9)) + 1;
      return skipBlocks() ? ok({ width, height, ...NO_EXIF }) : fail(truncated);
    } else {
      return fail(corrupt('The GIF holds no picture.'));
    }
  }
}
