/** Whether two metrics of one run say the same: a file's and those computed again from its vectors. */
import type { Metrics } from '../results/schema';
import { FAR_TARGETS } from './figures';
import { QUERY_FIGURE_NAMES } from './replicates';

/** Where the figures lie: every value of identification and verification. */
const PLACES: readonly (readonly string[])[] = [
  ...QUERY_FIGURE_NAMES.map((name) => ['identification', name]),
  ...QUERY_FIGURE_NAMES.map((name) => ['identification', 'macro', name]),
  ['identification', 'endToEndRecallAt1'],
  ...['auc', 'eer', 'genuineMean', 'impostorMean'].map((name) => ['verification', name]),
  ...FAR_TARGETS.map((far) => ['verification', 'tarAtFar', far]),
];

/**
 * Values are equal to nine digits, refusals to each other. A figure that the file lacks (it is of an earlier version)
 * says nothing; neither do intervals, which another number of draws changes.
 */
export function sameFigures(computed: Metrics, saved: Metrics): boolean {
  return PLACES.every((place) => {
    const other = valueAt(saved, place);
    return other === undefined || other === valueAt(computed, place);
  });
}

/** Nine digits of the figure at a place, null where it is refused, undefined where there is none. */
function valueAt(metrics: Metrics, place: readonly string[]): string | null | undefined {
  let at: unknown = metrics;
  for (const key of [...place, 'value']) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  if (typeof at === 'number') return at.toPrecision(9);
  return at === null ? null : undefined;
}
