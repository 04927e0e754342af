/** What the headless run prints: stages, matrix, galleries, figures; every figure with its denominator. */
import type { FullBranchReport } from '../../src/core/evaluation/branchReport';
import { BRANCH_VIEW_TEXT, BRANCH_VIEWS } from '../../src/core/evaluation/branches';
import type { FullMetrics } from '../../src/core/evaluation/evaluate';
import type { Collected } from '../../src/core/results/assemble';
import { FAILURE_STAGE_TEXT } from '../../src/core/results/prose';
import type { Figure, Results } from '../../src/core/results/schema';
import { BRANCHES, type SimilarityMatrix } from '../../src/core/types';

/** Rows and columns of the matrix that are printed. */
const MATRIX_MAX = 12;
/** Failed photos that are printed by name. */
const FAILURES_MAX = 20;

/** What is written, and the figures in it, with all that its schema leaves open. */
export interface Analysed {
  readonly results: Results;
  readonly similarity: SimilarityMatrix;
  readonly figures: FullMetrics;
  readonly branches: FullBranchReport | null;
}

/** Prints the whole report to stdout. */
export function printReport(
  { results, similarity, figures, branches }: Analysed,
  collected: Collected,
  seconds: number,
  notes: readonly string[],
): void {
  const lines = [
    ...notes.map((note) => `Note: ${note}`),
    ...stageSummary(results, collected, seconds),
    ...matrixLines(collected, similarity),
    ...galleryLines(results),
    ...figureLines(figures),
    ...branchLines(branches),
  ];
  console.log(lines.join('\n'));
}

