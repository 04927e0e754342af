/** Photos of every format and defect, made from one upright RGB picture. Nothing is read from outside the project. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { syntheticPhoto } from '../syntheticPhoto';
import { withOrientation } from './photoFolder';

export interface OddPhoto {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What must become of it, on both platforms. */
  readonly code: string | null;
  /** `exact`: the same bytes on both; else the largest difference that two decoders of this format show. */
  readonly pixels: 'exact' | { readonly maxDifference: number; readonly meanDifference: number };
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), out.length - 4);
  return out;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function pngHeader(width: number, height: number, depth = 8, colourType = 2): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, 0], 8);
  return pngChunk('IHDR', header);
}

/** A PNG from its chunks. */
export const png = (...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([SIGNATURE, ...chunks, pngChunk('IEND', Buffer.alloc(0))]);

/** A little-endian TIFF block with an orientation and a time. */
export function exifBlock(orientation: number, time = '2021:06:05 04:03:02'): Buffer {
  const block = Buffer.alloc(76);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(2, 8);
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(count, at + 4);
    block.writeUInt32LE(value, at + 8);
  };
  entry(10, 0x0112, 3, 1, orientation);
  entry(22, 0x8769, 4, 1, 38);
  block.writeUInt16LE(1, 38);
  entry(40, 0x9003, 2, 20, 56);
  block.write(`${time}\0`, 56, 'latin1');
  return block;
}

/** The same JPEG with a segment put in after SOI. */
export function withSegment(jpeg: Uint8Array, marker: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** A WebP with an EXIF chunk and the flag that announces it. */
function webpWithExif(webp: Uint8Array, width: number, height: number, exif: Buffer): Buffer {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
  };
  const extended = Buffer.alloc(10);
  extended[0] = 0x08;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk('VP8X', extended),
    webp.subarray(12),
    chunk('EXIF', exif),
  ]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

function damaged(bytes: Uint8Array, seed: number): Buffer {
  const copy = Buffer.from(bytes);
  // In the middle of the entropy-coded data, never a marker byte: structure stays, content does not.
  for (let i = 0; i < 40; i++) {
    const at =
      Math.floor(copy.length * 0.4) + ((i * 37 + seed * 101) % Math.floor(copy.length * 0.4));
    if (copy[at] !== 0xff && copy[at - 1] !== 0xff) copy[at] = (copy[at]! ^ (i * 29 + seed)) & 0x7f;
  }
  return copy;
}

