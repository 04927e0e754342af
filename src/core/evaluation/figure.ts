import type { Figure } from '../results/schema';

/** A figure with its denominator; no interval yet. */
export const given = (
  value: number,
  n: number,
  low: number | null = null,
  high: number | null = null,
): Figure => ({ value, n, low, high });

/** A figure that may not be given, and why. */
export const refused = (reason: string): Figure => ({ value: null, reason });

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`;
