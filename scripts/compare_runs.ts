/** `npm run compare -- A B [--out DIR]`: is run B better than run A? Both are run folders or results.json files. */
import { Command } from 'commander';
import { DRAWS, SEED } from '../src/core/evaluation/bootstrap';
import {
  compareRuns,
  directionOf,
  type Compared,
  type Comparison,
  type RunSide,
} from '../src/core/evaluation/compare';
import type { SavedRun } from '../src/core/evaluation/savedRun';
import { stageChanges } from '../src/core/evaluation/stageChanges';
import type { Figure } from '../src/core/results/schema';
import { parse, run, whole, writeJson } from './runs/command';
import { loadRun } from './runs/load';

const COMPARE_SCHEMA = 'samedog.compare/1';

await run('compare', async () => {
  const command = new Command('compare')
    .description('Compares two runs over the same folder, paired.')
    .argument('<a>', 'the baseline: a run folder or a results.json')
    .argument('<b>', 'the other run')
    .option('--out <dir>', 'where compare.json is written')
    .option('--draws <n>', 'bootstrap draws', whole(1, 100_000), DRAWS)
    .option('--seed <n>', 'seed of the draws', whole(0, 2 ** 32 - 1), SEED);
  parse(command, process.argv.slice(2));
  const options = command.opts<{ out?: string; draws: number; seed: number }>();
  const [a, b] = await Promise.all([loadRun(command.args[0]!), loadRun(command.args[1]!)]);
  const comparison = compareRuns(sideOf(a), sideOf(b), options);
  const stages = stageChanges(a.results.photos, b.results.photos);
  const sentence = sentenceOf(comparison);
  print(comparison, sentence);
  console.log(
    `Stages: ${stages.changedStatus} photos with another outcome, ${stages.movedBoxes} with another box, ` +
      `${stages.changedBranch} with another branch (of ${stages.photos}).`,
  );
  if (options.out !== undefined) {
    const path = await writeJson(options.out, 'compare.json', {
      schema: COMPARE_SCHEMA,
      a: factsOf(a),
      b: factsOf(b),
      sentence,
      ...comparison,
      stages,
    });
    console.log(`Wrote ${path}`);
  }
  return comparison.counts.common > 0 ? 0 : 1;
});

function sideOf({ matrix, rows, results }: SavedRun): RunSide {
  return { matrix, rows, photos: results.photos };
}

/** What each side was made with. */
function factsOf({ results, matrix }: SavedRun): object {
  const { tool, models, photos } = results;
  return { tool, models, photos: photos.length, rows: matrix.rows };
}

function sentenceOf({ counts, identification }: Comparison): string {
  if (counts.common === 0) return 'The runs have no labelled, embedded photo in common.';
  const direction = directionOf(identification.mAP.difference);
  if (direction === 'undecided') {
    return 'Undecided: the interval of the difference in mAP holds 0, or there is none.';
  }
  return `B is ${direction} than A: the whole interval of the difference in mAP lies on one side of 0.`;
}

function print(comparison: Comparison, sentence: string): void {
  const { counts, identification, verification, endToEndRecallAt1 } = comparison;
  console.log(
    `${counts.common} labelled photos embedded by both (${counts.dogs} dogs, ${counts.queries} queries); ` +
      `${counts.onlyA} only in A, ${counts.onlyB} only in B, ${counts.relabelled} with another label, ` +
      `${counts.otherFile} with other bytes.`,
  );
  const lines: [string, Compared][] = [
    ['Recall@1', identification.recallAt1],
    ['Recall@5', identification.recallAt5],
    ['Recall@10', identification.recallAt10],
    ['mAP', identification.mAP],
    ['MAP@R', identification.mapAtR],
    ['AUC', verification.auc],
    ['EER', verification.eer],
    ['TAR@FAR 10 %', verification.tarAtFar['0.1']],
    ['TAR@FAR 1 %', verification.tarAtFar['0.01']],
    ['TAR@FAR 0.1 %', verification.tarAtFar['0.001']],
    ['Recall@1 end to end', endToEndRecallAt1],
  ];
  for (const [name, { a, b, difference }] of lines) {
    console.log(`${name.padEnd(20)} ${show(a)}  ${show(b)}  ${showDifference(difference)}`);
  }
  console.log(
    `${comparison.wrongToRight.length} queries from wrong to right, ${comparison.rightToWrong.length} from right to wrong.`,
  );
  console.log(sentence);
}

function show(figure: Figure): string {
  return figure.value === null ? '     –' : `${(figure.value * 100).toFixed(1).padStart(5)} %`;
}

function showDifference(figure: Figure): string {
  if (figure.value === null) return `– (${figure.reason})`;
  const signed = (x: number): string => `${x < 0 ? '' : '+'}${(x * 100).toFixed(1)}`;
  const interval =
    figure.low === null || figure.high === null
      ? 'no interval'
      : `95 % ${signed(figure.low)} to ${signed(figure.high)}`;
  return `${signed(figure.value)} points (${interval}, n = ${figure.n})`;
}
