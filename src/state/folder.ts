/** Sorts the files of a folder into photos and the rest, by the core's rules. */
import { comparePaths, identityOf, ignoreFile } from '../core/intake/folder';
import { SNIFF_BYTES } from '../core/intake/format';
import type { IgnoredEntry } from '../core/results/schema';
import type { Folder, FolderFile, FolderPhoto } from './model';

/** Files looked at together; a name that says nothing costs one small read. */
const AT_ONCE = 32;
/** What is really on the photos, for telling which stage is to blame. */
const TRUTH_FILE = 'truth.json';

export async function sortFolder(name: string, files: readonly FolderFile[]): Promise<Folder> {
  const photos: FolderPhoto[] = [];
  const ignored: IgnoredEntry[] = [];
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const batch = files.slice(start, start + AT_ONCE);
    const reasons = await Promise.all(batch.map(ignoredFile));
    batch.forEach((file, i) => {
      const entry = reasons[i] ?? null;
      if (entry === null) photos.push({ ...file, identity: identityOf(file.path) });
      else ignored.push(entry);
    });
  }
  photos.sort((a, b) => comparePaths(a.path, b.path));
  const truth = files.find(({ path }) => path === TRUTH_FILE)?.file;
  const dogs = new Set(photos.flatMap(({ identity }) => (identity === null ? [] : [identity])));
  return {
    name,
    photos,
    ignored: ignored.sort((a, b) => comparePaths(a.path, b.path)),
    dogs: dogs.size,
    ...(truth ? { truth } : {}),
  };
}

async function ignoredFile({ path, file }: FolderFile): Promise<IgnoredEntry | null> {
  const reason = await ignoreFile(path, async () => {
    if (file === null) return new Uint8Array(0);
    try {
      return new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer());
    } catch {
      // It can't be opened and its name claims no image: it is listed among the ignored.
      return new Uint8Array(0);
    }
  });
  return reason === null ? null : { path, reason };
}
