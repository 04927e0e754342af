/**
 * `npm run doctor -- <folder> [--models DIR] [--stages ...] [--out DIR]`: which preprocessing was the embedder
 * trained with? Prints every recipe tried; writes doctor.json and a completed pipeline.json. Exit as verify.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { diagnose, MAX_TRIALS, type Diagnosis } from '../src/core/doctor/diagnose';
import { HeldChips } from '../src/core/doctor/heldChips';
import { pickPhotos } from '../src/core/doctor/pickPhotos';
import { cropImage } from '../src/core/image/crop';
import { readOnnxFile } from '../src/core/onnx/file';
import { loadEmbedder } from '../src/core/stages/load';
import type { RgbImage } from '../src/core/types';
import { listFolder } from '../src/platform/node/files';
import { openPipeline } from '../src/platform/node/openPipeline';
import { openSession } from '../src/platform/node/session';
import { parseArguments } from './verify/arguments';
import { UsageError } from './verify/errors';
import { loadModels } from './verify/models';
import { progressBar } from './verify/progress';

/** What is assumed of an embedder of which nothing is known; the doctor then says what is right. */
const USUAL = {
  resize: 'pil-bilinear',
  fit: 'squash',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  scale: 255,
  colour: 'rgb',
};

async function main(): Promise<number> {
  const args = parseArguments(process.argv.slice(2));
  const root = resolve(args.folder);
  const models = await loadModels(args.models, args.stages, { embedder: USUAL });
  const embedderFile = models.files.embedder;
  if (embedderFile === null) throw new UsageError('there is no embedder to examine');
  const opened = await openPipeline({
    recipe: models.recipe,
    models: models.files,
    stages: args.stages,
    dogs: 'best',
  });
  if (!opened.ok) throw new UsageError(opened.error);

  const { photos } = await listFolder(root);
  const picked = pickPhotos(photos.map(({ identity }) => identity)).map((i) => photos[i]!);
  if (picked.length > 0) console.error(`Cutting the chips of ${picked.length} photos`);
  const chips = new HeldChips();
  const identities: string[] = [];
  for (const { path, identity } of picked) {
    const cut = async (): Promise<RgbImage | null> => {
      const bytes = await readFile(join(root, path));
      const { image, dogs } = await opened.value.process({ path, identity, bytes });
      return image === null || dogs[0] === undefined ? null : cropImage(image, dogs[0].chip.bbox);
    };
    const chip = await cut();
    if (chip === null || identity === null) continue;
    chips.add(chip, async () => (await cut()) ?? chip);
    identities.push(identity);
  }

  const session = await openSession(embedderFile);
  const info = readOnnxFile(await readFile(embedderFile));
  const embedder = loadEmbedder(session, info.ok ? info.value : null, models.recipe.embedder);
  if (!embedder.ok) throw new UsageError(`${basename(embedderFile)}: ${embedder.error.message}`);
  const bar = progressBar(MAX_TRIALS, 'recipes');
  let tried = 0;
  const result = await diagnose({
    given: models.recipe.embedder,
    identities,
    embed: (rules) => chips.embed(embedder.value, rules),
    onProgress: (done) => {
      if (done > tried) bar.step();
      tried = done;
    },
  });
  bar.end();
  if (!result.ok) {
    console.log(result.error.message);
    return 1;
  }
  print(result.value);
  if (args.out !== null) {
    const out = resolve(args.out);
    await mkdir(out, { recursive: true });
    const recipe = { ...models.recipe, embedder: result.value.recommended.rules };
    await writeFile(join(out, 'pipeline.json'), `${JSON.stringify(recipe, null, 2)}\n`);
    await writeFile(join(out, 'doctor.json'), `${JSON.stringify(result.value, null, 2)}\n`);
  }
  return 0;
}

const STANDING = {
  recommended: 'recommended',
  worse: 'worse',
  'within-chance': 'cannot be told: within chance',
  'too-small': 'cannot be told: under 5 %',
} as const;

function print({ trials, photos, dogs, givenId, summary }: Diagnosis): void {
  const width = Math.max(...trials.map(({ candidate }) => candidate.id.length));
  console.log(`${photos} photos of ${dogs} dogs`);
  console.log(
    `${'recipe'.padEnd(width)}  above strangers   same   other  behind by, 95 % interval`,
  );
  for (const { candidate, separation, behind, behindInterval, standing } of trials) {
    const { score, genuineMean, impostorMean } = separation;
    const gap =
      standing === 'recommended'
        ? ''
        : `${behind.toFixed(2)} ${behindInterval === null ? 'no interval' : `(${behindInterval.low.toFixed(2)} to ${behindInterval.high.toFixed(2)})`}, `;
    const used = candidate.id === givenId ? ' (in use)' : '';
    const cells = [genuineMean, impostorMean].map((value) => value.toFixed(3).padStart(6));
    console.log(
      `${candidate.id.padEnd(width)}  ${`${score.toFixed(2)} sd`.padStart(15)} ${cells.join('  ')}  ${gap}${STANDING[standing]}${used}`,
    );
  }
  console.log(`\n${summary}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(usage ? `doctor: ${error.message}` : error);
  process.exitCode = usage ? 2 : 1;
}
