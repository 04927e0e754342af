/**
 * Recall@1 of the whole pipeline: photos in which no dog was found, or that failed, count as misses.
 * Queries: every labelled photo that was run and whose dog has at least two such photos in the folder. An
 * embedded photo whose mates were all lost by the pipeline is a miss too. Photos not run do not count.
 */
import type { Figure } from '../results/schema';
import { compareCodePoints } from '../codePoints';
import type { Row } from '../retrieval/rows';
import { drawDogs, percentileInterval, type Resampling } from './bootstrap';
import { given, refused } from './figure';
import type { PhotoOutcome } from './outcomes';
import type { RunStatistics } from './statistics';

/** Queries and hits of each dog. */
export interface EndToEnd {
  readonly dogs: readonly string[];
  readonly queries: Float64Array;
  readonly hits: Float64Array;
}

export function endToEnd(
  run: RunStatistics,
  rows: readonly Row[],
  photos: readonly PhotoOutcome[],
): EndToEnd {
  const hit = new Set<string>();
  for (const { row, firstRank } of run.queries) if (firstRank === 1) hit.add(rows[row]!.path);
  const byDog = new Map<string, { queries: number; hits: number }>();
  for (const { path, identity, status } of photos) {
    if (identity === null || status === 'not-run') continue;
    const dog = byDog.get(identity) ?? { queries: 0, hits: 0 };
    dog.queries++;
    if (hit.has(path)) dog.hits++;
    byDog.set(identity, dog);
  }
  const list = [...byDog.entries()]
    .filter(([, { queries }]) => queries >= 2)
    .sort(([a], [b]) => compareCodePoints(a, b));
  return {
    dogs: list.map(([identity]) => identity),
    queries: Float64Array.from(list, ([, { queries }]) => queries),
    hits: Float64Array.from(list, ([, { hits }]) => hits),
  };
}

/** End-to-end Recall@1 in every draw over the dogs of `run`. */
export function endToEndReplicates({ queries, hits }: EndToEnd, options: Resampling): Float64Array {
  const values = new Float64Array(options.draws);
  let draw = 0;
  for (const times of drawDogs(queries.length, options)) {
    let hit = 0;
    let all = 0;
    for (let d = 0; d < times.length; d++) {
      hit += times[d]! * hits[d]!;
      all += times[d]! * queries[d]!;
    }
    values[draw++] = hit / all;
  }
  return values;
}

export function endToEndFigure(run: EndToEnd, options: Resampling | null): Figure {
  const all = run.queries.reduce((sum, x) => sum + x, 0);
  if (all === 0) return refused('No dog has two photos in the folder.');
  const value = run.hits.reduce((sum, x) => sum + x, 0) / all;
  const interval =
    options && run.dogs.length >= 2 ? percentileInterval(endToEndReplicates(run, options)) : null;
  return given(value, all, interval?.low ?? null, interval?.high ?? null);
}
