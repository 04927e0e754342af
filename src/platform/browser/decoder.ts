/** Photo decoder of the page's workers. Rules shared with Node (what is refused, PNG, orientation, colours on white) live in core/intake. */
import { unzlibSync } from 'fflate';
import { rgbaOnWhite } from '../../core/intake/colour';
import { inspectBytes, outOfMemory, undecodable } from '../../core/intake/inspect';
import { applyOrientation } from '../../core/intake/orient';
import { decodePng, type Inflate } from '../../core/intake/png/decode';
import type { ImageDecoder } from '../../core/ports';
import { fail, ok, type Result, type RgbImage } from '../../core/types';

/** Decodes with the browser's own codecs, which are libjpeg-turbo and libwebp in Chromium as in libvips. */
export function createBrowserDecoder(): ImageDecoder {
  return { decode };
}

async function decode(bytes: Uint8Array): Promise<Result<RgbImage>> {
  const inspected = inspectBytes(bytes);
  if (!inspected.ok) return inspected;
  const photo = inspected.value;
  try {
    if (photo.format === 'png') {
      const stored = decodePng(photo, inflate);
      return stored.ok ? ok(applyOrientation(stored.value, photo.orientation)) : stored;
    }
    // Without EXIF and ICC inside, no browser can turn or recolour what our own code is to turn.
    const source = photo.format === 'jpeg' || photo.format === 'webp' ? photo.bare : bytes;
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(new Blob([source as Uint8Array<ArrayBuffer>]), {
        colorSpaceConversion: 'none',
        premultiplyAlpha: 'none',
        imageOrientation: 'from-image',
      });
    } catch {
      return fail(undecodable(photo.format));
    }
    try {
      return ok(applyOrientation(readPixels(bitmap), photo.orientation));
    } finally {
      bitmap.close();
    }
  } catch (error) {
    // Array buffers beyond the tab's memory throw a RangeError.
    if (error instanceof RangeError) return fail(outOfMemory(photo.width, photo.height));
    throw error;
  }
}

const inflate: Inflate = (zlib, length) => unzlibSync(zlib, { out: new Uint8Array(length) });

/** Pixels in one strip: small enough for every browser's canvas, iOS included. */
const STRIP_PIXELS = 4_194_304;

/**
 * Copies a bitmap out through a canvas, strip by strip: a canvas of the whole photo would double the memory, and
 * one beyond the browser's limit would silently read as zeros.
 */
function readPixels(bitmap: ImageBitmap): RgbImage {
  const { width, height } = bitmap;
  const data = new Uint8Array(width * height * 3);
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
  const canvas = new OffscreenCanvas(width, rows);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new RangeError('no canvas');
  context.globalCompositeOperation = 'copy';
  context.imageSmoothingEnabled = false;
  for (let y = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y);
    context.drawImage(bitmap, 0, -y);
    rgbaOnWhite(context.getImageData(0, 0, width, count).data, data, y * width * 3);
  }
  canvas.width = 0;
  canvas.height = 0;
  return { width, height, data };
}

/** The colours of the probe, far from any rounding rule. */
const PROBE = Array.from({ length: 64 }, (_, i) => [(i * 37) & 255, (i * 91) & 255, (i * 7) & 255]);

/**
 * Whether a canvas gives back what was drawn. Browsers that guard against fingerprinting add noise to it, and
 * then pixels, and with them every number, differ slightly from the headless run's.
 */
export function canvasIsExact(): boolean {
  const canvas = new OffscreenCanvas(8, 8);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return false;
  const image = context.createImageData(8, 8);
  PROBE.forEach((rgb, i) => image.data.set([...rgb, 255], i * 4));
  context.putImageData(image, 0, 0);
  const back = context.getImageData(0, 0, 8, 8).data;
  return back.every((value, i) => value === image.data[i]);
}

/** What decoded the pixels, for the export: the browser's name and major version. */
export function browserDecoder(userAgent: string): string {
  const known = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(userAgent);
  const name = known?.[1] === 'Version' ? 'Safari' : known?.[1];
  const browser = known === null ? 'this browser' : `${name ?? ''} ${known[2] ?? ''}`;
  return `createImageBitmap in ${browser}${canvasIsExact() ? '' : ' (canvas adds noise)'}`;
}
