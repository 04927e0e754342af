/**
 * From a detection to the region that is embedded: body crop, and the face chip when the keypoints
 * allow one. Geometry and gates come from the recipe; every refusal has its reason.
 */
import type { KeypointRole, Recipe } from '../recipe/schema';
import type { Box, Chip, ChipReason, IntBox, Keypoint, Pose } from '../types';

/** How far outside the crop a used point may lie, as a fraction of the crop's side. */
const OUTSIDE_TOLERANCE = 0.02;
/** The box around the used points must cover more than this fraction of the chip. */
const DEGENERATE_FRACTION = 0.01;
/** Beside the nose a chip needs this many of the two eyes and two ears. */
const PAIRED_ROLES_NEEDED = 2;

const EARS: readonly KeypointRole[] = ['left_ear', 'right_ear'];
const PAIRED: readonly KeypointRole[] = ['left_eye', 'right_eye', ...EARS];

type CropRules = Recipe['crop'];

interface Frame {
  readonly width: number;
  readonly height: number;
}

/**
 * The padded, clipped integer crop around a detection, in photo px.
 * `hull` mode: floor/ceil of the padded float box. `original-2025`: the box and the padding are
 * truncated first, as the first Python project did.
 */
export function bodyCrop(bbox: Box<'photo'>, photo: Frame, rules: CropRules): IntBox<'photo'> {
  if (rules.chipMode === 'original-2025') {
    const [x1, y1, x2, y2] = [bbox.x1, bbox.y1, bbox.x2, bbox.y2].map(Math.trunc) as Four;
    const pad = Math.trunc(padBasis(x2 - x1, y2 - y1, rules) * rules.bodyPad);
    return clipInt([x1 - pad, y1 - pad, x2 + pad, y2 + pad], wholeFrame(photo));
  }
  const pad = padBasis(bbox.x2 - bbox.x1, bbox.y2 - bbox.y1, rules) * rules.bodyPad;
  return clipInt(
    [
      Math.floor(bbox.x1 - pad),
      Math.floor(bbox.y1 - pad),
      Math.ceil(bbox.x2 + pad),
      Math.ceil(bbox.y2 + pad),
    ],
    wholeFrame(photo),
  );
}

/** The whole photo as an integer box. */
export function wholeFrame(photo: Frame): IntBox<'photo'> {
  return { x1: 0, y1: 0, x2: photo.width, y2: photo.height };
}

/** A pose found on a crop, moved to photo px. The crop has integer edges, so nothing is rounded. */
export function poseToPhoto(pose: Pose<'crop'>, crop: IntBox<'photo'>): Pose {
  return {
    score: pose.score,
    bbox: {
      x1: pose.bbox.x1 + crop.x1,
      y1: pose.bbox.y1 + crop.y1,
      x2: pose.bbox.x2 + crop.x1,
      y2: pose.bbox.y2 + crop.y1,
    },
    keypoints: pose.keypoints.map((point) => ({
      name: point.name,
      score: point.score,
      x: point.x + crop.x1,
      y: point.y + crop.y1,
    })),
  };
}

/**
 * Chooses what is embedded: the face chip when every gate passes, the body crop with the reason
 * otherwise. `pose` and `body` are in photo px.
 */
export function chooseChip(
  pose: Pose | null,
  body: IntBox<'photo'>,
  recipe: Pick<Recipe, 'crop' | 'keypoint'>,
): Chip {
  const face = faceChip(pose, body, recipe);
  return typeof face === 'string'
    ? { bbox: body, branch: 'body', reason: face }
    : { bbox: face, branch: 'face', reason: 'face-found' };
}

