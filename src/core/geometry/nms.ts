/** Greedy non-maximum suppression. */
import type { Box, Space } from '../types';
import { iou } from './boxes';

export interface NmsOptions {
  /** A candidate needs score > conf (strictly). */
  readonly conf: number;
  /** A candidate is kept while its IoU with every kept one is <= iou. */
  readonly iou: number;
  /** At most so many are kept. */
  readonly maxDetections?: number;
  /** At most so many of the best candidates are looked at. */
  readonly maxCandidates?: number;
}

/** Ultralytics' limits. */
export const MAX_DETECTIONS = 300;
export const MAX_CANDIDATES = 30_000;

/** Indexes whose score is > conf, by score descending, then index ascending, so that every runtime agrees. */
export function rankByScore(scores: ArrayLike<number>, conf: number): number[] {
  const order: number[] = [];
  for (let i = 0; i < scores.length; i++) if (scores[i]! > conf) order.push(i);
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/**
 * Indexes of the boxes to keep, best first. All boxes count as one class.
 * Source of the rule: torchvision `nms` as ultralytics calls it (`utils/nms.py`); the tie rule is ours.
 */
export function nms<S extends Space>(
  boxes: readonly Box<S>[],
  scores: ArrayLike<number>,
  options: NmsOptions,
): number[] {
  const most = options.maxDetections ?? MAX_DETECTIONS;
  const order = rankByScore(scores, options.conf).slice(0, options.maxCandidates ?? MAX_CANDIDATES);
  const kept: number[] = [];
  for (const i of order) {
    if (kept.length >= most) break;
    if (kept.every((k) => iou(boxes[k]!, boxes[i]!) <= options.iou)) kept.push(i);
  }
  return kept;
}
