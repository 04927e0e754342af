/** From a file's bytes to a model that can be given a stage, or a plain sentence why not. */
import { graphFacts } from '../onnx/facts';
import { readOnnxFile, type OnnxFileInfo } from '../onnx/file';
import { describeModel, type ModelCard } from '../onnx/inspect';
import { missingExternalData, suspicions } from '../onnx/suspicions';
import type { GraphFacts } from '../recipe/resolve';
import type { ModelSlot } from '../recipe/schema';
import { fail, ok, type Result } from '../types';

/** What is wrong with a file: its path as given, the stage it is for where that is known, and what to do. */
export interface ModelProblem {
  readonly file: string;
  readonly slot: ModelSlot | null;
  /** A sentence to follow the file's name. */
  readonly message: string;
}

/** A readable model file. Nothing of it was run. */
export interface ModelCandidate {
  /** As given, with its folders. */
  readonly path: string;
  readonly info: OnnxFileInfo;
  readonly card: ModelCard;
}

/** The last part of a path, whatever its separators. */
export const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/**
 * Reads one file.
 * @param beside names of the files that were given with it: its external data must be among them
 */
export function readModel(
  path: string,
  bytes: Uint8Array,
  sha256: string,
  beside: readonly string[],
): Result<ModelCandidate, ModelProblem> {
  const info = readOnnxFile(bytes);
  if (!info.ok) return fail({ file: path, slot: null, message: info.error.message });
  const card = describeModel(info.value, { name: baseName(path), sha256 });
  const { slot } = card.assignment;
  const missing = missingExternalData(info.value, beside);
  if (missing !== null) return fail({ file: path, slot, message: missing });
  return ok({ path, info: info.value, card });
}

/** What the file tells of its part of the recipe. */
export function factsOf({ info, card }: ModelCandidate, slot: ModelSlot): GraphFacts {
  return { ...graphFacts(info, slot), file: card.file, sha256: card.sha256 };
}

/** What to know about how the file was read: sentences with its name. */
export function notesOf({ info, card }: ModelCandidate): string[] {
  const { confidence, reason } = card.assignment;
  return [...(confidence === 'certain' ? [] : [reason]), ...suspicions(info)].map(
    (text) => `${card.file} ${text}`,
  );
}
