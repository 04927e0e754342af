/** From a folder to the entries of a run, and from replies back into them. */
import { FOLDER_NAMING, renamed, type Naming } from '../core/evaluation/naming';
import { collectPhotos, failedPhoto, notRunPhoto, type Collected } from '../core/results/assemble';
import type { PhotoRecord } from '../core/results/schema';
import type { PhotoJob, PhotoReply } from '../worker/contract';
import type { Folder, FolderPhoto, PhotoEntry, RowSource, RunCounts } from './model';

const NO_VECTORS = new Float32Array(0);

/** All photos of a folder, not yet run; a file that the browser would not hand over has failed already. */
export function entriesOf(folder: Folder, naming: Naming = FOLDER_NAMING): PhotoEntry[] {
  return folder.photos.map((photo, index) => ({
    index,
    file: photo.file,
    record: renamed(freshRecord(photo), naming.of(photo.path)),
    embeddings: NO_VECTORS,
    thumb: null,
    chips: [],
    timings: {},
  }));
}

function freshRecord({ path, identity, file, error }: FolderPhoto): PhotoRecord {
  if (file !== null) return notRunPhoto(path, identity).photo;
  return failedPhoto(path, identity, {
    code: 'read-error',
    stage: 'read',
    message: `${path} could not be read (${error ?? 'no reason given'}). Check that the file still exists and may be opened, then drop the folder again.`,
  }).photo;
}

/** The same photos under other names. */
export const renameEntries = (entries: readonly PhotoEntry[], naming: Naming): PhotoEntry[] =>
  entries.map((entry) => ({
    ...entry,
    record: renamed(entry.record, naming.of(entry.record.path)),
  }));

/** Dogs by name among the photos. */
export const dogsOf = (entries: readonly PhotoEntry[]): number =>
  new Set(entries.flatMap(({ record: { identity } }) => (identity === null ? [] : [identity])))
    .size;

/** The photos that are still to do. */
export function jobsOf(entries: readonly PhotoEntry[]): PhotoJob[] {
  return entries.flatMap(({ record, file }) =>
    record.status === 'not-run' && file !== null
      ? [{ path: record.path, identity: record.identity, file }]
      : [],
  );
}

/** Puts replies in their places. Returns a new array; untouched entries keep their identity. */
export function withReplies(
  entries: readonly PhotoEntry[],
  indexOf: ReadonlyMap<string, number>,
  replies: readonly PhotoReply[],
  naming: Naming = FOLDER_NAMING,
): PhotoEntry[] {
  const next = entries.slice();
  for (const reply of replies) {
    const index = indexOf.get(reply.photo.path);
    const entry = index === undefined ? undefined : next[index];
    if (entry === undefined) throw new Error(`a reply for an unknown photo: ${reply.photo.path}`);
    next[entry.index] = {
      ...entry,
      // The names may have changed since the photo was handed over.
      record: renamed(reply.photo, naming.of(reply.photo.path)),
      embeddings: reply.embeddings,
      colours: reply.colours,
      thumb: reply.thumb,
      chips: reply.chips,
      timings: reply.timings,
    };
  }
  return next;
}

/** Every photo is in exactly one of embedded, noDog, failed or still to do. */
export function countEntries(entries: readonly PhotoEntry[]): RunCounts {
  let [embedded, noDog, failed] = [0, 0, 0];
  for (const { record } of entries) {
    if (record.status === 'embedded') embedded++;
    else if (record.status === 'no-dog') noDog++;
    else if (record.status === 'failed') failed++;
  }
  return { photos: entries.length, done: embedded + noDog + failed, embedded, noDog, failed };
}

/** Photos and vectors in the order of the export, and where each row of the matrix comes from. */
export function collectEntries(entries: readonly PhotoEntry[]): {
  readonly collected: Collected;
  readonly rows: readonly RowSource[];
} {
  const collected = collectPhotos(
    entries.map(({ record, embeddings, colours }) => ({ photo: record, embeddings, colours })),
  );
  const indexOf = new Map(entries.map(({ record, index }) => [record.path, index]));
  const rows = collected.photos.flatMap(({ path, dogs }) =>
    dogs.map((dog, at) => ({ path, identity: dog.identity, entry: indexOf.get(path)!, dog: at })),
  );
  return { collected, rows };
}
