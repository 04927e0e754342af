/** What the names of two photos say about the pair. */
export type Verdict = 'right' | 'wrong' | 'unknown';

export function verdictOf(a: string | null, b: string | null): Verdict {
  if (a === null || b === null) return 'unknown';
  return a === b ? 'right' : 'wrong';
}
