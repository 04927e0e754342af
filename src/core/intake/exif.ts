/** The two facts the pipeline wants of EXIF. Layout: CIPA DC-008 (Exif 2.32), a TIFF inside the photo. */
import { ascii, u16be, u16le, u32be, u32le } from './bytes';

/** EXIF orientation 1..8: how the stored pixels must be turned to stand upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface ExifFacts {
  readonly orientation: Orientation;
  /** DateTimeOriginal as `YYYY-MM-DDTHH:MM:SS` (the camera's local time), or null. */
  readonly takenAt: string | null;
}

export const NO_EXIF: ExifFacts = { orientation: 1, takenAt: null };

const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const DATE_TIME_ORIGINAL = 0x9003;
const ASCII = 2;
const SHORT = 3;
const LONG = 4;

/** Reads the TIFF block, with or without the `Exif\0\0` in front. Damaged EXIF gives what could be read. */
export function readExif(block: Uint8Array): ExifFacts {
  const tiff = ascii(block, 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const order = ascii(tiff, 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return NO_EXIF;
  const little = order === 'II*\0';
  const u16 = (at: number): number => (little ? u16le(tiff, at) : u16be(tiff, at));
  const u32 = (at: number): number => (little ? u32le(tiff, at) : u32be(tiff, at));

  /** Offset of the 12-byte entry of `tag` in the directory at `ifd`, or -1. */
  const find = (ifd: number, tag: number): number => {
    if (ifd < 8 || ifd + 2 > tiff.length) return -1;
    const count = u16(ifd);
    for (let i = 0; i < count; i++) {
      const at = ifd + 2 + i * 12;
      if (at + 12 > tiff.length) return -1;
      if (u16(at) === tag) return at;
    }
    return -1;
  };

  const main = u32(4);
  const turn = find(main, ORIENTATION);
  let orientation: Orientation = 1;
  if (turn >= 0) {
    const type = u16(turn + 2);
    const value = type === SHORT ? u16(turn + 8) : type === LONG ? u32(turn + 8) : 1;
    if (value >= 1 && value <= 8) orientation = value as Orientation;
  }

  const pointer = find(main, EXIF_IFD);
  const date = pointer >= 0 ? find(u32(pointer + 8), DATE_TIME_ORIGINAL) : -1;
  let takenAt: string | null = null;
  if (date >= 0 && u16(date + 2) === ASCII) {
    takenAt = isoTime(ascii(tiff, u32(date + 8), Math.min(u32(date + 4), 20)));
  }
  return { orientation, takenAt };
}

/** `2021:06:05 04:03:02` -> `2021-06-05T04:03:02`; null for blanks, zeros and impossible dates. */
function isoTime(text: string): string | null {
  const match = /^(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const possible =
    year > 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!possible) return null;
  return `${match[1]!}-${match[2]!}-${match[3]!}T${match[4]!}:${match[5]!}:${match[6]!}`;
}
