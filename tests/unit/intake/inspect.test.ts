import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { onWhite, rgbaOnWhite } from '../../../src/core/intake/colour';
import { readExif } from '../../../src/core/intake/exif';
import { sniff } from '../../../src/core/intake/format';
import { inspectBytes } from '../../../src/core/intake/inspect';
import { applyOrientation } from '../../../src/core/intake/orient';
import { syntheticPhoto } from '../../syntheticPhoto';
import { exifBlock, oddPhotos, png, pngChunk, pngHeader, withSegment } from '../../e2e/oddPhotos';

const photos = await oddPhotos();
const bytesOf = (name: string): Uint8Array => photos.find((photo) => photo.name === name)!.bytes;
const exif = (block: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);

describe('inspectBytes', () => {
  it.each(photos.filter(({ code }) => code !== null))(
    'refuses $name as $code',
    ({ bytes, code }) => {
      const result = inspectBytes(bytes);
      expect(result.ok).toBe(false);
      if (result.ok) return;
      expect(result.error.code).toBe(code);
      expect(result.error.message).toMatch(/\. .*\.$/s);
    },
  );

  it.each(photos.filter(({ code }) => code === null))(
    'reads the size of $name as sharp does',
    async ({ bytes }) => {
      const result = inspectBytes(bytes);
      if (!result.ok) throw new Error(result.error.message);
      const { width, height } = await sharp(bytes).metadata();
      expect([result.value.width, result.value.height]).toEqual([width, height]);
    },
  );

  it.each(['orientation 6.png', 'orientation 6.webp'])(
    'reads EXIF of %s, time included',
    (name) => {
      const result = inspectBytes(bytesOf(name));
      expect(result).toMatchObject({
        ok: true,
        value: { orientation: 6, takenAt: '2021-06-05T04:03:02' },
      });
    },
  );

  it('reads the time of an AVIF but leaves its turning to the decoder', async () => {
    const bytes = await sharp(bytesOf('rgb.png'))
      .withExif({ IFD0: { Orientation: '6' }, IFD2: { DateTimeOriginal: '2020:02:29 23:59:59' } })
      .avif({ effort: 0 })
      .toBuffer();
    expect(inspectBytes(bytes)).toMatchObject({
      ok: true,
      value: { orientation: 1, takenAt: '2020-02-29T23:59:59' },
    });
  });

  it('takes the first EXIF block of a JPEG and leaves it out of the bare bytes', () => {
    const jpeg = bytesOf('plain.jpg');
    const two = withSegment(
      withSegment(jpeg, 0xe1, exif(exifBlock(3))),
      0xe1,
      exif(exifBlock(8, '1999:12:31 00:00:00')),
    );
    const result = inspectBytes(two);
    if (!result.ok || result.value.format !== 'jpeg') throw new Error('not read');
    expect(result.value.orientation).toBe(8);
    expect(result.value.takenAt).toBe('1999-12-31T00:00:00');
    expect(Buffer.from(result.value.bare).includes('Exif')).toBe(false);
    expect(inspectBytes(result.value.bare)).toMatchObject({ ok: true, value: { orientation: 1 } });
  });

  it('never changes the bytes it is given, not even those of a Buffer', () => {
    for (const { name, bytes } of photos) {
      const buffer = Buffer.from(bytes);
      inspectBytes(buffer);
      expect(buffer.equals(bytes), name).toBe(true);
    }
  });

  it.each([
    ['12 bits', 0xc0, [12, 0, 8, 0, 8, 3], 'unsupported-format'],
    ['lossless', 0xc3, [8, 0, 8, 0, 8, 3], 'unsupported-format'],
    ['arithmetic', 0xc9, [8, 0, 8, 0, 8, 3], 'unsupported-format'],
    ['no height', 0xc0, [8, 0, 0, 0, 8, 3], 'corrupt-image'],
  ])('refuses a JPEG with %s', (_, marker, body, code) => {
    const jpeg = withSegment(Buffer.from([0xff, 0xd8, 0xff, 0xd9]), marker, Buffer.from(body));
    expect(inspectBytes(jpeg)).toMatchObject({ ok: false, error: { code } });
  });

  it('refuses CMYK whose inks may be stored either way', () => {
    const cmyk = Buffer.from(bytesOf('cmyk.jpg'));
    const adobe = cmyk.indexOf('Adobe');
    expect(adobe).toBeGreaterThan(0);
    cmyk.write('Xdobe', adobe, 'latin1');
    expect(inspectBytes(cmyk)).toMatchObject({ ok: false, error: { code: 'unsupported-format' } });
  });

  it('refuses by the header what is one pixel too large, and takes what just fits', () => {
    const of = (width: number, height: number) =>
      inspectBytes(png(pngHeader(width, height), pngChunk('IDAT', deflateSync(Buffer.alloc(4)))));
    expect(of(16_383, 16_383).ok).toBe(true);
    expect(of(16_384, 16_383)).toMatchObject({ ok: false, error: { code: 'image-too-large' } });
    expect(of(65_536, 1)).toMatchObject({ ok: false, error: { code: 'image-too-large' } });
  });

  it('answers for any bytes and any damage, never throwing', () => {
    const good = photos.filter(({ code }) => code === null);
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
          maxLength: 8,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (which, edits, part) => {
          const bytes = Buffer.from(good[which]!.bytes);
          for (const [at, value] of edits) bytes[Math.floor(at * (bytes.length - 1))] = value;
          const result = inspectBytes(bytes.subarray(0, Math.ceil(part * bytes.length)));
          expect(typeof result.ok).toBe('boolean');
        },
      ),
      { numRuns: 3000, seed: 7 },
    );
  });
});

