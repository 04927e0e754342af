/** From finished photos to `results.json`: one order, one numbering of rows, for page and headless run. */
import { compareCodePoints } from '../codePoints';
import { COLOUR_DIM, colourHistogram } from '../evaluation/colourHistogram';
import type { ProcessedPhoto } from '../pipeline';
import type { Recipe } from '../recipe/schema';
import type { EmbeddingMatrix, Failure } from '../types';
import { encodeFloats } from './base64';
import {
  RESULTS_SCHEMA,
  type IdentitiesRecord,
  type IgnoredEntry,
  type Metrics,
  type PhotoRecord,
  type QueryRecord,
  type Results,
} from './schema';

/** A photo and the vectors of its dogs: dogs.length x dim, `dogs[i].row === i`. */
export interface FinishedPhoto {
  readonly photo: PhotoRecord;
  readonly embeddings: Float32Array;
  /** dogs.length x COLOUR_DIM: colour histograms of the pixels that were embedded. Absent where they are not at hand. */
  readonly colours?: Float32Array | undefined;
}

/** Which photo and dog a row of the matrix is. */
export interface MatrixRow {
  readonly path: string;
  readonly identity: string | null;
}

/** Totals over all photos; they add up to `photos`. */
export interface PhotoCounts {
  readonly photos: number;
  readonly embedded: number;
  readonly noDog: number;
  readonly failed: number;
  readonly notRun: number;
}

/** All photos of a run in order, with their vectors in one matrix. */
export interface Collected {
  /** Code-point order of `path`; `dogs[].row` are rows of `matrix`. */
  readonly photos: readonly PhotoRecord[];
  readonly rows: readonly MatrixRow[];
  readonly matrix: EmbeddingMatrix;
  /** Colour histograms row by row, or null when those of some row are not at hand. */
  readonly colours: EmbeddingMatrix | null;
  readonly counts: PhotoCounts;
}

/** The record of a processed photo, rows counted within the photo. */
export function finishPhoto(done: ProcessedPhoto): FinishedPhoto {
  const dim = done.dogs[0]?.embedding.length ?? 0;
  const embeddings = new Float32Array(done.dogs.length * dim);
  const colours = new Float32Array(done.dogs.length * COLOUR_DIM);
  done.dogs.forEach((dog, i) => {
    embeddings.set(dog.embedding, i * dim);
    colours.set(colourHistogram(dog.seen), i * COLOUR_DIM);
  });
  return {
    embeddings,
    colours,
    photo: {
      path: done.path,
      sha256: done.sha256,
      takenAt: done.takenAt,
      dhash: done.dhash,
      format: done.format,
      identity: done.identity,
      status: done.status,
      failure: done.failure,
      width: done.width,
      height: done.height,
      dogs: done.dogs.map((dog, row) => ({
        identity: dog.identity,
        bbox: [dog.bbox.x1, dog.bbox.y1, dog.bbox.x2, dog.bbox.y2],
        score: dog.score,
        keypoints: dog.keypoints.map(({ name, x, y, score }) => ({ name, x, y, score })),
        branch: dog.chip.branch,
        reason: dog.chip.reason,
        chip: [dog.chip.bbox.x1, dog.chip.bbox.y1, dog.chip.bbox.x2, dog.chip.bbox.y2],
        row,
      })),
    },
  };
}

/** The record of a photo that was never reached. */
export function notRunPhoto(path: string, identity: string | null): FinishedPhoto {
  return withoutDogs(path, identity, 'not-run', null);
}

/** The record of a photo that failed before anything was known of it. */
export function failedPhoto(
  path: string,
  identity: string | null,
  failure: Failure,
): FinishedPhoto {
  return withoutDogs(path, identity, 'failed', failure);
}

function withoutDogs(
  path: string,
  identity: string | null,
  status: PhotoRecord['status'],
  failure: Failure | null,
): FinishedPhoto {
  return {
    embeddings: new Float32Array(0),
    photo: {
      path,
      identity,
      sha256: null,
      takenAt: null,
      status,
      failure,
      width: null,
      height: null,
      dogs: [],
    },
  };
}

/** Sorts photos by path and numbers their rows. Throws when vectors of different lengths are mixed. */
export function collectPhotos(finished: readonly FinishedPhoto[]): Collected {
  const sorted = [...finished].sort((a, b) => compareCodePoints(a.photo.path, b.photo.path));
  const withDogs = sorted.filter(({ photo }) => photo.dogs.length > 0);
  const dims = new Set(
    withDogs.map(({ photo, embeddings }) => embeddings.length / photo.dogs.length),
  );
  if (dims.size > 1) {
    throw new Error(`embeddings of different sizes cannot be compared (${[...dims].join(', ')})`);
  }
  const dim = [...dims][0] ?? 0;
  const total = withDogs.reduce((sum, { photo }) => sum + photo.dogs.length, 0);
  const data = new Float32Array(total * dim);
  const rows: MatrixRow[] = [];
  const photos = sorted.map(({ photo, embeddings }): PhotoRecord => {
    const first = rows.length;
    data.set(embeddings, first * dim);
    const dogs = photo.dogs.map((dog, i) => ({ ...dog, row: first + i }));
    for (const dog of dogs) rows.push({ path: photo.path, identity: dog.identity });
    return { ...photo, dogs };
  });
  const count = (status: PhotoRecord['status']): number =>
    photos.filter((photo) => photo.status === status).length;
  return {
    photos,
    rows,
    matrix: { rows: total, dim, data },
    colours: collectColours(withDogs, total),
    counts: {
      photos: photos.length,
      embedded: count('embedded'),
      noDog: count('no-dog'),
      failed: count('failed'),
      notRun: count('not-run'),
    },
  };
}

function collectColours(withDogs: readonly FinishedPhoto[], rows: number): EmbeddingMatrix | null {
  const data = new Float32Array(rows * COLOUR_DIM);
  let at = 0;
  for (const { photo, colours } of withDogs) {
    if (colours?.length !== photo.dogs.length * COLOUR_DIM) return null;
    data.set(colours, at);
    at += colours.length;
  }
  return { rows, dim: COLOUR_DIM, data };
}

/** What a run was made with; goes into the export as it is. */
export interface RunFacts {
  readonly tool: Results['tool'];
  readonly recipe: Recipe;
  readonly models: Results['models'];
  readonly ignored: readonly IgnoredEntry[];
  /** Where the dogs' names come from, when not from the folders. */
  readonly identities?: IdentitiesRecord | undefined;
}

/**
 * The content of results.json. `vectors` names the .npy file beside it, or `inline` puts the vectors in.
 */
export function assembleResults(
  collected: Collected,
  analysis: { readonly queries: readonly QueryRecord[]; readonly metrics: Metrics },
  facts: RunFacts,
  vectors: { readonly file: string } | 'inline',
): Results {
  const { matrix } = collected;
  const where = vectors === 'inline' ? { data: encodeFloats(matrix.data) } : { file: vectors.file };
  return {
    schema: RESULTS_SCHEMA,
    complete: collected.counts.notRun === 0,
    tool: facts.tool,
    recipe: facts.recipe,
    models: facts.models,
    ignored: [...facts.ignored].sort((a, b) => compareCodePoints(a.path, b.path)),
    photos: [...collected.photos],
    embeddings: { rows: matrix.rows, dim: matrix.dim, ...where },
    queries: [...analysis.queries],
    metrics: analysis.metrics,
    ...(facts.identities === undefined ? {} : { identities: facts.identities }),
  };
}
