/** Stage 2: the keypoints of the dog in a crop. */
import { clipBox } from '../../geometry/boxes';
import { rankByScore } from '../../geometry/nms';
import type { Session } from '../../ports';
import type { Recipe } from '../../recipe/schema';
import type { Keypoint, Pose, RgbImage } from '../../types';
import type { YoloContract } from './contract';
import { decode } from './decode';
import { runYolo } from './run';

/** The part of the recipe that the keypoint stage needs. */
export type KeypointRules = Pick<Recipe['keypoint'], 'resize'>;

/**
 * The best pose on a crop, whatever its score (the gates are the caller's: a refused pose is still shown),
 * or null when the network returned none. The best does not depend on NMS, so none is done.
 * The box is clipped to the crop. The keypoints are not: one outside the crop must be seen to be outside.
 * @throws ModelOutputError when the output is not the contract's, or not finite
 */
export async function findPose(
  session: Session,
  contract: YoloContract,
  crop: RgbImage,
  rules: KeypointRules,
): Promise<Pose<'crop'> | null> {
  if (contract.keypoints === null) throw new Error('a detector was given as the keypoint model');
  const output = await runYolo<'crop'>(session, contract, crop, rules.resize);
  const found = decode(output, contract, 0);
  const best = rankByScore(found.scores, 0)[0];
  if (best === undefined) return null;
  const { dims, names } = contract.keypoints;
  const values = found.points(best);
  const keypoints = names.map((name, k): Keypoint<'crop'> => {
    const at = output.plan.pointToSource({ x: values[k * dims]!, y: values[k * dims + 1]! });
    return { name, x: at.x, y: at.y, score: dims === 3 ? values[k * dims + 2]! : null };
  });
  return {
    bbox: clipBox(output.plan.boxToSource(found.boxes[best]!), crop),
    score: found.scores[best]!,
    keypoints,
  };
}
