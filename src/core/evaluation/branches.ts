/** The same photos embedded as face chip, as body crop and as whole photo: does the keypoint stage help here? */
import type { EmbeddingMatrix } from '../types';
import type { Row } from '../retrieval/rows';
import { compareRuns, directionOf, type CompareOptions, type Comparison } from './compare';
import { pointsOf } from './compareReport';
import { plural } from './figure';

/** `pipeline`: what the run took, the face chip where there is one and the body crop elsewhere. */
export const BRANCH_VIEWS = ['pipeline', 'face', 'body', 'photo'] as const;
export type BranchView = (typeof BRANCH_VIEWS)[number];

export const BRANCH_VIEW_TEXT: Readonly<Record<BranchView, string>> = {
  pipeline: 'as the run took them',
  face: 'face chips',
  body: 'body crops',
  photo: 'whole photos',
};

/** The rows that could be embedded this way; `face` lacks photos without a usable face. */
export interface BranchEmbeddings {
  readonly matrix: EmbeddingMatrix;
  readonly rows: readonly Row[];
}

export interface BranchReport {
  /** b - a for each pair that is there, on the photos that both could embed. */
  readonly comparisons: readonly {
    readonly a: BranchView;
    readonly b: BranchView;
    readonly comparison: Comparison;
  }[];
  /** Face chips against body crops of the same photos decide; `pipeline` against `body` says what it is worth overall. */
  readonly verdict: 'helps' | 'hurts' | 'undecided' | 'unknown';
  readonly sentence: string;
}

const PAIRS: readonly (readonly [BranchView, BranchView])[] = [
  ['body', 'pipeline'],
  ['body', 'face'],
  ['photo', 'body'],
];

export function compareBranches(
  branches: Readonly<Partial<Record<BranchView, BranchEmbeddings>>>,
  options: CompareOptions = {},
): BranchReport {
  const comparisons = PAIRS.flatMap(([a, b]) => {
    const [left, right] = [branches[a], branches[b]];
    return left && right ? [{ a, b, comparison: compareRuns(left, right, options) }] : [];
  });
  const overall = comparisons.find(({ a, b }) => a === 'body' && b === 'pipeline')?.comparison;
  return { comparisons, ...judge(overall) };
}

function judge(overall: Comparison | undefined): Pick<BranchReport, 'verdict' | 'sentence'> {
  if (!overall || overall.identification.mAP.difference.value === null) {
    return {
      verdict: 'unknown',
      sentence: 'Whether the keypoint stage helps cannot be said: there is no query to compare on.',
    };
  }
  const { mAP, recallAt1 } = overall.identification;
  const direction = directionOf(mAP.difference);
  const facts = `mAP ${pointsOf(mAP)}, Recall@1 ${pointsOf(recallAt1)}, on ${plural(overall.counts.queries, 'query', 'queries')} of ${plural(overall.counts.dogs, 'dog')}`;
  if (direction === 'undecided') {
    const why =
      mAP.difference.value === null || mAP.difference.low === null
        ? 'there is no interval of the difference in mAP'
        : 'the interval of the difference in mAP holds 0';
    return {
      verdict: 'undecided',
      sentence: `Undecided whether the keypoint stage helps on this folder: ${why} (${facts}).`,
    };
  }
  const verdict = direction === 'better' ? 'helps' : 'hurts';
  return {
    verdict,
    sentence: `The keypoint stage ${verdict} on this folder, compared with body crops alone: ${facts}.`,
  };
}
