/** Stage 1: where the dogs are. */
import { clipBox } from '../../geometry/boxes';
import { MAX_DETECTIONS, nms, rankByScore } from '../../geometry/nms';
import type { Session } from '../../ports';
import type { Recipe } from '../../recipe/schema';
import type { Detection, RgbImage } from '../../types';
import type { YoloContract } from './contract';
import { decode } from './decode';
import { runYolo } from './run';

/** The part of the recipe that detection needs. */
export type DetectorRules = Pick<Recipe['detector'], 'conf' | 'iou' | 'resize'>;

/**
 * Finds dogs: score > conf, overlaps suppressed (by us where the graph has not), clipped to the photo.
 * All classes that the recipe calls dogs count as one. Returns photo px, by score descending, then in the
 * network's order; at most 300.
 * @throws ModelOutputError when the output is not the contract's, or not finite
 */
export async function detectDogs(
  session: Session,
  contract: YoloContract,
  photo: RgbImage,
  rules: DetectorRules,
): Promise<Detection[]> {
  const output = await runYolo<'photo'>(session, contract, photo, rules.resize);
  const { boxes, scores } = decode(output, contract, rules.conf);
  const kept =
    contract.form === 'raw'
      ? nms(boxes, scores, rules)
      : rankByScore(scores, rules.conf).slice(0, MAX_DETECTIONS);
  return kept
    .map((i) => ({
      bbox: clipBox(output.plan.boxToSource(boxes[i]!), photo),
      score: scores[i]!,
    }))
    .filter(({ bbox }) => bbox.x2 > bbox.x1 && bbox.y2 > bbox.y1);
}
