/** `npm run rehearse -- RUN [--out DIR]`: what the photo library's clustering will make of a run. */
import { Command } from 'commander';
import { withDecisions } from '../src/core/evaluation/decisions';
import { plural } from '../src/core/evaluation/figure';
import type { Faces } from '../src/core/immich/faces';
import { LIBRARY_DEFAULTS } from '../src/core/immich/faces';
import { rehearse } from '../src/core/immich/rehearse';
import { withRun, type RunRehearsal } from '../src/core/immich/rehearsedRun';
import type { ClusterScore } from '../src/core/immich/score';
import { similarityMatrix } from '../src/core/retrieval/similarity';
import { number, parse, run, whole, writeJson } from './runs/command';
import { loadRun } from './runs/load';

/** Rows of the table that are printed; rehearsal.json holds all. */
const PRINTED_DOGS = 40;

await run('rehearse', async () => {
  const command = new Command('rehearse')
    .description("Runs the photo library's own face clustering over the dogs of a run.")
    .argument('<run>', 'a run folder or a results.json')
    .option('--out <dir>', 'where rehearsal.json is written')
    .option(
      '--max-distance <d>',
      'largest cosine distance',
      number(0, 2),
      LIBRARY_DEFAULTS.maxDistance,
    )
    .option('--min-faces <n>', 'faces that make a person', whole(1, 64), LIBRARY_DEFAULTS.minFaces)
    .option('--orders <k>', 'random orders beside the upload order', whole(0, 1000), 8)
    .option('--seed <n>', 'seed of the orders', whole(0, 2 ** 32 - 1), 1)
    .option('--merge-cost <c>', 'what a wrong merge costs in wrong splits', number(0, 1e6), 10);
  parse(command, process.argv.slice(2));
  const options = command.opts<{
    out?: string;
    maxDistance: number;
    minFaces: number;
    orders: number;
    seed: number;
    mergeCost: number;
  }>();
  const { results, rows: named, matrix } = await loadRun(command.args[0]!);
  const { photos, decisions = [] } = results;
  const { rows } = withDecisions({ rows: named, photos }, decisions);
  const dates = new Map(photos.map(({ path, takenAt }) => [path, takenAt]));
  const faces: Faces = { matrix, rows, similarity: similarityMatrix(matrix) };
  const rehearsal = rehearse(faces, (path) => dates.get(path) ?? null, {
    settings: { maxDistance: options.maxDistance, minFaces: options.minFaces },
    randomOrders: options.orders,
    seed: options.seed,
    mergeCost: options.mergeCost,
  });
  const report = withRun(rehearsal, results);
  print(report);
  if (options.out !== undefined) {
    console.log(`Wrote ${await writeJson(options.out, 'rehearsal.json', report)}`);
  }
  return matrix.rows > 0 ? 0 : 1;
});

function print(report: RunRehearsal): void {
  const { counts, settings, uploadOrder, randomOrders, dbscan, run: made } = report;
  console.log(
    `${counts.faces} dogs in photos, ${counts.labelledFaces} of them with one of ${counts.dogs} names; ` +
      `maxDistance ${settings.maxDistance}, minFaces ${settings.minFaces}.`,
  );
  console.log(
    made.preview === null
      ? 'The run saw the photos as they are; the library sees previews of them (verify: --immich-preview).'
      : 'The run saw the photos as the library does, approximately: through previews.',
  );
  if (made.decisions > 0) {
    console.log(
      `Names follow ${plural(made.decisions, 'decision')} on labels that the run carries.`,
    );
  }
  console.log(`Upload order:   ${scoreLine(uploadOrder.score)}`);
  if (randomOrders.people) {
    const { min, mean, max } = randomOrders.people;
    console.log(
      `${randomOrders.count} random orders: ${min} to ${max} people (mean ${mean.toFixed(1)}).`,
    );
  }
  console.log(`DBSCAN (ideal): ${scoreLine(dbscan.score)}`);
  for (const dog of uploadOrder.dogs.slice(0, PRINTED_DOGS)) console.log(`  ${dog.sentence}`);
  const hidden = uploadOrder.dogs.length - PRINTED_DOGS;
  if (hidden > 0) console.log(`  ... and ${hidden} more dogs (rehearsal.json holds all)`);
  const { recommendation } = report;
  console.log(
    recommendation.settings === null
      ? `No recommendation: ${recommendation.reason}`
      : `Recommended: ${recommendation.sentence}`,
  );
  for (const note of report.notes) console.log(`Note: ${note}`);
}

function scoreLine(score: ClusterScore): string {
  const percent = (x: number | null): string => (x === null ? '–' : `${(x * 100).toFixed(1)} %`);
  return (
    `${score.people} people, purity ${percent(score.purity)}, pair precision ${percent(score.pairPrecision)}, ` +
    `pair recall ${percent(score.pairRecall)}, V-measure ${percent(score.vMeasure)}, ` +
    `${score.unassigned} of ${score.labelledFaces} unassigned`
  );
}
