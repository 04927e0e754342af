/** `--debug-images`: the photo with box, keypoints, chip and branch drawn on it. For people, not for pixels. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import type { ProcessedDog, ProcessedPhoto } from '../../core/pipeline';
import { BRANCH_TEXT } from '../../core/results/prose';
import type { RgbImage } from '../../core/types';

/** Longer side of a debug image in px. */
const MAX_SIDE = 1280;

/** Writes a JPEG to `file`, making its folder. A photo without a dog says so. */
export async function drawDebugImage(
  photo: ProcessedPhoto,
  image: RgbImage,
  file: string,
): Promise<void> {
  const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const marks = photo.dogs.map((dog) => dogMarks(dog, scale)).join('');
  const note =
    photo.dogs.length > 0
      ? ''
      : label(8, 8, photo.failure === null ? 'no dog found' : `failed: ${photo.failure.code}`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif">${marks}${note}</svg>`;
  await mkdir(dirname(file), { recursive: true });
  const { width: w, height: h, data } = image;
  const pixels = await sharp(data, {
    raw: { width: w, height: h, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: 'fill' })
    .png()
    .toBuffer();
  await sharp(pixels)
    .composite([{ input: Buffer.from(svg), top: 0, left: 0 }])
    .jpeg({ quality: 85 })
    .toFile(file);
}

function dogMarks(dog: ProcessedDog, scale: number): string {
  const box = (
    b: { x1: number; y1: number; x2: number; y2: number },
    colour: string,
    dash: string,
  ): string =>
    `<rect x="${b.x1 * scale}" y="${b.y1 * scale}" width="${(b.x2 - b.x1) * scale}" height="${(b.y2 - b.y1) * scale}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`;
  const points = dog.keypoints
    .map(
      (point) =>
        `<circle cx="${point.x * scale}" cy="${point.y * scale}" r="4" fill="#ffe14d" stroke="#000"/>` +
        `<text x="${point.x * scale + 6}" y="${point.y * scale + 4}" font-size="11" fill="#fff" stroke="#000" stroke-width="2.5" paint-order="stroke">${escape(point.name)} ${point.score?.toFixed(2) ?? ''}</text>`,
    )
    .join('');
  const score = dog.score === null ? '' : ` ${dog.score.toFixed(2)}`;
  return (
    box(dog.bbox, '#ff8a1f', '') +
    box(dog.chip.bbox, '#29d3ff', '6 4') +
    points +
    label(
      dog.bbox.x1 * scale,
      dog.bbox.y1 * scale,
      `dog${score}, ${BRANCH_TEXT[dog.chip.branch]} (${dog.chip.reason})`,
    )
  );
}

function label(x: number, y: number, text: string): string {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  return `<rect x="${left}" y="${top}" width="${text.length * 7.2 + 8}" height="20" fill="#000" fill-opacity="0.65"/><text x="${left + 4}" y="${top + 14}" font-size="13" fill="#fff">${escape(text)}</text>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