/** Everything of contracts "image ingest": formats, colour kinds, orientations, defects. */
export async function oddPhotos(): Promise<OddPhoto[]> {
  const { width, height, data } = syntheticPhoto(187);
  const raw = (): Sharp => sharp(data, { raw: { width, height, channels: 3 } });
  const jpeg = await raw().jpeg({ quality: 90 }).toBuffer();
  const alpha = Buffer.alloc(width * height, 0).map((_, i) => (i * 7) & 255);
  const translucent = (): Sharp =>
    raw().joinChannel(Buffer.from(alpha), { raw: { width, height, channels: 1 } });
  const rows = Buffer.alloc((width * 2 + 1) * height, 0).map((_, i) =>
    i % (width * 2 + 1) === 0 ? 0 : (i * 31) & 255,
  );
  const gray16 = png(pngHeader(width, height, 16, 0), pngChunk('IDAT', deflateSync(rows)));
  const cmyk = await raw().toColourspace('cmyk').jpeg({ quality: 90 }).toBuffer();
  const goodPng = await raw().png().toBuffer();
  const webp = await raw().webp({ quality: 80 }).toBuffer();
  const gif = await raw().gif().toBuffer();
  const avif = await raw().avif({ quality: 70, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer();
  const avif420 = await raw()
    .avif({ quality: 70, effort: 0, chromaSubsampling: '4:2:0' })
    .toBuffer();
  const flip = (bytes: Uint8Array, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = copy[at]! ^ 0xff;
    return copy;
  };
  const cut = (bytes: Uint8Array, part: number): Uint8Array =>
    bytes.subarray(0, Math.floor(bytes.length * part));
  const good = (
    name: string,
    bytes: Uint8Array,
    pixels: OddPhoto['pixels'] = 'exact',
  ): OddPhoto => ({
    name,
    bytes,
    code: null,
    pixels,
  });
  const bad = (name: string, bytes: Uint8Array, code: string): OddPhoto => ({
    name,
    bytes,
    code,
    pixels: 'exact',
  });
  const soi = Buffer.from([0xff, 0xd8]);
  return [
    good('plain.jpg', jpeg),
    good('444.jpg', await raw().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()),
    good('progressive.jpg', await raw().jpeg({ progressive: true }).toBuffer()),
    good('gray.jpg', await raw().greyscale().jpeg().toBuffer()),
    good('cmyk.jpg', cmyk),
    good('display-p3.jpg', await raw().withIccProfile('p3').jpeg().toBuffer()),
    good('trailing bytes.jpg', Buffer.concat([jpeg, Buffer.from('MotionPhoto_Data....')])),
    ...(await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(async (turn) =>
        good(`orientation ${turn}.jpg`, await withOrientation(jpeg, turn)),
      ),
    )),
    good('rgb.png', goodPng),
    good('alpha.png', await translucent().png().toBuffer()),
    good('palette.png', await raw().png({ palette: true, colours: 40 }).toBuffer()),
    good('gray 16 bit.png', gray16),
    good(
      'orientation 6.png',
      Buffer.concat([
        goodPng.subarray(0, 33),
        pngChunk('eXIf', exifBlock(6)),
        goodPng.subarray(33),
      ]),
    ),
    good('interlaced.png', await raw().png({ progressive: true }).toBuffer()),
    good('lossy.webp', webp),
    good('lossless.webp', await raw().webp({ lossless: true }).toBuffer()),
    good('orientation 6.webp', webpWithExif(webp, width, height, exifBlock(6))),
    // A canvas keeps premultiplied colours: one step of rounding each way, on white at most 1 in the end.
    good('alpha.webp', await translucent().webp({ lossless: true }).toBuffer(), {
      maxDifference: 1,
      meanDifference: 0.5,
    }),
    good('plain.gif', gif),
    good('444.avif', avif, { maxDifference: 2, meanDifference: 0.2 }),
    // Decoders of AVIF fill in halved colour differently (libheif repeats it, Chromium interpolates).
    good('420.avif', avif420, { maxDifference: 80, meanDifference: 3 }),
    bad('empty.jpg', new Uint8Array(0), 'empty-file'),
    bad('text.jpg', Buffer.from('This is not a photo.\n'), 'not-an-image'),
    bad('web page.jpg', Buffer.from('<!DOCTYPE html><html></html>'), 'not-an-image'),
    bad('cut.jpg', cut(jpeg, 0.4), 'corrupt-image'),
    bad('cut before its end.jpg', jpeg.subarray(0, jpeg.length - 2), 'corrupt-image'),
    bad('only SOI.jpg', Buffer.concat([soi, Buffer.from([0xff])]), 'corrupt-image'),
    bad('cut.png', cut(goodPng, 0.5), 'corrupt-image'),
    bad('bad IHDR checksum.png', flip(goodPng, 8 + 8 + 13), 'corrupt-image'),
    bad('bad IDAT checksum.png', flip(goodPng, goodPng.length - 14), 'corrupt-image'),
    bad('cut.webp', cut(webp, 0.5), 'corrupt-image'),
    bad('cut.gif', cut(gif, 0.5), 'corrupt-image'),
    bad('cut.avif', cut(avif, 0.5), 'corrupt-image'),
    bad(
      'bomb.png',
      png(pngHeader(60_000, 60_000), pngChunk('IDAT', deflateSync(Buffer.alloc(9)))),
      'image-too-large',
    ),
    bad(
      'bomb.gif',
      Buffer.concat([Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0', 'latin1'), Buffer.alloc(40)]),
      'image-too-large',
    ),
    bad(
      'photo.heic',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'.padEnd(200, '\0'), 'latin1'),
      'unsupported-format',
    ),
    bad('photo.tif', await raw().tiff().toBuffer(), 'unsupported-format'),
    bad(
      'drawing.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unsupported-format',
    ),
    bad(
      'photo.bmp',
      Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'.padEnd(70, '\0'), 'latin1'),
      'unsupported-format',
    ),
  ];
}

/** JPEGs with damaged content but whole structure: any outcome, but the same one everywhere. */
export async function damagedJpegs(count: number): Promise<Uint8Array[]> {
  const { width, height, data } = syntheticPhoto(187);
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
  return Array.from({ length: count }, (_, seed) => damaged(jpeg, seed));
}
