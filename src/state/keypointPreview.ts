/** A few photos of the folder, or of the sample, with the points of a keypoint model that is not in use yet. */
import type { ModelBundle, PhotoReply } from '../worker/contract';
import { entriesOf, jobsOf, withReplies } from './entries';
import type { AppState, Folder } from './model';
import type { KeypointPreview } from './modelsModel';
import { NO_PREVIEW } from './modelsModel';
import type { AppPorts } from './ports';
import { messageOf } from './setup';

/** Enough to see left from right on some of them. */
const PHOTOS = 6;

interface Access {
  readonly get: () => AppState;
  readonly patch: (preview: KeypointPreview) => void;
}

/** Shows the photos of a run that was made with these models; else runs a few. */
export function createKeypointPreview(
  ports: AppPorts,
  state: Access,
): (bundle: ModelBundle) => Promise<void> {
  let abort = new AbortController();

  return async (bundle) => {
    const { run, intake, models } = state.get();
    if (models.preview.bundle === bundle && models.preview.phase !== 'failed') return;
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    if (run.bundle === bundle && run.options.stages === 'detect,keypoints,embed') {
      const seen = run.entries.filter(({ record }) => hasPoints(record));
      if (seen.length >= PHOTOS || (seen.length > 0 && run.phase === 'done')) {
        const entries = spread(seen);
        state.patch({ phase: 'ready', bundle, entries, from: 'folder', error: null });
        return;
      }
    }
    const from = intake.folder === null ? 'sample' : 'folder';
    state.patch({ ...NO_PREVIEW, phase: 'working', bundle, from });
    try {
      const folder = intake.folder ?? (await sampleFolder(ports));
      const photos = spread(folder.photos.filter(({ file }) => file !== null));
      let entries = entriesOf({ ...folder, photos });
      const indexOf = new Map(entries.map(({ record, index }) => [record.path, index]));
      const onPhoto = (reply: PhotoReply): void => {
        if (signal.aborted) return;
        entries = withReplies(entries, indexOf, [reply]);
        state.patch({ phase: 'working', bundle, entries, from, error: null });
      };
      const done = await ports.client.preview(bundle, jobsOf(entries), onPhoto, signal);
      if (signal.aborted) return;
      if (!done.ok) throw new Error(done.error.message);
      state.patch({ phase: 'ready', bundle, entries, from, error: null });
    } catch (error) {
      if (signal.aborted) return;
      state.patch({ ...NO_PREVIEW, phase: 'failed', bundle, from, error: messageOf(error) });
    }
  };
}

const hasPoints = ({ dogs }: { dogs: readonly { keypoints: readonly unknown[] }[] }): boolean =>
  dogs.some(({ keypoints }) => keypoints.length > 0);

/** At most PHOTOS of a list, evenly from its whole length. */
function spread<T>(list: readonly T[]): T[] {
  const count = Math.min(PHOTOS, list.length);
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}

async function sampleFolder(ports: AppPorts): Promise<Folder> {
  const files = await ports.sample(() => undefined);
  if (!files.ok) throw new Error(files.error.message);
  return ports.sort('sample', files.value);
}