function stageSummary(results: Results, { photos, counts }: Collected, seconds: number): string[] {
  const dogs = photos.flatMap((photo) => photo.dogs);
  const branches = BRANCHES.map(
    (branch) => [branch, dogs.filter((dog) => dog.branch === branch).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([branch, count]) => `${branch} ${count} of ${dogs.length}`);
  const refusals = new Map<string, number>();
  for (const dog of dogs) {
    if (dog.branch === 'body') refusals.set(dog.reason, (refusals.get(dog.reason) ?? 0) + 1);
  }
  const approximate = photos.filter(({ format }) => format === 'avif').length;
  const failed = photos.filter((photo) => photo.failure !== null);
  return [
    '',
    `Stages (${results.tool.stages}; ${results.tool.dogs === 'best' ? 'best dog' : 'all dogs'} of a photo)`,
    `  photos    ${counts.photos} in ${seconds.toFixed(1)} s (${(counts.photos / Math.max(seconds, 1e-9)).toFixed(1)} photos/s), ${results.ignored.length} other files ignored`,
    `  embedded  ${counts.embedded} of ${counts.photos}`,
    `  no dog    ${counts.noDog} of ${counts.photos}`,
    `  failed    ${counts.failed} of ${counts.photos}`,
    ...(approximate > 0
      ? [
          `  AVIF      ${approximate} of ${counts.photos}: approximate, decoders enlarge their colour differently`,
        ]
      : []),
    ...(dogs.length > 0 ? [`  branch    ${branches.join(', ')}`] : []),
    ...[...refusals].map(
      ([reason, count]) => `            body crop because ${reason}: ${count} of ${dogs.length}`,
    ),
    ...failed
      .slice(0, FAILURES_MAX)
      .map(
        ({ path, failure }) =>
          `  ! ${path}: ${failure!.code} in ${FAILURE_STAGE_TEXT[failure!.stage]}: ${failure!.message}`,
      ),
    ...(failed.length > FAILURES_MAX
      ? [`  ! and ${failed.length - FAILURES_MAX} more, in results.json`]
      : []),
  ];
}

function matrixLines({ rows }: Collected, { n, data }: SimilarityMatrix): string[] {
  if (n === 0) return [];
  // An even pick over the folder, so that several dogs are seen.
  const shown = Math.min(n, MATRIX_MAX);
  const picks = Array.from({ length: shown }, (_, i) => Math.floor((i * n) / shown));
  const title = n > shown ? `${shown} of ${n} rows, evenly picked` : `${n} rows`;
  return [
    '',
    `Cosine similarity (${title})`,
    `        ${picks.map((j) => `[${j}]`.padStart(6)).join(' ')}`,
    ...picks.map(
      (i) =>
        `${`[${i}]`.padStart(7)} ${picks.map((j) => data[i * n + j]!.toFixed(3).padStart(6)).join(' ')}  ${rows[i]!.path}`,
    ),
  ];
}

function galleryLines({ queries, tool }: Results): string[] {
  if (queries.length === 0) return [];
  return [
    '',
    `Top ${tool.topK} of one query per dog (+ same dog, - another dog, ? unlabelled)`,
    ...queries.flatMap(({ identity, path, matches }) => [
      `  ${identity}: ${path}`,
      ...matches.map(({ path: found, identity: dog, similarity, rank }) => {
        const sign = dog === null ? '?' : dog === identity ? '+' : '-';
        return `    ${rank}. ${sign} ${similarity.toFixed(4)}  ${found}`;
      }),
    ]),
  ];
}

/** Figures, each with its denominator, and the floors that give them a scale. */
export function figureLines(metrics: FullMetrics): string[] {
  const { counts, identification, verification, note } = metrics;
  const { macro, endToEndRecallAt1 } = identification;
  return [
    '',
    `Figures (${counts.dogs} dogs, ${counts.queries} queries; the query is never in its own gallery)`,
    `  Recall@1   ${share(identification.recallAt1, 'queries')}`,
    `  end to end Recall@1 ${share(endToEndRecallAt1, 'photos')}; no dog found or failed counts as a miss`,
    `  Recall@5   ${share(identification.recallAt5, 'queries')}`,
    `  Recall@10  ${share(identification.recallAt10, 'queries')}`,
    `  mAP        ${plain(identification.mAP, 'queries')}`,
    `  per dog    Recall@1 ${plain(macro.recallAt1, 'dogs')}; mAP ${plain(macro.mAP, 'dogs')}`,
    ...floorLines(metrics),
    `  same dog   mean similarity ${plain(verification.genuineMean, 'genuine pairs')}`,
    `  other dog  mean similarity ${plain(verification.impostorMean, 'impostor pairs')}`,
    `  AUC        ${plain(verification.auc, 'pairs')}`,
    `  EER        ${plain(verification.eer, 'pairs')}`,
    `  TAR@FAR 1% ${plain(verification.tarAtFar['0.01'], 'genuine pairs')}`,
    ...(note === null ? [] : [`  ! ${note}`]),
  ];
}

/** What a random ranking and the mere colours of the chips would reach on the same queries. */
function floorLines({ baselines, counts, identification }: FullMetrics): string[] {
  const { chance, colourHistogram, endToEndRecallAt1: floors } = baselines;
  const { endToEndRecallAt1: whole } = identification;
  const endToEnd = (floor: number | null): string =>
    floor === null || whole.value === null
      ? ''
      : `; end to end Recall@1 ${floor.toFixed(4)} (${whole.n} photos)`;
  const colours = colourHistogram?.identification;
  return [
    chance === null
      ? '  chance     not given: no queries'
      : `  chance     Recall@1 ${chance.recallAt1.toFixed(4)}, mAP ${chance.mAP.toFixed(4)} (${counts.queries} queries)${endToEnd(floors.chance)}`,
    colours === undefined
      ? '  colours    not given: the chips are not at hand'
      : `  colours    Recall@1 ${plain(colours.recallAt1, 'queries')}; mAP ${plain(colours.mAP, 'queries')}${endToEnd(floors.colourHistogram)}`,
  ];
}

/** The branches side by side, where `--branches` asked for them. */
function branchLines(branches: FullBranchReport | null): string[] {
  if (branches === null) return [];
  const failed = branches.failed.length;
  return [
    '',
    'Branches (each on the photos that could be embedded this way)',
    ...BRANCH_VIEWS.map((view) => {
      const figures = branches.views[view];
      const name = `  ${BRANCH_VIEW_TEXT[view].padEnd(22)}`;
      if (figures === undefined) return `${name} no photo`;
      const { recallAt1, mAP } = figures.identification;
      return `${name} Recall@1 ${share(recallAt1, 'queries')}; mAP ${plain(mAP, 'queries')}`;
    }),
    ...(failed > 0 ? [`  ! ${failed} photos could not be embedded another time`] : []),
    `  ${branches.sentence}`,
  ];
}

function share(figure: Figure, unit: string): string {
  if (figure.value === null) return `not given: ${figure.reason}`;
  return `${(100 * figure.value).toFixed(1)} % (${Math.round(figure.value * figure.n)} of ${figure.n} ${unit})${interval(figure)}`;
}

function plain(figure: Figure, unit: string): string {
  if (figure.value === null) return `not given: ${figure.reason}`;
  return `${figure.value.toFixed(4)} (${figure.n} ${unit})${interval(figure)}`;
}

function interval(figure: Extract<Figure, { value: number }>): string {
  if (figure.low === null || figure.high === null) return '';
  return `, 95 % interval ${figure.low.toFixed(3)} to ${figure.high.toFixed(3)}`;
}
