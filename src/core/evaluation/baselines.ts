/** What every figure is held against: a ranking drawn at random, and the colours of the chips alone. */
import { assertFinite } from '../retrieval/dots';
import type { Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix } from '../types';
import type { BurstPairs } from './bursts';
import type { ChanceFigures } from './chance';
import type { IdentificationFigures, VerificationFigures } from './figures';
import { runStatistics, withoutBursts, type RunStatistics } from './statistics';

export interface Baselines {
  /** Null without queries. */
  readonly chance: ChanceFigures | null;
  /** Null where the chips are not at hand. */
  readonly colourHistogram: {
    readonly identification: IdentificationFigures;
    readonly verification: VerificationFigures;
  } | null;
}

/** The colours of a run, scored like its embeddings. */
export interface ColourBaselines {
  readonly all: RunStatistics;
  readonly withoutBursts: (bursts: BurstPairs) => RunStatistics;
  /** The same photos under other names. */
  readonly forRows: (rows: readonly Row[]) => RunStatistics;
}

export function colourBaselines({
  colours,
  rows,
}: {
  readonly colours?: EmbeddingMatrix | undefined;
  readonly rows: readonly Row[];
}): ColourBaselines | null {
  if (!colours) return null;
  assertFinite(colours);
  const similarity = similarityMatrix(colours);
  const all = runStatistics(colours, rows, similarity);
  return {
    all,
    withoutBursts: (bursts) => withoutBursts(all, rows, bursts),
    forRows: (others) => runStatistics(colours, others, similarity),
  };
}