/** The face chip in photo px, or the first gate that refused it. */
function faceChip(
  pose: Pose | null,
  body: IntBox<'photo'>,
  { crop, keypoint }: Pick<Recipe, 'crop' | 'keypoint'>,
): IntBox<'photo'> | Exclude<ChipReason, 'face-found'> {
  if (pose === null) return 'no-pose';
  if (!(pose.score > keypoint.conf)) return 'pose-score-low';

  const original = crop.chipMode === 'original-2025';
  const confident = (point: Keypoint): boolean =>
    point.score === null || point.score > keypoint.kptConf;
  const byRole = new Map<KeypointRole, Keypoint>();
  for (const [role, name] of Object.entries(keypoint.roles) as [KeypointRole, string][]) {
    const point = pose.keypoints.find((candidate) => candidate.name === name);
    if (point !== undefined && confident(point)) byRole.set(role, point);
  }
  const used = original ? pose.keypoints : [...byRole.values()];
  const enough = original
    ? pose.keypoints.every(confident)
    : byRole.has('nose') && PAIRED.filter((role) => byRole.has(role)).length >= PAIRED_ROLES_NEEDED;
  if (!enough) return 'keypoint-score-low';

  const slackX = original ? Infinity : OUTSIDE_TOLERANCE * (body.x2 - body.x1);
  const slackY = original ? Infinity : OUTSIDE_TOLERANCE * (body.y2 - body.y1);
  const inside = (point: Keypoint): boolean =>
    point.x >= body.x1 - slackX &&
    point.x <= body.x2 + slackX &&
    point.y >= body.y1 - slackY &&
    point.y <= body.y2 + slackY;
  if (!used.every(inside)) return 'keypoint-outside';

  const hull: Four = [
    Math.min(...used.map((point) => point.x)),
    Math.min(...used.map((point) => point.y)),
    Math.max(...used.map((point) => point.x)),
    Math.max(...used.map((point) => point.y)),
  ];
  const chip = original
    ? originalChip(hull, body, crop)
    : hullChip(
        hull,
        body,
        crop,
        EARS.some((role) => byRole.has(role)),
      );

  const width = chip.x2 - chip.x1;
  const height = chip.y2 - chip.y1;
  const hullArea = (hull[2] - hull[0]) * (hull[3] - hull[1]);
  if (!(hullArea > DEGENERATE_FRACTION * width * height)) return 'chip-degenerate';
  const shorterBodySide = Math.min(body.x2 - body.x1, body.y2 - body.y1);
  if (Math.min(width, height) < Math.max(crop.minChip, crop.minChipFraction * shorterBodySide)) {
    return 'chip-too-small';
  }
  return chip;
}

/** Hull padded by a fraction of its longer side, floor/ceil, clipped to the body crop. */
function hullChip(
  [hx1, hy1, hx2, hy2]: Four,
  body: IntBox<'photo'>,
  crop: CropRules,
  withEars: boolean,
): IntBox<'photo'> {
  const fraction = withEars ? crop.chipPad : (crop.chipPadNoEars ?? crop.chipPad);
  const pad = fraction * Math.max(hx2 - hx1, hy2 - hy1);
  let [x1, y1, x2, y2]: Four = [hx1 - pad, hy1 - pad, hx2 + pad, hy2 + pad];
  if (crop.chipSquare) {
    const half = Math.max(x2 - x1, y2 - y1) / 2;
    const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
    [x1, y1, x2, y2] = [cx - half, cy - half, cx + half, cy + half];
  }
  return clipInt([Math.floor(x1), Math.floor(y1), Math.ceil(x2), Math.ceil(y2)], body);
}

/** The first project's rule, in crop px as it was: truncated hull, padded by a fraction of its WIDTH on every side. */
function originalChip(hull: Four, body: IntBox<'photo'>, crop: CropRules): IntBox<'photo'> {
  const x1 = Math.trunc(hull[0] - body.x1) + body.x1;
  const y1 = Math.trunc(hull[1] - body.y1) + body.y1;
  const x2 = Math.trunc(hull[2] - body.x1) + body.x1;
  const y2 = Math.trunc(hull[3] - body.y1) + body.y1;
  const pad = Math.trunc((x2 - x1) * crop.chipPad);
  return clipInt([x1 - pad, y1 - pad, x2 + pad, y2 + pad], body);
}

type Four = [number, number, number, number];

function padBasis(width: number, height: number, rules: CropRules): number {
  return rules.padBasis === 'width' ? width : Math.max(width, height);
}

/** Clips integer edges to `frame`, keeping at least one pixel. */
function clipInt([x1, y1, x2, y2]: Four, frame: IntBox<'photo'>): IntBox<'photo'> {
  const left = Math.min(Math.max(x1, frame.x1), frame.x2 - 1);
  const top = Math.min(Math.max(y1, frame.y1), frame.y2 - 1);
  return {
    x1: left,
    y1: top,
    x2: Math.max(Math.min(x2, frame.x2), left + 1),
    y2: Math.max(Math.min(y2, frame.y2), top + 1),
  };
}
