/** From what the browser hands over (a directory input, a drop) to a flat list of files with paths. */
import type { FolderFile } from './model';

/** What was dropped, with the handles taken while the event was still live. */
export interface Dropped {
  readonly name: string;
  readonly list: (progress: (seen: number) => void) => Promise<readonly FolderFile[]>;
}

/** Files of `<input type="file" webkitdirectory>`. Paths lose the name of the chosen folder. */
export function listInput(files: FileList): { name: string; files: FolderFile[] } {
  const list = Array.from(files, (file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
  const roots = new Set(list.map(({ path }) => path.slice(0, path.indexOf('/') + 1)));
  const [root] = roots;
  if (roots.size !== 1 || root === undefined || root === '') return { name: 'files', files: list };
  return {
    name: root.slice(0, -1),
    files: list.map(({ path, file }) => ({ path: path.slice(root.length), file })),
  };
}

/**
 * Must be called in the drop event itself: a DataTransfer is emptied when the event ends, so every
 * entry is taken before the first await. One dropped folder is the root; several are one dog each.
 */
export function takeDrop(transfer: DataTransfer): Dropped | null {
  const entries: FileSystemEntry[] = [];
  for (const item of Array.from(transfer.items)) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    if (entry !== null) entries.push(entry);
  }
  const [first] = entries;
  if (first === undefined) return null;
  const alone = entries.length === 1 && first.isDirectory;
  return {
    name: alone ? first.name : plainName(entries),
    list: async (progress) => {
      const found: FolderFile[] = [];
      for (const entry of entries) {
        await walk(entry, alone ? '' : entry.name, found, progress);
      }
      return found;
    },
  };
}

function plainName(entries: readonly FileSystemEntry[]): string {
  const folders = entries.filter((entry) => entry.isDirectory).length;
  const files = entries.length - folders;
  const parts = [
    folders > 0 ? `${folders} folder${folders === 1 ? '' : 's'}` : '',
    files > 0 ? `${files} file${files === 1 ? '' : 's'}` : '',
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

async function walk(
  entry: FileSystemEntry,
  path: string,
  found: FolderFile[],
  progress: (seen: number) => void,
): Promise<void> {
  if (entry.isFile) {
    found.push(await fileOf(entry as FileSystemFileEntry, path));
    if (found.length % 50 === 0) progress(found.length);
    return;
  }
  const children = await readAll((entry as FileSystemDirectoryEntry).createReader());
  for (const child of children) {
    await walk(child, path === '' ? child.name : `${path}/${child.name}`, found, progress);
  }
  progress(found.length);
}

function fileOf(entry: FileSystemFileEntry, path: string): Promise<FolderFile> {
  return new Promise((resolve) => {
    entry.file(
      (file) => resolve({ path, file }),
      (error) => resolve({ path, file: null, error: error.message }),
    );
  });
}

/** A reader gives at most about 100 entries a call: it is asked until it gives none. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}
