/** Figures of an opened results.json beside those that are computed from its vectors. */
import type { FullMetrics } from '../core/evaluation/evaluate';
import type { RunMetrics } from '../core/evaluation/report';
import type { Metrics } from '../core/results/schema';
import type { LostOfFile } from './verdictModel';

/**
 * The computed metrics, with what only the pictures or the folder could tell taken from the file: the baseline of
 * colours where the chips are not at hand, the causes of failure where the truth is not.
 */
export function asSaved(
  computed: RunMetrics,
  saved: Metrics,
  missing: { readonly colours: boolean; readonly causes: boolean },
): RunMetrics {
  const file = saved as Partial<RunMetrics>;
  // A file of an earlier version lacks what was added since.
  const floors: Partial<RunMetrics['baselines']> | undefined = file.baselines;
  let metrics = computed;
  if (missing.causes && file.blame !== undefined) metrics = { ...metrics, blame: file.blame };
  if (!missing.colours || floors === undefined) return metrics;
  const { baselines, withoutBursts, unseen } = metrics;
  return {
    ...metrics,
    baselines: {
      ...baselines,
      colourHistogram: floors.colourHistogram ?? null,
      endToEndRecallAt1: {
        ...baselines.endToEndRecallAt1,
        colourHistogram: floors.endToEndRecallAt1?.colourHistogram ?? null,
      },
    },
    withoutBursts: withColours(withoutBursts, file.withoutBursts),
    unseen: unseen === null ? null : withColours(unseen, file.unseen ?? null),
  };
}

function withColours<T extends FullMetrics['withoutBursts'] | NonNullable<FullMetrics['unseen']>>(
  computed: T,
  saved: FullMetrics['withoutBursts'] | FullMetrics['unseen'] | undefined,
): T {
  if (!('baselines' in computed) || !saved || !('baselines' in saved)) return computed;
  const { colourHistogram } = saved.baselines;
  return { ...computed, baselines: { ...computed.baselines, colourHistogram } };
}

/** What `asSaved` would take from the file and cannot, since names or decisions are others now; null where nothing is lost. */
export function lostOf(
  saved: Metrics,
  missing: { readonly colours: boolean; readonly causes: boolean },
): LostOfFile | null {
  const { blame, baselines } = saved as Partial<RunMetrics>;
  const causes = missing.causes && blame?.cases.some(({ basis }) => basis === 'truth') === true;
  const floor: unknown = (baselines as Partial<RunMetrics['baselines']> | undefined)
    ?.colourHistogram;
  const colours = missing.colours && floor !== undefined && floor !== null;
  return causes || colours ? { causes, colours } : null;
}
