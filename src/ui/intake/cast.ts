/** Which photos of the sample tell the story: a dog seen well, two more of it, one of another. */
import type { TruthPhoto } from '../../state/sample';

export interface Square {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Cast {
  readonly query: TruthPhoto;
  readonly same: readonly TruthPhoto[];
  readonly other: readonly TruthPhoto[];
}

/** A square around eyes, nose and ears, or null where they are not all to be seen. */
export function faceBox(photo: TruthPhoto): Square | null {
  const seen = photo.keypoints.filter(({ visible }) => visible);
  const names = new Set(seen.map(({ name }) => name));
  if (!['left_eye', 'right_eye', 'nose'].every((name) => names.has(name))) return null;
  const xs = seen.map(({ x }) => x);
  const ys = seen.map(({ y }) => y);
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const side = 1.5 * Math.max(right - left, bottom - top);
  return {
    x: Math.max(0, (left + right - side) / 2),
    y: Math.max(0, (top + bottom - side) / 2),
    width: side,
    height: side,
  };
}

/** Null where the sample holds no such photos. */
export function castOf(photos: readonly TruthPhoto[]): Cast | null {
  const seen = photos
    .map((photo) => ({ photo, size: faceBox(photo)?.width ?? 0 }))
    .filter(({ photo, size }) => size > 60 && photo.identity !== null)
    .sort((a, b) => b.size - a.size)
    .map(({ photo }) => photo);
  for (const query of seen) {
    const same = seen.filter((one) => one !== query && one.identity === query.identity).slice(0, 2);
    const other = seen.filter((one) => one.identity !== query.identity).slice(0, 1);
    if (same.length === 2 && other.length === 1) return { query, same, other };
  }
  return null;
}
