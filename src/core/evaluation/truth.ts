/** `truth.json` at a folder's root: what is really on the photos. */
import type { PhotoRecord } from '../results/schema';

export interface TruthPhoto {
  readonly path: string;
  readonly identity: string | null;
  /** xyxy in pixels of the upright photo; null where there is no dog. */
  readonly bbox: readonly [number, number, number, number] | null;
  readonly keypoints: readonly {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly visible: boolean;
  }[];
}

/** Points that a face chip stands on. */
const FACE = ['left_eye', 'right_eye', 'nose'];

/** Whether the truth shows a face: both eyes and the nose. */
export const showsFace = ({ keypoints }: TruthPhoto): boolean =>
  FACE.every((name) => keypoints.some((point) => point.name === name && point.visible));

/**
 * Mean distance between found and true visible points of the same name, in units of the face's size (the longer
 * side of the box around the true visible points); null with fewer than two points in common.
 */
export function keypointError(
  found: PhotoRecord['dogs'][number]['keypoints'],
  { keypoints }: TruthPhoto,
): number | null {
  const visible = keypoints.filter((point) => point.visible);
  const common = visible.flatMap((truth) => {
    const point = found.find(({ name }) => name === truth.name);
    return point ? [Math.hypot(point.x - truth.x, point.y - truth.y)] : [];
  });
  const xs = visible.map(({ x }) => x);
  const ys = visible.map(({ y }) => y);
  const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  if (common.length < 2 || !(size > 0)) return null;
  return common.reduce((sum, d) => sum + d, 0) / common.length / size;
}

/** Reads `{photos: [...]}`. Returns null for anything else; photos that are not well formed are left out. */
export function parseTruth(json: unknown): TruthPhoto[] | null {
  if (!isRecord(json) || !Array.isArray(json.photos)) return null;
  return json.photos.flatMap((photo: unknown): TruthPhoto[] => {
    if (!isRecord(photo) || typeof photo.path !== 'string') return [];
    const { path, identity, bbox, keypoints } = photo;
    return [
      {
        path,
        identity: typeof identity === 'string' ? identity : null,
        bbox: isBox(bbox) ? bbox : null,
        keypoints: Array.isArray(keypoints) ? keypoints.filter(isPoint) : [],
      },
    ];
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isBox = (value: unknown): value is [number, number, number, number] =>
  Array.isArray(value) && value.length === 4 && value.every((x) => typeof x === 'number');

const isPoint = (value: unknown): value is TruthPhoto['keypoints'][number] =>
  isRecord(value) &&
  typeof value.name === 'string' &&
  typeof value.x === 'number' &&
  typeof value.y === 'number' &&
  typeof value.visible === 'boolean';
