/** What is drawn over a photo, in pixels of the photo. */
import type { DogRecord } from '../../core/results/schema';

/** Short letters beside the points when there is room. L and R are the dog's own. */
const POINT_LETTERS: Readonly<Record<string, string>> = {
  left_eye: 'L',
  right_eye: 'R',
  nose: 'N',
  left_ear: 'LE',
  right_ear: 'RE',
  chin: 'C',
  throat: 'T',
};

export function pointLetter(name: string): string {
  const known = POINT_LETTERS[name.replace(/_base|_tip/, '')];
  return known ?? name.slice(0, 2);
}

/** `left_eye` -> `left eye`. */
export const pointName = (name: string): string => name.replaceAll('_', ' ');

export interface MarkSizes {
  readonly point: number;
  readonly font: number;
}

/** Sizes that look alike whatever the photo's resolution; `shown` is the longer side on screen in CSS px. */
export function markSizes(width: number, height: number, shown: number): MarkSizes {
  const perPixel = Math.max(width, height) / shown;
  return { point: (shown > 400 ? 5 : 3.2) * perPixel, font: 12.5 * perPixel };
}

/** A path of the parts of a rectangle near its corners, `part` of the shorter side long. */
export function cornerPath(
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  part = 0.2,
): string {
  const d = Math.min(x2 - x1, y2 - y1) * part;
  return [
    `M${x1} ${y1 + d}V${y1}H${x1 + d}`,
    `M${x2 - d} ${y1}H${x2}V${y1 + d}`,
    `M${x2} ${y2 - d}V${y2}H${x2 - d}`,
    `M${x1 + d} ${y2}H${x1}V${y2 - d}`,
  ].join('');
}

/** What the marks say, for those who do not see them. */
export function marksText(dogs: readonly DogRecord[]): string {
  if (dogs.length === 0) return 'nothing marked';
  return dogs
    .map((dog) => {
      const score = dog.score === null ? '' : `, score ${dog.score.toFixed(2)}`;
      const points = dog.keypoints.length > 0 ? `, ${dog.keypoints.length} keypoints` : '';
      return `dog box${score}${points}, ${dog.branch} chip`;
    })
    .join('; ');
}
