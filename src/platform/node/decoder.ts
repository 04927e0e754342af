/** Photo decoder of the headless run. Rules shared with the browser (what is refused, PNG, orientation, colours on white) live in core/intake. */
import sharp from 'sharp';
import { unzlibSync } from 'fflate';
import { cmykToRgb, rgbaOnWhite } from '../../core/intake/colour';
import { inspectBytes, outOfMemory, undecodable, type Inspection } from '../../core/intake/inspect';
import { MAX_PIXELS } from '../../core/intake/limits';
import { applyOrientation } from '../../core/intake/orient';
import { decodePng, type Inflate } from '../../core/intake/png/decode';
import type { ImageDecoder } from '../../core/ports';
import { fail, ok, type Result, type RgbImage } from '../../core/types';

/** What decoded the pixels, for the export. */
export const NODE_DECODER = `sharp ${sharp.versions.sharp} (libvips ${sharp.versions.vips})`;

/** Decodes with libvips. JPEG, GIF and opaque WebP equal Chromium bit by bit; PNG is our own on both. */
export function createNodeDecoder(): ImageDecoder {
  return { decode };
}

async function decode(bytes: Uint8Array): Promise<Result<RgbImage>> {
  const inspected = inspectBytes(bytes);
  if (!inspected.ok) return inspected;
  const photo = inspected.value;
  try {
    const stored =
      photo.format === 'png' ? decodePng(photo, inflate) : await decodeByVips(photo, bytes);
    return stored.ok ? ok(applyOrientation(stored.value, photo.orientation)) : stored;
  } catch (error) {
    // Array buffers beyond the process's memory throw a RangeError.
    if (error instanceof RangeError) return fail(outOfMemory(photo.width, photo.height));
    throw error;
  }
}

const inflate: Inflate = (zlib, length) => unzlibSync(zlib, { out: new Uint8Array(length) });

type ByVips = Exclude<Inspection, { readonly format: 'png' }>;

async function decodeByVips(photo: ByVips, bytes: Uint8Array): Promise<Result<RgbImage>> {
  const source = photo.format === 'jpeg' || photo.format === 'webp' ? photo.bare : bytes;
  const cmyk = photo.format === 'jpeg' && photo.components === 4;
  let pixels: Awaited<ReturnType<typeof readRaw>>;
  try {
    pixels = await readRaw(source, cmyk);
  } catch {
    return fail(undecodable(photo.format));
  }
  const { data, width, height, channels } = pixels;
  if (cmyk && channels === 4) return ok(cmykToRgb(data, width, height));
  if (channels === 3) return ok({ width, height, data });
  if (channels !== 4) return fail(undecodable(photo.format));
  const rgb = new Uint8Array(width * height * 3);
  rgbaOnWhite(data, rgb);
  return ok({ width, height, data: rgb });
}

async function readRaw(source: Uint8Array, cmyk: boolean) {
  const image = sharp(source, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: MAX_PIXELS,
    pages: 1,
  });
  // Kept in CMYK, because libvips would convert with a profile of its own.
  if (cmyk) image.pipelineColourspace('cmyk').toColourspace('cmyk');
  else image.toColourspace('srgb');
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width,
    height,
    channels: channels as number,
  };
}
