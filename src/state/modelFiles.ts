/** Which of the dropped files are models or speak of models, and what is in them. */
import { unzipSync } from 'fflate';
import { hasImageExtension, ignoreByPath } from '../core/intake/folder';
import { looksLikeManifest, readAuthorManifest } from '../core/models/authorManifest';
import { isSection, type RecipeSection } from '../core/models/layers';
import { baseName, readModel, type ModelProblem } from '../core/models/read';
import type { Sha256 } from '../core/ports';
import type { FolderFile } from './model';
import type { ModelDrop, OwnModel } from './modelsModel';

const RECIPE_FILE = 'pipeline.json';
const MANIFEST_FILE = 'embedding.json';
/** Files that people drop for a model: each is refused with what it is and what to do. */
const FOREIGN = /\.(pt|pth|ckpt|engine|tflite|torchscript|safetensors|pb|h5|keras|mlmodel|ort)$/i;

const isOnnx = ({ path }: FolderFile): boolean => /\.onnx$/i.test(path);
const isZip = ({ path }: FolderFile): boolean => /\.zip$/i.test(path);

/** The files of a drop that may concern models; null when none does. Photos and models may come together. */
export function modelFilesIn(files: readonly FolderFile[]): readonly FolderFile[] | null {
  const seen = files.filter(({ path }) => ignoreByPath(path) === null);
  const photos = seen.some(({ path }) => hasImageExtension(path));
  const tells = (file: FolderFile): boolean =>
    isOnnx(file) ||
    // Beside photos these mean something else: a run's own recipe, a stray checkpoint, an album.
    (!photos && (isZip(file) || FOREIGN.test(file.path) || baseName(file.path) === RECIPE_FILE));
  return seen.some(tells) ? seen.filter(({ path }) => !hasImageExtension(path)) : null;
}

/** What the files hold, or every reason why they cannot be taken. Nothing is taken in part. */
export async function readModelFiles(
  files: readonly FolderFile[],
  sha256: Sha256,
): Promise<{ readonly drop: ModelDrop; readonly problems: readonly ModelProblem[] }> {
  const problems: ModelProblem[] = [];
  const problem = (file: string, message: string): void => {
    problems.push({ file, slot: null, message });
  };
  const all = await unpacked(files, problem);
  const names = all.map(({ path }) => baseName(path));
  const models: OwnModel[] = [];
  let manifest: RecipeSection | null = null;
  let given: RecipeSection | null = null;
  for (const { path, file, error } of all) {
    const name = baseName(path);
    const model = isOnnx({ path, file }) || FOREIGN.test(path);
    const json = name === RECIPE_FILE || name === MANIFEST_FILE || isSidecar(name, names);
    if (!model && !json) continue;
    const bytes = await bytesOf(file);
    if (bytes === null) {
      problem(path, `could not be read (${error ?? 'no reason given'}). Drop it again.`);
    } else if (model) {
      const read = await readOne(path, bytes, all, sha256);
      if ('message' in read) problems.push(read);
      else models.push(read);
    } else if (name === RECIPE_FILE) {
      given = readGiven(path, bytes, problem) ?? given;
    } else {
      const text = new TextDecoder().decode(bytes);
      if (name !== MANIFEST_FILE && !looksLikeManifest(text)) continue;
      const read = readAuthorManifest(text);
      if (read.ok) manifest = read.value;
      else problem(path, read.error.message);
    }
  }
  if (models.length === 0 && given === null && problems.length === 0) {
    problem(files[0]?.path ?? '', 'holds no .onnx model and no pipeline.json.');
  }
  return { drop: { kind: 'drop', models, choices: {}, manifest, given }, problems };
}

/** `best.json` beside `best.onnx`. */
function isSidecar(name: string, names: readonly string[]): boolean {
  return /\.json$/i.test(name) && names.includes(name.replace(/\.json$/i, '.onnx'));
}

async function readOne(
  path: string,
  bytes: Uint8Array,
  all: readonly FolderFile[],
  sha256: Sha256,
): Promise<OwnModel | ModelProblem> {
  const hash = await sha256(bytes);
  const read = readModel(
    path,
    bytes,
    hash,
    all.map((one) => one.path),
  );
  if (!read.ok) return read.error;
  const external: { name: string; bytes: Uint8Array }[] = [];
  for (const location of read.value.info.externalData) {
    const beside = all.find((one) => baseName(one.path) === baseName(location));
    const data = await bytesOf(beside?.file ?? null);
    if (data === null) {
      const message = `keeps its weights in "${location}", which could not be read. Drop both together again.`;
      return { file: path, slot: read.value.card.assignment.slot, message };
    }
    // The runtime looks for the name that the graph gives.
    external.push({ name: location, bytes: data });
  }
  return {
    candidate: read.value,
    file: { name: read.value.card.file, bytes, sha256: hash, external },
  };
}

function readGiven(
  path: string,
  bytes: Uint8Array,
  problem: (file: string, message: string) => void,
): RecipeSection | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isSection(json)) return json;
    problem(path, 'is not an object. Write a recipe as models/pipeline.json is.');
  } catch (error) {
    problem(path, `is not JSON (${String(error)}). Correct it and drop it again.`);
  }
  return null;
}

/** The files, with a zip's contents in its place. */
async function unpacked(
  files: readonly FolderFile[],
  problem: (file: string, message: string) => void,
): Promise<FolderFile[]> {
  const all: FolderFile[] = [];
  for (const one of files) {
    if (!isZip(one)) {
      all.push(one);
      continue;
    }
    const bytes = await bytesOf(one.file);
    try {
      const entries = unzipSync(bytes ?? new Uint8Array(0), {
        filter: ({ name }) => ignoreByPath(name) === null && !name.endsWith('/'),
      });
      for (const [path, content] of Object.entries(entries)) {
        all.push({ path, file: new Blob([content]) });
      }
    } catch (error) {
      problem(one.path, `could not be unpacked (${String(error)}). Unpack it and drop its files.`);
    }
  }
  return all;
}

async function bytesOf(file: Blob | null): Promise<Uint8Array | null> {
  try {
    return file === null ? null : new Uint8Array(await file.arrayBuffer());
  } catch {
    return null;
  }
}
