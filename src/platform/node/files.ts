/** Walks a folder of photos on disk. Which files count is decided in core/intake. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../core/codePoints';
import { SNIFF_BYTES } from '../../core/intake/format';
import { identityOf, ignoreByPath, ignoreFile, ignoreFolder } from '../../core/intake/folder';
import type { IgnoredEntry } from '../../core/results/schema';

/** A photo to do: `path` is relative to the folder, `/`-separated. */
export interface ListedPhoto {
  readonly path: string;
  readonly identity: string | null;
}

export interface Listing {
  readonly photos: readonly ListedPhoto[];
  readonly ignored: readonly IgnoredEntry[];
}

/** Lists every photo under `root` in code-point order of path, and every file that was left out with its reason. */
export async function listFolder(root: string): Promise<Listing> {
  const photos: ListedPhoto[] = [];
  const ignored: IgnoredEntry[] = [];

  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await linkKind(join(root, path)) : entry;
      // A link to nowhere is listed like a file: the run then says that it cannot be read.
      if (kind === null) await file(path);
      else if (kind.isDirectory()) {
        const reason = entry.isSymbolicLink() ? 'symlinked-folder' : ignoreFolder(entry.name);
        if (reason === null) await walk(path);
        else if (reason === 'symlinked-folder') ignored.push({ path, reason });
        else await ignoreAll(path);
      } else if (kind.isFile()) {
        await file(path);
      }
    }
  };

  const file = async (path: string): Promise<void> => {
    const reason = await ignoreFile(path, () => readHead(join(root, path)));
    if (reason === null) photos.push({ path, identity: identityOf(path) });
    else ignored.push({ path, reason });
  };

  /** A skipped folder is not read for photos, but each file in it is counted. */
  const ignoreAll = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) await ignoreAll(path);
      else ignored.push({ path, reason: ignoreByPath(path) ?? 'hidden' });
    }
  };

  await walk('');
  const byPath = (a: { path: string }, b: { path: string }): number =>
    compareCodePoints(a.path, b.path);
  return { photos: photos.sort(byPath), ignored: ignored.sort(byPath) };
}

/** What a link points to, or null when it points nowhere. */
async function linkKind(
  path: string,
): Promise<{ isDirectory(): boolean; isFile(): boolean } | null> {
  return stat(path).catch(() => null);
}

/** The first bytes of a file; nothing when it cannot be read (the run then reports it, if its name claims an image). */
async function readHead(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(
        new Uint8Array(SNIFF_BYTES),
        0,
        SNIFF_BYTES,
        0,
      );
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return new Uint8Array(0);
  }
}