describe('sniff', () => {
  it.each([
    ['\xff\x0a', 'JPEG XL'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'JPEG XL'],
    ['II*\0', 'TIFF (or a camera raw file)'],
    ['\0\0\0\x1cftypmif1\0\0\0\0mif1heic', 'HEIF'],
    ['8BPS', 'Photoshop'],
    ['<?xml version="1.0"?>\n<!-- x -->\n<svg ', 'SVG'],
  ])('%j is %s, not read', (head, name) => {
    expect(sniff(Buffer.from(head, 'latin1'))).toEqual({ kind: 'unsupported', name });
  });

  it('tells AVIF by any of its brands', () => {
    const head = Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0avifmiaf', 'latin1');
    expect(sniff(head)).toEqual({ kind: 'readable', format: 'avif' });
  });

  it.each(['BM is how this text starts', '<?xml version="1.0"?><note/>', 'ftyp', ''])(
    '%j is no image',
    (text) => expect(sniff(Buffer.from(text)).kind).toBe('unknown'),
  );
});

describe('readExif', () => {
  it.each([
    '2021:13:01 00:00:00',
    '2021:02:29 00:00:00',
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
  ])('gives no time for %j', (time) => expect(readExif(exifBlock(1, time)).takenAt).toBeNull());
  it('takes a value outside 1..8 for upright', () => {
    expect(readExif(exifBlock(9)).orientation).toBe(1);
    expect(readExif(exifBlock(0)).orientation).toBe(1);
  });
  it('never throws on cut or damaged blocks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(76), (noise, cut) => {
        readExif(noise);
        readExif(Buffer.concat([exifBlock(6).subarray(0, cut), noise]));
      }),
    );
  });
});

describe('applyOrientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('%i turns as libvips turns', async (orientation) => {
    const { width, height, data } = syntheticPhoto(23);
    const image = { width, height: height - 4, data: data.subarray(0, width * (height - 4) * 3) };
    const ours = applyOrientation(image, orientation);
    const stored = await sharp(image.data, {
      raw: { width: image.width, height: image.height, channels: 3 },
    })
      .png()
      .withMetadata({ orientation })
      .toBuffer();
    const theirs = await sharp(stored).autoOrient().raw().toBuffer({ resolveWithObject: true });
    expect([ours.width, ours.height]).toEqual([theirs.info.width, theirs.info.height]);
    expect(Buffer.from(ours.data).equals(theirs.data)).toBe(true);
  });
});

describe('alpha on white', () => {
  it('is the exactly rounded blend, for all 65,536 pairs', () => {
    for (let c = 0; c < 256; c++) {
      for (let a = 0; a < 256; a++) {
        if (onWhite(c, a) !== Math.round((c * a + 255 * (255 - a)) / 255)) {
          expect.fail(`${c} ${a}`);
        }
      }
    }
    const out = new Uint8Array(6);
    rgbaOnWhite(new Uint8Array([10, 20, 30, 255, 10, 20, 30, 0]), out);
    expect([...out]).toEqual([10, 20, 30, 255, 255, 255]);
  });
});
