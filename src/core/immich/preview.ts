/**
 * A photo as the photo library hands it to its machine learning: not the original but the preview, whose shorter
 * side is 1440 px and which is a JPEG of quality 80 without chroma subsampling. Smaller photos are not enlarged.
 * Source: Immich, `config.ts` (image.preview: size 1440, quality 80) and `media.repository.ts` (fit `outside`,
 * withoutEnlargement, 4:4:4 from quality 80 on).
 */
import { jpegLoss } from '../image/jpegLoss';
import { resizePillow } from '../image/pillow';
import type { Box, Chip, IntBox, Keypoint, RgbImage } from '../types';

/** What a run through previews is marked with in its results. */
export const PREVIEW = {
  shorterSide: 1440,
  quality: 80,
  chroma: '4:4:4',
  approximate:
    'The JPEG is libjpeg’s, the same in page and headless run. The library’s own preview of a larger photo differs a little, since its resampling and its colour profile (Display P3) are not ours.',
} as const;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function previewSize({ width, height }: Size): Size {
  const scale = PREVIEW.shorterSide / Math.min(width, height);
  if (scale >= 1) return { width, height };
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** The pixels of the preview. */
export function libraryPreview(photo: RgbImage): RgbImage {
  const { width, height } = previewSize(photo);
  const small =
    width === photo.width && height === photo.height
      ? photo
      : resizePillow(photo, width, height, 'pil-lanczos');
  return jpegLoss(small, PREVIEW.quality);
}

/** Moves what was found on `from` to the pixels of `to`, the same picture in another size. */
export class Rescale {
  private readonly x: number;
  private readonly y: number;

  constructor(
    from: Size,
    private readonly to: Size,
  ) {
    this.x = to.width / from.width;
    this.y = to.height / from.height;
  }

  box(box: Box<'photo'>): Box<'photo'> {
    return this.same
      ? box
      : { x1: box.x1 * this.x, y1: box.y1 * this.y, x2: box.x2 * this.x, y2: box.y2 * this.y };
  }

  chip(chip: Chip): Chip {
    return this.same ? chip : { ...chip, bbox: this.region(chip.bbox) };
  }

  /** Rounded outwards: the region that holds every pixel of the other. */
  region(region: IntBox<'photo'>): IntBox<'photo'> {
    if (this.same) return region;
    const { x1, y1, x2, y2 } = this.box(region);
    return {
      x1: Math.floor(x1),
      y1: Math.floor(y1),
      x2: Math.min(this.to.width, Math.ceil(x2)),
      y2: Math.min(this.to.height, Math.ceil(y2)),
    };
  }

  keypoint(point: Keypoint): Keypoint {
    return this.same ? point : { ...point, x: point.x * this.x, y: point.y * this.y };
  }

  private get same(): boolean {
    return this.x === 1 && this.y === 1;
  }
}
