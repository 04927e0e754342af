/** Where the dogs' names come from: folders, `--identities FILE` or `--pattern REGEX`. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  FOLDER_NAMING,
  namingCounts,
  namingOf,
  type IdentitySource,
  type Naming,
} from '../../src/core/evaluation/naming';
import type { VerifyArguments } from './arguments';
import { UsageError } from './errors';

/** @throws UsageError for a file that cannot be read as names, and for a source that names no photo at all. */
export async function readNaming(
  args: Pick<VerifyArguments, 'identities' | 'pattern'>,
  paths: readonly string[],
): Promise<{ naming: Naming; notes: readonly string[] }> {
  const source = await sourceOf(args);
  if (source === null) return { naming: FOLDER_NAMING, notes: [] };
  const flag = source.from === 'file' ? `--identities ${args.identities ?? ''}` : '--pattern';
  const naming = namingOf(source);
  if (!naming.ok) throw new UsageError(`${flag}: ${naming.error.message}`);
  const { photos, named, dogs, strangers } = namingCounts(paths, naming.value);
  if (named === 0 && photos > 0) {
    throw new UsageError(
      `${flag} names none of the ${photos} photos: paths are relative to the folder, such as ${paths[0] ?? ''}`,
    );
  }
  const [first] = strangers;
  return {
    naming: naming.value,
    notes: [
      `identities by ${flag}: ${named} of ${photos} photos named, ${dogs} dogs`,
      ...(first === undefined
        ? []
        : [`${strangers.length} paths of the file are no photo of the folder, such as ${first}`]),
    ],
  };
}

async function sourceOf({
  identities,
  pattern,
}: Pick<VerifyArguments, 'identities' | 'pattern'>): Promise<IdentitySource | null> {
  if (pattern !== null) return { from: 'pattern', pattern };
  if (identities === null) return null;
  const text = await readFile(identities, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--identities ${identities} cannot be read: ${String(error)}`);
  });
  return { from: 'file', file: basename(identities), text };
}
