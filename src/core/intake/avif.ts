/**
 * AVIF structure (ISO/IEC 23008-12 items in an ISO base media `meta` box): size and EXIF time of the
 * primary item, completeness of the file. Rotation (`irot`, `imir`) is applied by every decoder itself and
 * EXIF orientation must then be ignored, so the orientation reported here is always 1.
 */
import { fail, ok, type Result } from '../types';
import { ascii, u16be, u32be, u8 } from './bytes';
import { readExif } from './exif';
import type { PhotoHeader } from './header';
import { checkSize, corrupt } from './limits';

interface IsoBox {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Child boxes of a range, or null when one runs past its end. */
function boxes(bytes: Uint8Array): IsoBox[] | null {
  const found: IsoBox[] = [];
  for (let at = 0; at < bytes.length;) {
    let size = u32be(bytes, at);
    let header = 8;
    if (size === 1) {
      size = u32be(bytes, at + 8) * 2 ** 32 + u32be(bytes, at + 12);
      header = 16;
    } else if (size === 0) {
      size = bytes.length - at;
    }
    if (size < header || at + size > bytes.length) return null;
    found.push({ type: ascii(bytes, at + 4, 4), body: bytes.subarray(at + header, at + size) });
    at += size;
  }
  return found;
}

const child = (list: readonly IsoBox[], type: string): Uint8Array | null =>
  list.find((box) => box.type === type)?.body ?? null;

const truncated = corrupt('The file ends before its picture does (truncated AVIF).');
const broken = corrupt('The AVIF header is damaged.');

export function readAvif(bytes: Uint8Array): Result<PhotoHeader> {
  const top = boxes(bytes);
  if (top === null) return fail(truncated);
  const meta = child(top, 'meta');
  const inMeta = meta === null ? null : boxes(meta.subarray(4));
  if (inMeta === null) return fail(broken);
  const properties = child(inMeta, 'iprp');
  const inProperties = properties === null ? null : boxes(properties);
  const container = inProperties === null ? null : child(inProperties, 'ipco');
  const list = container === null ? null : boxes(container);
  if (inProperties === null || list === null) return fail(broken);

  const primary = child(inMeta, 'pitm');
  const primaryId =
    primary === null ? 0 : u8(primary, 0) === 0 ? u16be(primary, 4) : u32be(primary, 4);
  const own = propertiesOf(primaryId, child(inProperties, 'ipma'));
  let size: { width: number; height: number } | null = null;
  for (const [index, box] of list.entries()) {
    if (box.type !== 'ispe') continue;
    const one = { width: u32be(box.body, 4), height: u32be(box.body, 8) };
    // Tiles and thumbnails are checked too: any of them may be the bomb.
    const fits = checkSize(one.width, one.height);
    if (!fits.ok) return fits;
    if (own.has(index + 1)) size = one;
  }
  if (size === null) return fail(broken);
  return ok({ ...size, orientation: 1, takenAt: takenAt(bytes, inMeta) });
}

/** 1-based indices of the properties of an item (`ipma`). */
function propertiesOf(item: number, ipma: Uint8Array | null): ReadonlySet<number> {
  const found = new Set<number>();
  if (ipma === null) return found;
  const version = u8(ipma, 0);
  const wide = (u8(ipma, 3) & 1) === 1;
  const entries = u32be(ipma, 4);
  let at = 8;
  for (let i = 0; i < entries && at < ipma.length; i++) {
    const id = version < 1 ? u16be(ipma, at) : u32be(ipma, at);
    at += version < 1 ? 2 : 4;
    const count = u8(ipma, at++);
    for (let k = 0; k < count; k++) {
      const index = wide ? u16be(ipma, at) & 0x7fff : u8(ipma, at) & 0x7f;
      at += wide ? 2 : 1;
      if (id === item) found.add(index);
    }
  }
  return found;
}

/** DateTimeOriginal of the `Exif` item, or null when there is none or it is stored in a rare way. */
function takenAt(bytes: Uint8Array, meta: readonly IsoBox[]): string | null {
  const info = child(meta, 'iinf');
  const places = child(meta, 'iloc');
  if (info === null || places === null) return null;
  const entries = boxes(info.subarray(u8(info, 0) === 0 ? 6 : 8)) ?? [];
  const exif = entries.find(({ type, body }) => {
    const wide = u8(body, 0) === 3;
    return type === 'infe' && u8(body, 0) >= 2 && ascii(body, wide ? 10 : 8, 4) === 'Exif';
  });
  if (exif === undefined) return null;
  const id = u8(exif.body, 0) === 3 ? u32be(exif.body, 4) : u16be(exif.body, 4);
  const place = firstExtent(places, id);
  if (place === null || place.offset + place.length > bytes.length) return null;
  const item = bytes.subarray(place.offset, place.offset + place.length);
  // The item starts with the offset of the TIFF header after these four bytes.
  return readExif(item.subarray(4 + u32be(item, 0))).takenAt;
}

/** Where an item's first extent lies in the file (`iloc`, construction method 0). */
function firstExtent(iloc: Uint8Array, item: number): { offset: number; length: number } | null {
  const version = u8(iloc, 0);
  const offsetSize = u8(iloc, 4) >> 4;
  const lengthSize = u8(iloc, 4) & 15;
  const baseSize = u8(iloc, 5) >> 4;
  const indexSize = version > 0 ? u8(iloc, 5) & 15 : 0;
  let at = 6;
  const take = (size: number): number => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + u8(iloc, at + i);
    at += size;
    return value;
  };
  const count = take(version < 2 ? 2 : 4);
  for (let i = 0; i < count && at < iloc.length; i++) {
    const id = take(version < 2 ? 2 : 4);
    const method = version > 0 ? take(2) & 15 : 0;
    take(2);
    const base = take(baseSize);
    const extents = take(2);
    for (let k = 0; k < extents && at <= iloc.length; k++) {
      take(indexSize);
      const offset = take(offsetSize);
      const length = take(lengthSize);
      if (id === item && k === 0) return method === 0 ? { offset: base + offset, length } : null;
    }
  }
  return null;
}
