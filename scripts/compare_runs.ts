/** `npm run compare -- A B [--out DIR]`: is run B better than run A? Both are run folders or results.json files. */
import { Command } from 'commander';
import { DRAWS, SEED } from '../src/core/evaluation/bootstrap';
import type { Compared } from '../src/core/evaluation/compare';
import {
  reportComparison,
  type ComparableRun,
  type CompareReport,
} from '../src/core/evaluation/compareReport';
import type { SavedRun } from '../src/core/evaluation/savedRun';
import type { Figure } from '../src/core/results/schema';
import { parse, run, whole, writeJson } from './runs/command';
import { loadRun } from './runs/load';

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
  const report = reportComparison(comparable(a), comparable(b), options);
  print(report);
  if (options.out !== undefined) {
    console.log(`Wrote ${await writeJson(options.out, 'compare.json', report)}`);
  }
  return report.counts.common > 0 ? 0 : 1;
});

function comparable({ matrix, rows, results }: SavedRun): ComparableRun {
  const { photos, tool, models, decisions } = results;
  return { matrix, rows, photos, tool, models, decisions };
}

function print(report: CompareReport): void {
  const { counts, identification, verification, endToEndRecallAt1, stages } = report;
  console.log(
    `${counts.common} labelled photos embedded by both (${counts.dogs} dogs, ${counts.queries} queries); ` +
      `${counts.onlyA} only in A, ${counts.onlyB} only in B, ${counts.relabelled} with another label, ` +
      `${counts.otherFile} with other bytes.`,
  );
  for (const note of report.notes) console.log(`Note: ${note}`);
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
    `${report.wrongToRight.length} queries from wrong to right, ${report.rightToWrong.length} from right to wrong.`,
  );
  console.log(report.sentence);
  console.log(
    `Stages: ${stages.changedStatus} photos with another outcome, ${stages.movedBoxes} with another box, ` +
      `${stages.changedBranch} with another branch (of ${stages.photos}).`,
  );
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
