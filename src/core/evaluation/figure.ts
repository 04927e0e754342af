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

/** With fewer dogs than this the note says what the figures are. */
export const BENCHMARK_DOGS = 5;

/** What the reader must know before believing figures of so few dogs, or null. */
export const anecdote = (dogs: number): string | null =>
  dogs > 0 && dogs < BENCHMARK_DOGS
    ? `Fewer than ${BENCHMARK_DOGS} dogs: an anecdote, not a benchmark.`
    : null;

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`;
