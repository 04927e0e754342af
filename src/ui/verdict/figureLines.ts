/** Which figures are shown, and the floors that stand beside each. */
import type { FigureSet, FullMetrics } from '../../core/evaluation/evaluate';
import type { FarTarget } from '../../core/evaluation/figures';
import type { QueryFigure } from '../../core/evaluation/replicates';
import type { Figure } from '../../core/results/schema';

export interface Line {
  readonly name: string;
  readonly meaning: string;
  readonly figure: Figure;
  /** What `n` counts. */
  readonly of: string;
  readonly chance: number | null;
  readonly colours: number | null;
}

export interface Group {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Photos that the figures are about. */
export const SCOPES = ['all', 'withoutBursts', 'unseen'] as const;
export type Scope = (typeof SCOPES)[number];
/** What a mean is taken over: photos (micro) or dogs (macro). */
export type Weigh = 'photo' | 'dog';

const QUERY_LINES: readonly (readonly [QueryFigure, string, string])[] = [
  ['recallAt1', 'Recall@1', 'the first match is the same dog'],
  ['recallAt5', 'Recall@5', 'the same dog is among the first five'],
  ['recallAt10', 'Recall@10', 'the same dog is among the first ten'],
  ['mAP', 'mAP', 'how early all photos of the dog come'],
  ['mapAtR', 'MAP@R', 'the same, over as many matches as it has photos'],
];

const FAR_LINES: readonly (readonly [FarTarget, string])[] = [
  ['0.1', '10 %'],
  ['0.01', '1 %'],
  ['0.001', '0.1 %'],
];

/** The figures of a scope, or null where the run has none of that kind. */
export function setOf(metrics: FullMetrics, scope: Scope): FigureSet | null {
  switch (scope) {
    case 'all':
      return metrics;
    case 'withoutBursts':
      return 'identification' in metrics.withoutBursts ? metrics.withoutBursts : null;
    case 'unseen':
      return metrics.unseen;
  }
}

export function groupsOf(metrics: FullMetrics, scope: Scope, weigh: Weigh): readonly Group[] {
  const set = setOf(metrics, scope) ?? metrics;
  const { identification, verification, baselines } = set;
  const { chance, colourHistogram } = baselines;
  const macro = weigh === 'dog';
  const queries = QUERY_LINES.map(([key, name, meaning]): Line => {
    const colours = colourHistogram?.identification;
    return {
      name,
      meaning,
      figure: macro ? identification.macro[key] : identification[key],
      of: macro ? 'dogs' : 'queries',
      chance: (macro ? chance?.macro[key] : chance?.[key]) ?? null,
      colours: (macro ? colours?.macro[key] : colours?.[key])?.value ?? null,
    };
  });
  if (set === metrics && !macro) {
    const floor = metrics.baselines.endToEndRecallAt1;
    queries.splice(1, 0, {
      name: 'Recall@1, end to end',
      meaning: 'photos without a dog and failed ones count as misses',
      figure: metrics.identification.endToEndRecallAt1,
      of: 'labelled photos',
      chance: floor.chance,
      colours: floor.colourHistogram,
    });
  }
  const pairs = colourHistogram?.verification ?? null;
  return [
    { title: 'Which dog is it?', lines: queries },
    {
      title: 'Is it the same dog?',
      lines: [
        {
          name: 'AUC',
          meaning: 'a same-dog pair is more alike than a pair of different dogs',
          figure: verification.auc,
          of: 'pairs',
          chance: chance?.auc ?? null,
          colours: pairs?.auc.value ?? null,
        },
        ...FAR_LINES.map(([far, text]): Line => {
          return {
            name: `TAR at FAR ${text}`,
            meaning: `same-dog pairs accepted when ${text} of the others are, too`,
            figure: verification.tarAtFar[far],
            of: 'same-dog pairs',
            chance: chance?.tarAtFar[far] ?? null,
            colours: pairs?.tarAtFar[far].value ?? null,
          };
        }),
        {
          name: 'EER',
          meaning: 'both kinds of error equal; lower is better',
          figure: verification.eer,
          of: 'pairs',
          chance: chance?.eer ?? null,
          colours: pairs?.eer.value ?? null,
        },
      ],
    },
  ];
}
