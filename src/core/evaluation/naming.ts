/** Who is on which photo: by folder, by a CSV file or by a pattern. Names are put on records afterwards, so that no inference depends on them. */
import { identityOf } from '../intake/folder';
import type { IdentitiesRecord, PhotoRecord } from '../results/schema';
import { ok, type Result, type Split } from '../types';
import { identityPattern, parseIdentitiesCsv, type IdentityError } from './identities';

export type IdentitySource =
  | { readonly from: 'folders' }
  /** `text` is the content of the CSV. */
  | { readonly from: 'file'; readonly file: string; readonly text: string }
  | { readonly from: 'pattern'; readonly pattern: string };

export interface PhotoName {
  readonly identity: string | null;
  readonly split: Split | null;
}

export interface Naming {
  /** As it goes into results.json. */
  readonly record: IdentitiesRecord;
  readonly of: (path: string) => PhotoName;
  /** Paths that the source names; null where it names none one by one. */
  readonly paths: readonly string[] | null;
}

export const FOLDER_NAMING: Naming = {
  record: { from: 'folders' },
  of: (path) => ({ identity: identityOf(path), split: null }),
  paths: null,
};

/** A photo that the CSV or the pattern does not name has no identity: two sources are never mixed. */
export function namingOf(source: IdentitySource): Result<Naming, IdentityError> {
  switch (source.from) {
    case 'folders':
      return ok(FOLDER_NAMING);
    case 'pattern': {
      const pattern = identityPattern(source.pattern);
      if (!pattern.ok) return pattern;
      return ok({
        record: { from: 'pattern', pattern: source.pattern },
        of: (path) => ({ identity: pattern.value(path), split: null }),
        paths: null,
      });
    }
    case 'file': {
      const entries = parseIdentitiesCsv(source.text);
      if (!entries.ok) return entries;
      return ok({
        record: { from: 'file', file: source.file },
        of: (path) => entries.value.get(path) ?? { identity: null, split: null },
        paths: [...entries.value.keys()],
      });
    }
  }
}

/** The record under another name. Of several dogs the first carries it. */
export function renamed(photo: PhotoRecord, { identity, split }: PhotoName): PhotoRecord {
  const { split: _, ...rest } = photo;
  return {
    ...rest,
    identity,
    ...(split === null ? {} : { split }),
    dogs: photo.dogs.map((dog, i) => ({ ...dog, identity: i === 0 ? identity : null })),
  };
}

export interface NamingCounts {
  readonly photos: number;
  /** Photos with a name. */
  readonly named: number;
  readonly dogs: number;
  readonly splits: Readonly<Record<Split, number>>;
  /** Paths of the source that are not among the photos. */
  readonly strangers: readonly string[];
}

export function namingCounts(paths: readonly string[], naming: Naming): NamingCounts {
  const splits = { query: 0, gallery: 0, train: 0 };
  const dogs = new Set<string>();
  let named = 0;
  for (const path of paths) {
    const { identity, split } = naming.of(path);
    if (split !== null) splits[split]++;
    if (identity === null) continue;
    named++;
    dogs.add(identity);
  }
  const known = new Set(paths);
  const strangers = (naming.paths ?? []).filter((path) => !known.has(path));
  return { photos: paths.length, named, dogs: dogs.size, splits, strangers };
}
