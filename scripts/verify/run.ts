/** The headless run from arguments to files. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { similarityMatrix } from '../../src/core/retrieval/similarity';
import { queriesOnePerDog, topK } from '../../src/core/retrieval/topk';
import {
  reportBranches,
  type FullBranchReport,
  type PhotoViews,
} from '../../src/core/evaluation/branchReport';
import { INTERVALS_UP_TO } from '../../src/core/evaluation/evaluate';
import { renamed, type Naming } from '../../src/core/evaluation/naming';
import { reportRun } from '../../src/core/evaluation/report';
import type { TruthPhoto } from '../../src/core/evaluation/truth';
import {
  assembleResults,
  collectPhotos,
  type Collected,
  type FinishedPhoto,
} from '../../src/core/results/assemble';
import type { IgnoredEntry } from '../../src/core/results/schema';
import { listFolder } from '../../src/platform/node/files';
import { ModelRefused, runPool } from '../../src/platform/node/pool';
import type { VerifyArguments } from './arguments';
import { UsageError } from './errors';
import { readNaming } from './identities';
import { loadModels, type LoadedModels } from './models';
import { printReport, type Analysed } from './print';
import { progressBar } from './progress';
import { toolFacts } from './tool';
import { readTruth } from './truth';
import { writeOutputs } from './write';

/** Runs everything and returns the exit status: 0 when at least one photo was embedded, else 1. Throws UsageError. */
export async function runVerify(args: VerifyArguments): Promise<number> {
  const root = resolve(args.folder);
  if (!existsSync(root) || !(await stat(root)).isDirectory()) {
    throw new UsageError(`"${args.folder}" is not a folder`);
  }
  const models = await loadModels(args.models, args.stages);
  const listing = await listFolder(root);
  const out = args.out === null ? null : resolve(args.out);
  const paths = listing.photos.map(({ path }) => path);
  const { naming, notes } = await readNaming(args, paths);
  const truth = await readTruth(root);

  const finished: FinishedPhoto[] = [];
  const views: PhotoViews[] = [];
  const bar = progressBar(listing.photos.length);
  const started = performance.now();
  await runPool(
    {
      recipe: models.recipe,
      models: models.files,
      stages: args.stages,
      dogs: args.dogs,
      preview: args.immichPreview,
      branches: args.branches,
    },
    paths.map((path) => ({
      path,
      identity: naming.of(path).identity,
      file: join(root, path),
      debugFile: args.debugImages && out !== null ? join(out, 'debug', `${path}.jpg`) : null,
    })),
    args.workers,
    (result) => {
      const { photo, ...vectors } = result.finished;
      finished.push({ ...vectors, photo: renamed(photo, naming.of(photo.path)) });
      if (result.views !== null) views.push(result.views);
      bar.step();
    },
  ).catch((error: unknown) => {
    bar.end();
    throw error instanceof ModelRefused ? new UsageError(error.message) : error;
  });
  bar.end();
  const seconds = (performance.now() - started) / 1000;

  const collected = collectPhotos(finished);
  const branches = args.branches
    ? reportBranches(
        { stages: args.stages, photos: collected.photos, matrix: collected.matrix },
        views,
        { intervals: args.intervals || collected.counts.photos <= INTERVALS_UP_TO },
      )
    : null;
  const analysed = analyse({
    args,
    models,
    ignored: listing.ignored,
    collected,
    naming,
    truth: truth.photos,
    branches,
  });
  const said = [...models.notes, ...notes, ...truth.notes];
  printReport(analysed, collected, seconds, said);
  const { results, similarity } = analysed;
  if (out !== null) await writeOutputs(out, results, collected, similarity);
  return collected.counts.embedded > 0 ? 0 : 1;
}

function analyse({
  args,
  models,
  ignored,
  collected,
  naming,
  truth,
  branches,
}: {
  args: VerifyArguments;
  models: LoadedModels;
  ignored: readonly IgnoredEntry[];
  collected: Collected;
  naming: Naming;
  truth: readonly TruthPhoto[] | null;
  branches: FullBranchReport | null;
}): Analysed {
  const { matrix, rows, counts } = collected;
  const similarity = similarityMatrix(matrix);
  const neighbours = matrix.rows > 0 ? topK(matrix, rows, args.top, similarity) : undefined;
  const queries = queriesOnePerDog(matrix, rows, args.top, neighbours);
  const { metrics: figures } = reportRun({
    matrix,
    rows,
    counts,
    similarity,
    photos: collected.photos,
    colours: collected.colours,
    truth,
    decisions: [],
    intervals: args.intervals ? true : 'auto',
  });
  const metrics = { ...figures, ...(branches === null ? {} : { branches }) };
  const facts = {
    tool: {
      ...toolFacts(args),
      ...(models.notes.length === 0 ? {} : { modelNotes: [...models.notes] }),
    },
    recipe: models.recipe,
    models: models.references,
    ignored,
    ...(naming.record.from === 'folders' ? {} : { identities: naming.record }),
  };
  const results = assembleResults(collected, { queries, metrics }, facts, {
    file: 'embeddings.npy',
  });
  return { results, similarity, figures, branches };
}
