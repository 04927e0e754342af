import type { StageChoice } from '../types';
import type { ModelSlot } from './schema';

/** Which models a choice of stages needs. */
export const SLOTS_NEEDED: Readonly<Record<StageChoice, readonly ModelSlot[]>> = {
  'detect,keypoints,embed': ['detector', 'keypoint', 'embedder'],
  'detect,embed': ['detector', 'embedder'],
  embed: ['embedder'],
};
