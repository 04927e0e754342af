/** The Node decoder against sharp's own straight decoding, and the PNG decoder against libpng. */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { syntheticPhoto } from '../../syntheticPhoto';
import { createNodeDecoder } from '../../../src/platform/node/decoder';
import { oddPhotos, png, pngChunk, pngHeader } from '../../e2e/oddPhotos';

const decoder = createNodeDecoder();
const photos = await oddPhotos();

async function decode(bytes: Uint8Array) {
  const result = await decoder.decode(bytes);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

describe('createNodeDecoder', () => {
  it.each(photos.filter(({ code }) => code !== null))('refuses $name as $code', async (photo) => {
    expect(await decoder.decode(photo.bytes)).toMatchObject({
      ok: false,
      error: { code: photo.code },
    });
  });

  const opaque = photos.filter(
    ({ name, code }) => code === null && !/alpha|cmyk|16 bit/.test(name),
  );
  it.each(opaque)('$name as libvips shows it, upright', async ({ bytes }) => {
    const ours = await decode(bytes);
    const theirs = await sharp(bytes, { ignoreIcc: true })
      .autoOrient()
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([ours.width, ours.height]).toEqual([theirs.info.width, theirs.info.height]);
    expect(Buffer.from(ours.data).equals(theirs.data)).toBe(true);
  });

  it('the eight orientations all stand upright', async () => {
    const turned = await Promise.all(
      photos
        .filter(({ name }) => name.startsWith('orientation ') && name.endsWith('.jpg'))
        .map(({ bytes }) => decode(bytes)),
    );
    expect(turned).toHaveLength(8);
    const [first] = turned;
    for (const image of turned) {
      let sum = 0;
      for (let i = 0; i < image.data.length; i++) sum += Math.abs(image.data[i]! - first!.data[i]!);
      // Each was compressed in another direction; a wrong turn of this picture differs by more than 30.
      expect(sum / image.data.length).toBeLessThan(3);
    }
  });

  it.each([
    { depth: 1, type: 0 },
    { depth: 2, type: 0 },
    { depth: 4, type: 0 },
    { depth: 8, type: 0 },
    { depth: 8, type: 2 },
    { depth: 1, type: 3 },
    { depth: 2, type: 3 },
    { depth: 4, type: 3 },
    { depth: 8, type: 3 },
  ])(
    'PNG of $depth bits, colour type $type, all five filters, as libpng decodes it',
    async ({ depth, type }) => {
      const [width, height] = [37, 25];
      const stride = Math.ceil((width * depth * (type === 2 ? 3 : 1)) / 8);
      const rows = Buffer.alloc((stride + 1) * height).map((_, i) =>
        i % (stride + 1) === 0 ? Math.floor(i / (stride + 1)) % 5 : (i * 73 + (i >> 3)) & 255,
      );
      const palette = pngChunk(
        'PLTE',
        Buffer.alloc(768)
          .map((_, i) => (i * 59) & 255)
          .subarray(0, 3 * 2 ** depth),
      );
      const file = png(
        pngHeader(width, height, depth, type),
        ...(type === 3 ? [palette] : []),
        pngChunk('IDAT', deflateSync(rows).subarray(0, 20)),
        pngChunk('IDAT', deflateSync(rows).subarray(20)),
      );
      const ours = await decode(file);
      const theirs = await sharp(file).toColourspace('srgb').removeAlpha().raw().toBuffer();
      expect(Buffer.from(ours.data).equals(theirs)).toBe(true);
    },
  );

  it('composites RGBA by the integer rule', async () => {
    const { width, height, data } = syntheticPhoto(16);
    const alpha = Buffer.alloc(width * height).map((_, i) => i);
    const file = await sharp(data, { raw: { width, height, channels: 3 } })
      .joinChannel(Buffer.from(alpha), { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    const ours = await decode(file);
    for (let i = 0; i < alpha.length; i++) {
      const wanted = Math.round((data[i * 3]! * alpha[i]! + 255 * (255 - alpha[i]!)) / 255);
      expect(ours.data[i * 3]).toBe(wanted);
    }
  });

  it('takes a colour key for transparent', async () => {
    const row = Buffer.from([0, 1, 2, 3, 9, 9, 9]);
    const file = png(
      pngHeader(2, 1),
      pngChunk('tRNS', Buffer.from([0, 1, 0, 2, 0, 3])),
      pngChunk('IDAT', deflateSync(row)),
    );
    expect([...(await decode(file)).data]).toEqual([255, 255, 255, 9, 9, 9]);
  });

  it('refuses picture data that ends early or is no zlib, and survives too much of it', async () => {
    const of = (body: Uint8Array) => decoder.decode(png(pngHeader(4, 4), pngChunk('IDAT', body)));
    expect(await of(deflateSync(Buffer.alloc(51)))).toMatchObject({
      ok: false,
      error: { code: 'corrupt-image' },
    });
    expect(await of(Buffer.from('not zlib at all'))).toMatchObject({
      ok: false,
      error: { code: 'corrupt-image' },
    });
    expect((await of(deflateSync(Buffer.alloc(5_000_000)))).ok).toBe(true);
  });
});
