/** The built-in sample: its photos are listed by truth.json and fetched as files, like a dropped folder. */
import { fail, ok } from '../core/types';
import type { FolderFile } from './model';
import type { AppPorts } from './ports';

/** One photo of the sample with what was rendered: boxes and points in px of the photo. */
export interface TruthPhoto {
  readonly path: string;
  readonly identity: string | null;
  readonly bbox: readonly [number, number, number, number] | null;
  readonly keypoints: readonly {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly visible: boolean;
  }[];
}

const AT_ONCE = 6;

/** `base` is the address of the sample folder, ending in a slash. */
export function sampleFrom(base: string): AppPorts['sample'] {
  return async (onFile) => {
    const listed = await fetchBlob(`${base}truth.json`);
    if (listed === null) {
      return fail({ message: 'the sample is not served with this page (no truth.json)' });
    }
    const photos = readTruth(await listed.text());
    if (photos === null) return fail({ message: 'the list of sample photos is damaged' });
    const files: FolderFile[] = [{ path: 'truth.json', file: listed }];
    // The whole folder, as a headless run over it sees it: its words are counted among the ignored files.
    const todo = [...photos.map(({ path }) => path), 'README.md'];
    const fetchNext = async (): Promise<void> => {
      for (let path = todo.shift(); path !== undefined; path = todo.shift()) {
        const file = await fetchBlob(base + path.split('/').map(encodeURIComponent).join('/'));
        files.push(file === null ? { path, file, error: 'not served' } : { path, file });
        onFile(files.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
    return ok(files);
  };
}

async function fetchBlob(url: string): Promise<Blob | null> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.blob() : null;
  } catch {
    return null;
  }
}

/** Null when the text is not a list of photos. */
export function readTruth(text: string): readonly TruthPhoto[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('photos' in value)) return null;
    const { photos } = value;
    if (!Array.isArray(photos)) return null;
    return photos.every(isTruthPhoto) ? photos : null;
  } catch {
    return null;
  }
}

function isTruthPhoto(value: unknown): value is TruthPhoto {
  return (
    typeof value === 'object' &&
    value !== null &&
    'path' in value &&
    typeof value.path === 'string' &&
    'keypoints' in value &&
    Array.isArray(value.keypoints)
  );
}
