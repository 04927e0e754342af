/** How figures are written. */
import type { Figure } from '../../core/results/schema';

/** `86.7 %` */
export const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;

export const whole = (value: number): string => value.toLocaleString('en');

/** `79.2 to 94.1 %`, or a dash where no interval may be given. */
export function intervalText(figure: Figure): string {
  if (figure.value === null || figure.low === null || figure.high === null) return '–';
  return `${(100 * figure.low).toFixed(1)} to ${percent(figure.high)}`;
}

/** A similarity threshold. */
export const similarity = (value: number): string => value.toFixed(3);

/** A difference in percentage points: `+3.2`, `−1.0`. */
export function pointsText(difference: number): string {
  const points = (100 * difference).toFixed(1);
  if (Number(points) === 0) return '0.0';
  return difference < 0 ? `−${points.slice(1)}` : `+${points}`;
}
