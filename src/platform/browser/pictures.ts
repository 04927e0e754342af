/** Small pictures for the page, made in a worker. For people: no number is computed from a thumbnail. */
import type { RgbImage } from '../../core/types';

/** Longer side of a thumbnail in px. */
const THUMB_SIDE = 320;

/** A JPEG of at most 320 px on the longer side. */
export async function thumbnail(image: RgbImage): Promise<Blob> {
  const scale = Math.min(1, THUMB_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const bitmap = await createImageBitmap(imageData(image), {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'medium',
  });
  const canvas = new OffscreenCanvas(width, height);
  context(canvas).drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.82 });
}

/** A PNG of exactly these pixels. */
export async function exactPng(image: RgbImage): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  context(canvas).putImageData(imageData(image), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

function imageData({ width, height, data }: RgbImage): ImageData {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0, o = 0; i < data.length; i += 3, o += 4) {
    rgba[o] = data[i]!;
    rgba[o + 1] = data[i + 1]!;
    rgba[o + 2] = data[i + 2]!;
    rgba[o + 3] = 255;
  }
  return new ImageData(rgba, width, height);
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('this browser gives no 2D canvas in a worker');
  return ctx;
}
