/** Axis-aligned boxes, xyxy, continuous pixel coordinates of any one space. */
import type { Box, Space } from '../types';

/** Width x height, 0 for a box turned inside out. */
export function area(box: Box): number {
  return Math.max(box.x2 - box.x1, 0) * Math.max(box.y2 - box.y1, 0);
}

/** Intersection over union, 0..1; 0 when both are empty. */
export function iou<S extends Space>(a: Box<S>, b: Box<S>): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

const clamp = (v: number, high: number): number => Math.min(Math.max(v, 0), high);

/** Clips to [0, width] x [0, height]; a box outside becomes empty at the border. */
export function clipBox<S extends Space>(
  box: Box<S>,
  size: { readonly width: number; readonly height: number },
): Box<S> {
  return {
    x1: clamp(box.x1, size.width),
    y1: clamp(box.y1, size.height),
    x2: clamp(box.x2, size.width),
    y2: clamp(box.y2, size.height),
  };
}

/** Centre and size to corners. */
export function fromCentre<S extends Space>(
  cx: number,
  cy: number,
  width: number,
  height: number,
): Box<S> {
  return {
    x1: cx - width / 2,
    y1: cy - height / 2,
    x2: cx + width / 2,
    y2: cy + height / 2,
  };
}
