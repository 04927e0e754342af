/**
 * A folder of photos with everything that goes wrong in real ones. The same files are made on every machine;
 * only the photos differ: real ones where ../shared/data/photos-sample exists, renders of the sample elsewhere.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHARED = join(ROOT, '../shared/data/photos-sample');
const SAMPLE = join(ROOT, 'public/sample');

/** Photos in dog folders, beside the special ones. */
const GOOD_PHOTOS = 120;
const DOGS = 15;

/** What must become of a path: `ok` is anything but `failed`. `any` must only be the same everywhere. */
export type Expected = 'ok' | 'failed' | 'any';

export interface PhotoFolder {
  readonly root: string;
  /** Every photo path and what must become of it. */
  readonly expected: ReadonlyMap<string, Expected>;
  /** Paths that must be listed as ignored. */
  readonly ignored: readonly string[];
  readonly real: boolean;
}

/** A name with what breaks naive code: other scripts, emoji, quotes, ampersand, HTML. */
export const AWKWARD_NAME = `Größe 犬 🐕 "a" 'b' & <img src=x onerror=alert(1)>.jpg`;

/** Makes the folder under `root` (which must not exist). */
export async function makePhotoFolder(root: string): Promise<PhotoFolder> {
  const real = existsSync(SHARED);
  if (!real) console.log('../shared/data/photos-sample is absent: using renders of public/sample.');
  const expected = new Map<string, Expected>();
  const put = async (path: string, bytes: Uint8Array, outcome: Expected): Promise<void> => {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), bytes);
    expected.set(path, outcome);
  };

  const photos = real ? await listJpegs(join(SHARED, 'valid')) : await listJpegs(SAMPLE);
  for (let i = 0; i < GOOD_PHOTOS; i++) {
    const dog = `dog ${String((i % DOGS) + 1).padStart(2, '0')}`;
    const nested = i % 3 === 0 ? '2024/summer/' : i % 3 === 1 ? '2025/' : '';
    const source = await readFile(photos[i % photos.length]!);
    await put(`${dog}/${nested}photo-${i}.jpg`, source, 'ok');
  }
  const model = await readFile(photos[4]!);
  await put(`dog 01/${AWKWARD_NAME}`, model, 'ok');
  // A directory whose name claims to be a photo is walked like any other.
  await put('dog 02/x.jpg/inside.jpg', model, 'ok');
  await put('dog 03/no-extension', model, 'ok');
  await put('at-the-root.jpg', model, 'ok');
  for (let orientation = 1; orientation <= 8; orientation++) {
    await put(
      `exif/orientation_${orientation}.jpg`,
      await withOrientation(model, orientation),
      'ok',
    );
  }
  await put('odd/one_by_one.png', await solid(1, 1), 'ok');
  await put('odd/wide.png', await solid(2000, 20), 'ok');
  await put('odd/grey.jpg', await sharp(model).greyscale().jpeg().toBuffer(), 'ok');
  await put('odd/webp.webp', await sharp(model).resize(300).webp().toBuffer(), 'ok');
  await put('odd/avif.avif', await sharp(model).resize(300).avif({ effort: 0 }).toBuffer(), 'ok');
  await put('odd/gif.gif', await sharp(model).resize(200).gif().toBuffer(), 'ok');
  const png = await sharp(model).resize(120).png().toBuffer();
  await put('odd/png_bytes_named.jpg', png, 'ok');

  await put('broken/zero_bytes.jpg', new Uint8Array(0), 'failed');
  await put('broken/truncated.jpg', model.subarray(0, Math.floor(model.length * 0.4)), 'failed');
  await put(
    'broken/text_renamed.jpg',
    new TextEncoder().encode('This is not a photo.\n'),
    'failed',
  );
  await put('broken/header_bomb.png', headerBomb(60_000, 60_000), 'failed');
  await put('broken/bad_crc_header.png', flipByte(png, 16 + 13), 'failed');
  await put('broken/photo.heic', heicHeader(), 'failed');
  await put('broken/photo.tiff', await sharp(model).resize(40).tiff().toBuffer(), 'failed');
  if (real) {
    for (const part of ['awkward', 'broken'] as const) {
      for (const name of await readdir(join(SHARED, part))) {
        const path = `shared-${part}/${name}`;
        await mkdir(join(root, dirname(path)), { recursive: true });
        await cp(join(SHARED, part, name), join(root, path));
        const outcome =
          part === 'awkward' ? 'ok' : name === 'corrupt_middle.jpg' ? 'any' : 'failed';
        expected.set(path, outcome);
      }
    }
  }

  const ignored = [
    'dog 01/.DS_Store',
    'dog 01/._photo-0.jpg',
    'dog 02/notes.txt',
    '@eaDir/thumb.jpg',
    'Thumbs.db',
  ];
  for (const path of ignored) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), 'not a photo');
  }
  return { root, expected, ignored, real };
}

/** All JPEGs under a folder, sorted, nested ones included. */
export async function listJpegs(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => extname(name).toLowerCase() === '.jpg')
    .sort()
    .map((name) => join(folder, name));
}

/** The photo stored the way a camera held at `orientation` stores it: upright once the tag is applied. */
export async function withOrientation(jpeg: Uint8Array, orientation: number): Promise<Uint8Array> {
  const upright = sharp(jpeg).resize(400);
  // The inverse of what each EXIF orientation asks the reader to do.
  const stored = await ((): Sharp => {
    switch (orientation) {
      case 2:
        return upright.flop();
      case 3:
        return upright.rotate(180);
      case 4:
        return upright.flip();
      // sharp mirrors before it rotates, whatever the order of the calls.
      case 5:
        return upright.flop().rotate(270);
      case 6:
        return upright.rotate(270);
      case 7:
        return upright.flop().rotate(90);
      case 8:
        return upright.rotate(90);
      default:
        return upright;
    }
  })()
    .png()
    .toBuffer();
  return sharp(stored).withMetadata({ orientation }).jpeg({ quality: 92 }).toBuffer();
}

function solid(width: number, height: number): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: '#7a8f5a' } })
    .png()
    .toBuffer();
}

/** A tiny PNG whose header claims a huge picture, with valid checksums. */
function headerBomb(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), out.length - 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = Buffer.from([0x78, 0x9c, 0x63, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function flipByte(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

/** The first boxes of a HEIC file: enough to be known for one. */
function heicHeader(): Uint8Array {
  const brand = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  return Buffer.concat([brand, Buffer.alloc(200)]);
}
