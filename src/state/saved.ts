/** A saved run on the page: opened from results.json without models, its pictures restored from the folder by hash. */
import { openRun, readRun, type SavedRun } from '../core/evaluation/savedRun';
import type { Results } from '../core/results/schema';
import type { PictureReply } from '../worker/contract';
import type { AppState, Folder, FolderPhoto, PhotoEntry, SavedRunSlice } from './model';
import type { AppPorts } from './ports';

/** Photos that are hashed to tell whether a folder is that of the run. */
const PROBES = 24;
/** Restored photos that are shown together. */
const BATCH = 12;

/** A run as the page shows it. */
export interface OpenedRun {
  readonly results: Results;
  readonly entries: readonly PhotoEntry[];
  readonly saved: SavedRunSlice;
  /** Stands for the folder until that is dropped. */
  readonly folder: Folder;
}

/** What can be read of a run: everything, or all but its vectors where those lie in a file that is not at hand. */
export function readSaved(
  file: string,
  json: unknown,
  npy: Uint8Array | undefined,
):
  | { readonly ok: true; readonly run: OpenedRun }
  | { readonly ok: false; readonly message: string } {
  const read = readRun(json);
  if (!read.ok) return { ok: false, message: `“${file}” is ${read.error.message}` };
  const { embeddings } = read.value;
  if (embeddings.data === undefined && npy === undefined && embeddings.file !== undefined) {
    return { ok: true, run: opened(read.value, null, file) };
  }
  const run = openRun(json, npy);
  if (!run.ok) return { ok: false, message: `“${file}” cannot be opened: ${run.error.message}` };
  return { ok: true, run: opened(run.value.results, run.value, file) };
}

function opened(results: Results, run: SavedRun | null, file: string): OpenedRun {
  const { tool, recipe, models, ignored, identities, metrics } = results;
  const entries = results.photos.map((photo, index): PhotoEntry => {
    const dim = run?.matrix.dim ?? 0;
    const embeddings = new Float32Array(run === null ? 0 : photo.dogs.length * dim);
    if (run !== null) {
      photo.dogs.forEach(({ row }, i) =>
        embeddings.set(run.matrix.data.subarray(row * dim, (row + 1) * dim), i * dim),
      );
    }
    return { index, file: null, record: photo, embeddings, thumb: null, chips: [], timings: {} };
  });
  const dogs = new Set(results.photos.flatMap(({ identity }) => identity ?? []));
  return {
    results,
    entries,
    saved: {
      facts: { tool, recipe, models, ignored, identities },
      metrics,
      missing: run === null ? (results.embeddings.file ?? null) : null,
      pictures: null,
    },
    folder: {
      name: file,
      photos: results.photos.map(({ path, identity }) => ({ path, identity, file: null })),
      ignored,
      dogs: dogs.size,
    },
  };
}

interface Access {
  get(): AppState;
  run(change: Partial<AppState['run']>): void;
  folder(folder: Folder): void;
}

export interface PictureRestorer {
  /** Takes the pictures of the run on the page from a folder. False, and nothing touched, when it is another folder. */
  restore(folder: Folder): Promise<boolean>;
}

export function createRestorer({ client }: AppPorts, state: Access): PictureRestorer {
  async function restore(folder: Folder): Promise<boolean> {
    const { run, intake } = state.get();
    const { saved } = run;
    const stand = intake.folder;
    if (saved === null || stand === null) return false;
    const byPath = new Map(run.entries.map((entry) => [entry.record.path, entry]));
    const byHash = new Map<string, PhotoEntry[]>();
    for (const entry of run.entries) {
      const { sha256 } = entry.record;
      if (sha256 === null) continue;
      const same = byHash.get(sha256);
      if (same === undefined) byHash.set(sha256, [entry]);
      else same.push(entry);
    }
    const { embedder } = saved.facts.recipe;
    const preview = saved.facts.tool.preview !== undefined;
    const picture = (file: Blob, entry: PhotoEntry | undefined): Promise<PictureReply> =>
      client.picture({
        file,
        sha256: entry?.record.sha256 ?? null,
        chips: entry?.record.dogs.map(({ chip }) => chip) ?? [],
        embedder,
        preview,
      });
    /** The entries whose bytes these are, with their pictures. The path is only a first guess. */
    const match = async ({
      path,
      file,
    }: FolderPhoto): Promise<readonly { entry: PhotoEntry; reply: PictureReply }[]> => {
      if (file === null) return [];
      const guess = byPath.get(path);
      const first = await picture(file, guess);
      if (first.sha256 === null) return [];
      const found: { entry: PhotoEntry; reply: PictureReply }[] = [];
      for (const entry of byHash.get(first.sha256) ?? []) {
        found.push({ entry, reply: entry === guess ? first : await picture(file, entry) });
      }
      return found;
    };
    /** Whether the page still shows this run. */
    const current = (): boolean => state.get().run.saved?.facts === saved.facts;

    const probes = [...folder.photos]
      .sort((a, b) => Number(byPath.has(b.path)) - Number(byPath.has(a.path)))
      .slice(0, PROBES);
    let known = false;
    for (const photo of probes) {
      if ((await match(photo)).length > 0) {
        known = true;
        break;
      }
    }
    if (!known || !current()) return false;

    const files = new Map<number, FolderPhoto>();
    let gathered: { entry: PhotoEntry; reply: PictureReply; photo: FolderPhoto }[] = [];
    const progress = { folder, done: 0, found: 0, strangers: 0, finished: false };
    const flush = (): void => {
      const { run: now } = state.get();
      const entries = now.entries.slice();
      for (const { entry, reply, photo } of gathered) {
        const { thumb, chips, colours } = reply;
        const before = entries[entry.index]!;
        // A run over previews got other pixels: its chips look alike, but their colours count for nothing.
        const exact = saved.facts.tool.preview === undefined ? colours : undefined;
        entries[entry.index] = { ...before, file: photo.file, thumb, chips, colours: exact };
        files.set(entry.index, photo);
      }
      gathered = [];
      progress.found = files.size;
      if (now.saved !== null) {
        state.run({ entries, saved: { ...now.saved, pictures: { ...progress } } });
      }
    };
    // From now on causes may be judged by the folder's truth.
    state.folder({ ...stand, name: folder.name, ...(folder.truth ? { truth: folder.truth } : {}) });
    for (const photo of folder.photos) {
      const found = await match(photo);
      if (!current()) return true;
      progress.done++;
      if (found.length === 0) progress.strangers++;
      gathered.push(...found.map((one) => ({ ...one, photo })));
      if (gathered.length >= BATCH) flush();
    }
    progress.finished = true;
    flush();
    return true;
  }
  return { restore };
}
