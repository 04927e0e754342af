/** Plain sentences for the closed lists. The lists are data; this is the only place that words them. */
import type { Branch, ChipReason, FailureStage } from '../types';
import type { ImageFormat } from '../intake/format';
import type { IgnoreReason } from './schema';

/** Why the embedder was shown what it was shown. */
export const CHIP_REASON_TEXT: Readonly<Record<ChipReason, string>> = {
  'face-found': 'Face chip: nose and at least two of eyes and ears were found.',
  'keypoints-off': 'Body crop: the keypoint stage was switched off.',
  'no-pose': 'Body crop: the keypoint model returned no pose.',
  'pose-score-low': 'Body crop: the best pose scored too low.',
  'keypoint-score-low': 'Body crop: the nose, or two of eyes and ears, scored too low.',
  'keypoint-outside': 'Body crop: a keypoint lies outside the crop.',
  'chip-degenerate': 'Body crop: the keypoints lie (almost) on one line or point.',
  'chip-too-small': 'Body crop: the face chip would be too small.',
  'already-a-chip': 'The whole photo was taken as the chip.',
};

export const BRANCH_TEXT: Readonly<Record<Branch, string>> = {
  face: 'face chip',
  body: 'body crop',
  photo: 'whole photo',
};

export const FAILURE_STAGE_TEXT: Readonly<Record<FailureStage, string>> = {
  read: 'reading the file',
  decode: 'decoding the image',
  detect: 'the detector',
  keypoints: 'the keypoint model',
  embed: 'the embedder',
};

/** Formats whose pixels depend on the decoder, and why. */
export const APPROXIMATE_TEXT: Readonly<Partial<Record<ImageFormat, string>>> = {
  avif: 'Approximate: AVIF mostly stores colour at half size, and decoders enlarge it differently. The page and the headless run may differ a little on this photo.',
};

export const IGNORE_REASON_TEXT: Readonly<Record<IgnoreReason, string>> = {
  'system-file': 'system file',
  hidden: 'hidden file or folder',
  'not-an-image-file': 'not an image file',
  'symlinked-folder': 'linked folder, not followed',
};
