/** Where the dogs' names come from, as the page knows it. Changing it renames records; nothing is run again. */
import { FOLDER_NAMING, type IdentitySource, type Naming } from '../core/evaluation/naming';
import type { Results } from '../core/results/schema';

/** `saved`: the names that stand in an opened results.json. */
export type NameSource = IdentitySource | { readonly from: 'saved' };

export interface NamesSlice {
  readonly source: NameSource;
  readonly naming: Naming;
  /** Why the last file or pattern could not be taken. */
  readonly problem: string | null;
}

export const FOLDER_NAMES: NamesSlice = {
  source: { from: 'folders' },
  naming: FOLDER_NAMING,
  problem: null,
};

/** The names as they stand in the file, whatever they came from. */
export function savedNames({ photos, identities }: Results): NamesSlice {
  const names = new Map(
    photos.map(({ path, identity, split }) => [path, { identity, split: split ?? null }]),
  );
  return {
    source: { from: 'saved' },
    naming: {
      record: identities ?? { from: 'folders' },
      of: (path) => names.get(path) ?? { identity: null, split: null },
      paths: null,
    },
    problem: null,
  };
}
