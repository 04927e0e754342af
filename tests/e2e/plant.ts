/** Plants faults into the bundled models: a node after the output, or another recipe. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOnnxFile } from '../../src/core/onnx/file';
import { WireReader } from '../../src/core/onnx/wire';
import type { Recipe } from '../../src/core/recipe/schema';
import { bytes, integer, text, varint } from '../unit/onnx/encode';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

/** The bundled recipe, without the hashes of files that are about to change. */
export async function bundledRecipe(): Promise<Recipe> {
  const recipe = JSON.parse(await readFile(join(MODELS, 'pipeline.json'), 'utf8')) as Recipe;
  return { ...recipe, sha256: {} };
}

export const bundledModel = (file: string): Promise<Buffer> => readFile(join(MODELS, 'onnx', file));

/** Writes a folder for `--models` and returns it. */
export async function modelFolder(
  folder: string,
  recipe: object,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'pipeline.json'), JSON.stringify(recipe));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/**
 * The same model with `offsets[channel]` added to its only output [1, channels, anchors]. Works on the bytes:
 * the last node's output is renamed and an Add with a constant makes the output of the old name.
 */
export function addToOutput(
  model: Uint8Array,
  offsets: (channels: number) => readonly number[],
): Uint8Array {
  const info = readOnnxFile(model);
  if (!info.ok) throw new Error(info.error.message);
  const output = info.value.outputs[0];
  const [batch, channels, anchors] = output?.shape ?? [];
  if (
    output === undefined ||
    batch !== 1 ||
    typeof channels !== 'number' ||
    typeof anchors !== 'number' ||
    anchors < channels
  ) {
    throw new Error(`expected one raw output [1, channels, anchors], not ${String(output?.shape)}`);
  }
  const { name } = output;
  const hidden = `${name}_as_it_was`;
  const constant = new Float32Array(offsets(channels));
  if (constant.length !== channels) throw new Error(`${channels} offsets are needed`);
  const parts: Uint8Array[] = [];
  for (const field of fields(model)) {
    if (field.number !== GRAPH) {
      parts.push(field.whole);
      continue;
    }
    const inner: Uint8Array[] = fields(field.content).map((part) =>
      part.number === NODE ? renameOutput(part.content, name, hidden) : part.whole,
    );
    inner.push(
      Uint8Array.from(
        bytes(NODE, [
          ...text(1, hidden),
          ...text(1, 'planted'),
          ...text(2, name),
          ...text(4, 'Add'),
        ]),
      ),
      Uint8Array.from(
        bytes(INITIALIZER, [
          ...integer(1, 1),
          ...integer(1, channels),
          ...integer(1, 1),
          ...integer(2, FLOAT32),
          ...text(8, 'planted'),
          ...bytes(9, new Uint8Array(constant.buffer)),
        ]),
      ),
    );
    parts.push(delimited(GRAPH, Buffer.concat(inner)));
  }
  return Buffer.concat(parts);
}

/** Field numbers of ModelProto, GraphProto and NodeProto (onnx.proto3), and TensorProto.FLOAT. */
const GRAPH = 7;
const NODE = 1;
const INITIALIZER = 5;
const NODE_OUTPUT = 2;
const FLOAT32 = 1;

interface Part {
  readonly number: number;
  /** With tag and length, and without. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

function fields(message: Uint8Array): Part[] {
  const reader = new WireReader(message);
  const parts: Part[] = [];
  for (let field = reader.next(); field !== null; field = reader.next()) {
    const { number, wire, value, start, end } = field;
    if (wire === 'fixed') throw new Error('a fixed-width field cannot be copied');
    const content = message.subarray(start, end);
    const whole =
      wire === 'bytes' ? delimited(number, content) : Uint8Array.from(integer(number, value));
    parts.push({ number, whole, content });
  }
  return parts;
}

function renameOutput(node: Uint8Array, from: string, to: string): Uint8Array {
  const inner = fields(node).map((part) =>
    part.number === NODE_OUTPUT && Buffer.from(part.content).toString() === from
      ? delimited(NODE_OUTPUT, Buffer.from(to))
      : part.whole,
  );
  return delimited(NODE, Buffer.concat(inner));
}

const delimited = (number: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.from([...varint(number * 8 + 2), ...varint(content.length)]), content]);
