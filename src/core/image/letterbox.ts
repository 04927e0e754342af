/** Letterboxing into a network's input, and the way back. The only place that converts model pixels. */
import type { ResizeKernel } from '../recipe/schema';
import type { Box, Point, RgbImage } from '../types';
import { assertSize, resize } from './resize';
import { roundHalfEven } from './rounding';

/** Grey of the border, the value the networks were trained with. */
export const LETTERBOX_PAD = 114;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Spaces a letterbox can come from. */
export type SourceSpace = 'photo' | 'crop';

/**
 * Geometry of one letterbox: the source scaled to `inner` and placed at (`left`, `top`) of `target`.
 * The conversions use the offsets and the ratio per axis that were really applied (`inner` is rounded to
 * whole pixels, so the two ratios differ a little).
 */
export interface Letterbox<S extends SourceSpace = SourceSpace> {
  readonly source: Size;
  readonly target: Size;
  readonly inner: Size;
  readonly left: number;
  readonly top: number;
  /** Model px -> source px; not clipped. */
  boxToSource(box: Box<'model'>): Box<S>;
  /** Model px -> source px; not clipped. */
  pointToSource(point: Point<'model'>): Point<S>;
  /** Source px -> model px. */
  boxToModel(box: Box<S>): Box<'model'>;
  /** Source px -> model px. */
  pointToModel(point: Point<S>): Point<'model'>;
}

/**
 * Plans the letterbox of a static ultralytics export (`auto=False, scaleup=True, center=True`):
 * r = min(H/h, W/w); inner = round(w r) x round(h r), at least 1; left = round((W - inner) / 2 - 0.1).
 * Rounding is half to even, as Python's. Small sources are enlarged.
 * Source of the formula: ultralytics 8.4 `data/augment.py` LetterBox; way back: `utils/ops.py` scale_boxes.
 * @throws RangeError when a size is not a whole number >= 1.
 */
export function planLetterbox<S extends SourceSpace = SourceSpace>(
  source: Size,
  target: Size,
): Letterbox<S> {
  assertSize(source.width, source.height);
  assertSize(target.width, target.height);
  const ratio = Math.min(target.height / source.height, target.width / source.width);
  const width = Math.max(roundHalfEven(source.width * ratio), 1);
  const height = Math.max(roundHalfEven(source.height * ratio), 1);
  const left = Math.max(roundHalfEven((target.width - width) / 2 - 0.1), 0);
  const top = Math.max(roundHalfEven((target.height - height) / 2 - 0.1), 0);
  const xBack = (x: number): number => ((x - left) * source.width) / width;
  const yBack = (y: number): number => ((y - top) * source.height) / height;
  const xTo = (x: number): number => (x * width) / source.width + left;
  const yTo = (y: number): number => (y * height) / source.height + top;
  return {
    source: { width: source.width, height: source.height },
    target: { width: target.width, height: target.height },
    inner: { width, height },
    left,
    top,
    boxToSource: (b) => ({ x1: xBack(b.x1), y1: yBack(b.y1), x2: xBack(b.x2), y2: yBack(b.y2) }),
    pointToSource: (p) => ({ x: xBack(p.x), y: yBack(p.y) }),
    boxToModel: (b) => ({ x1: xTo(b.x1), y1: yTo(b.y1), x2: xTo(b.x2), y2: yTo(b.y2) }),
    pointToModel: (p) => ({ x: xTo(p.x), y: yTo(p.y) }),
  };
}

/**
 * The pixels of a planned letterbox: `src` resized to `plan.inner` and pasted on grey.
 * @throws RangeError when `src` does not have the planned source size: a caller's bug.
 */
export function letterbox(
  src: RgbImage,
  plan: Letterbox,
  kernel: ResizeKernel,
  padValue: number = LETTERBOX_PAD,
): RgbImage {
  if (src.width !== plan.source.width || src.height !== plan.source.height) {
    throw new RangeError(
      `Letterbox planned for ${plan.source.width} x ${plan.source.height} px, image has ${src.width} x ${src.height}`,
    );
  }
  const inner = resize(src, plan.inner.width, plan.inner.height, kernel);
  const { width, height } = plan.target;
  if (inner.width === width && inner.height === height) return inner;
  const data = new Uint8Array(width * height * 3).fill(padValue);
  const row = inner.width * 3;
  for (let y = 0; y < inner.height; y++) {
    data.set(inner.data.subarray(y * row, (y + 1) * row), ((plan.top + y) * width + plan.left) * 3);
  }
  return { width, height, data };
}
