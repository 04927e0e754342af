/** The whole road on a set of tiny models: photos in, results out, against scripts/12_run_full_pipeline.py. */
import { readOnnxFile, type OnnxFileInfo } from '../../../src/core/onnx/file';
import { createPipeline, type Loaded, type ProcessedPhoto } from '../../../src/core/pipeline';
import type { Session } from '../../../src/core/ports';
import { parseRecipe } from '../../../src/core/recipe/parse';
import { resultsSchema, type Results } from '../../../src/core/results/schema';
import { loadDetector, loadEmbedder, loadKeypoint } from '../../../src/core/stages/load';
import type { DogChoice, Result } from '../../../src/core/types';
import { assert, cosine, equal } from './check';
import { SAME_FILE } from './embeddings';
import type { Case, Environment } from './environment';
import { npyRow } from './npy';
import { comparePhotos } from './results';

const FOLDER = 'reference/pipeline';

export function pipelineCases(): Case[] {
  return (['best', 'all'] as const).map((dogs) => ({
    name: `a folder through tiny models, --dogs ${dogs}: results are Python's`,
    run: (environment) => compare(environment, dogs),
  }));
}

const text = new TextDecoder();

async function compare(environment: Environment, dogs: DogChoice): Promise<void> {
  const recipe = parseRecipe(text.decode(await environment.read(`${FOLDER}/pipeline.json`)));
  assert(recipe.ok, recipe.ok ? '' : recipe.error.message);
  const folder = `${FOLDER}/expected/${dogs}`;
  const json: unknown = JSON.parse(text.decode(await environment.read(`${folder}/results.json`)));
  const expected: Results = resultsSchema.parse(json);
  const vectors = await environment.read(`${folder}/embeddings.npy`);

  const sessions: Session[] = [];
  const open = async <C>(
    file: string,
    load: (session: Session, info: OnnxFileInfo) => Result<Loaded<C>, { message: string }>,
  ): Promise<Loaded<C>> => {
    const info = readOnnxFile(await environment.read(`${FOLDER}/${file}`));
    assert(info.ok, `${file} was not read`);
    const session = await environment.openSession(`${FOLDER}/${file}`);
    sessions.push(session);
    const stage = load(session, info.value);
    assert(stage.ok, `${file} ${stage.ok ? '' : stage.error.message}`);
    return stage.value;
  };
  const { detector, keypoint, embedder } = recipe.value;
  const pipeline = createPipeline({
    decoder: environment.decoder,
    sha256: environment.sha256,
    clock: performance,
    recipe: recipe.value,
    detector: await open(detector.file, (s, info) => loadDetector(s, info, detector)),
    keypoint: await open(keypoint.file, (s, info) => loadKeypoint(s, info, keypoint)),
    embedder: await open(embedder.file, (s, info) => loadEmbedder(s, info, embedder)),
    stages: 'detect,keypoints,embed',
    dogs,
  });
  const photos: ProcessedPhoto[] = [];
  for (const { path, identity } of expected.photos) {
    const bytes = await environment.read(`${FOLDER}/photos/${path}`);
    photos.push(await pipeline.process({ path, identity, bytes }));
  }
  for (const session of sessions) await session.dispose();

  const actual = photos.map((photo) => ({
    ...photo,
    dogs: photo.dogs.map((dog) => ({
      ...dog,
      bbox: [dog.bbox.x1, dog.bbox.y1, dog.bbox.x2, dog.bbox.y2] as [
        number,
        number,
        number,
        number,
      ],
      branch: dog.chip.branch,
      reason: dog.chip.reason,
      chip: [dog.chip.bbox.x1, dog.chip.bbox.y1, dog.chip.bbox.x2, dog.chip.bbox.y2] as [
        number,
        number,
        number,
        number,
      ],
    })),
  }));
  const compared = comparePhotos(actual, expected.photos, {
    detector: [128, 128],
    keypoint: [128, 128],
  });
  assert(compared.dogs >= 5, `only ${compared.dogs} dogs were compared`);
  equal(compared.differing, [], 'photos whose branch or chip differs');
  assert(
    photos.some((photo) => photo.dogs.some((dog) => dog.chip.branch === 'face')),
    'no face chip in the fixture',
  );
  photos.forEach((photo, p) =>
    photo.dogs.forEach((dog, d) => {
      const row = expected.photos[p]!.dogs[d]!.row;
      const agreement = cosine(dog.embedding, npyRow(vectors, row));
      assert(agreement >= SAME_FILE, `${photo.path}: cosine ${agreement}`);
    }),
  );
}
