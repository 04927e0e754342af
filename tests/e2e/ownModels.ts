/** Folders of model files as researchers drop them: sets that work, and files that cannot. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOnnxFile } from '../../src/core/onnx/file';
import { withMetadata } from '../parity/suite/metadata';
import { encodeModel } from '../unit/onnx/encode';
import { ROOT } from './runs';

const EXPORTS = join(ROOT, 'tests/fixtures/exports');
const fixture = (name: string): Promise<Buffer> => readFile(join(EXPORTS, name));

/** Photos of the sample: the first of some dogs, and one without a dog. Returns how many. */
export async function makePhotos(root: string, dogs: number, each: number): Promise<number> {
  const names = ['Biscuit', 'Domino', 'Dot', 'Frost', 'Hugo', 'Juno', 'Olive', 'Pepper'];
  for (const dog of names.slice(0, dogs)) {
    await mkdir(join(root, dog), { recursive: true });
    for (let i = 1; i <= each; i++) {
      const name = `${i}.jpg`;
      await cp(join(ROOT, 'public/sample', dog, name), join(root, dog, name));
    }
  }
  await cp(join(ROOT, 'public/sample/bench.jpg'), join(root, 'bench.jpg'));
  return dogs * each + 1;
}

async function makeSet(
  root: string,
  files: Readonly<Record<string, string>>,
  recipe: object,
): Promise<string[]> {
  await mkdir(root, { recursive: true });
  for (const [name, from] of Object.entries(files)) await cp(join(EXPORTS, from), join(root, name));
  await writeFile(join(root, 'pipeline.json'), JSON.stringify(recipe));
  return [...Object.keys(files), 'pipeline.json'].map((name) => join(root, name));
}

/**
 * Other sizes, classes, keypoints, layout, length, colours and fit than the bundled models. The detector is one whose
 * untrained weights do not blow up the last bits of float32: others move by more than the bar between two runtimes.
 */
export function makeOwnSet(root: string): Promise<string[]> {
  return makeSet(
    root,
    {
      'animals.onnx': '11-classes.onnx',
      'head.onnx': 'v8-pose-raw.onnx',
      'vectors.onnx': 'embedder-nhwc.onnx',
    },
    {
      detector: { conf: 0.25, iou: 0.6 },
      keypoint: { conf: 0.15, kptConf: 0.2 },
      embedder: {
        resize: 'pil-bicubic',
        fit: 'pad',
        mean: [0.5, 0.4, 0.3],
        std: [0.25, 0.3, 0.2],
        scale: 255,
        colour: 'bgr',
      },
    },
  );
}

/** An embedder with float16 input and output. */
export function makeHalf(root: string): Promise<string[]> {
  return makeSet(
    root,
    { 'half.onnx': 'embedder-half-io.onnx' },
    {
      embedder: {
        ...{ resize: 'pil-bilinear', fit: 'squash', scale: 255, colour: 'rgb' },
        mean: [0.5, 0.5, 0.5],
        std: [0.5, 0.5, 0.5],
      },
    },
  );
}

/** An embedder whose weights lie in a file beside it. */
export function makeExternal(root: string): Promise<string[]> {
  return makeSet(
    root,
    {
      'embedder-external.onnx': 'embedder-external.onnx',
      'embedder-external.onnx.data': 'embedder-external.onnx.data',
    },
    {
      embedder: {
        ...{ size: 64, resize: 'cv-area', fit: 'center-crop', scale: 1, colour: 'rgb' },
        mean: [120, 110, 100],
        std: [60, 60, 60],
      },
    },
  );
}

/** A pose model of five points that says how many but not which, with the thresholds. */
export async function makeNamelessPose(root: string): Promise<string[]> {
  await mkdir(root, { recursive: true });
  const file = await fixture('11-pose-raw.onnx');
  const info = readOnnxFile(file);
  if (!info.ok) throw new Error(info.error.message);
  const { kpt_names: _, ...props } = info.value.metadata;
  const path = join(root, 'five.onnx');
  await writeFile(path, withMetadata(file, props));
  return [path];
}

/** A runnable embedder of 112 x 112 px whose input is called BGR: suspected twice, refused for neither. */
export async function makeSuspect(root: string): Promise<string[]> {
  await mkdir(root, { recursive: true });
  const path = join(root, 'suspect.onnx');
  const model = encodeModel({
    inputs: [{ name: 'bgr_pixels', shape: [1, 3, 112, 112] }],
    outputs: [{ name: 'embedding', shape: [1, 3] }],
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['bgr_pixels'], outputs: ['pooled'] },
      { op: 'Flatten', inputs: ['pooled'], outputs: ['embedding'] },
    ],
  });
  await writeFile(path, model);
  return [path];
}

export interface BadDrop {
  readonly name: string;
  readonly files: readonly string[];
  /** What the page has to say: the file, the stage, what to do. */
  readonly says: readonly RegExp[];
}

/** Each way a file can be wrong. */
export async function makeBadDrops(root: string): Promise<BadDrop[]> {
  await mkdir(root, { recursive: true });
  const put = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    await writeFile(join(root, name), bytes);
    return join(root, name);
  };
  const raw = await fixture('11-raw.onnx');
  const classes = await fixture('11-classes.onnx');
  const info = readOnnxFile(classes);
  if (!info.ok) throw new Error(info.error.message);
  const foxes = { ...info.value.metadata, names: info.value.metadata['names']!.replace("'dog'", "'fox'") }; // prettier-ignore
  const damaged = Uint8Array.from(raw);
  damaged.fill(0xff, 400, 900);
  const segment = encodeModel({
    metadata: { task: 'segment', names: "{0: 'dog'}", imgsz: '[64, 64]', stride: '32' },
    inputs: [{ name: 'images', shape: [1, 3, 64, 64] }],
    outputs: [{ name: 'output0', shape: [1, 37, 84] }],
  });
  const three = encodeModel({
    inputs: [{ name: 'text', type: 7, shape: [1, 77] }],
    outputs: [{ name: 'output', shape: [1, 512] }],
  });
  const lacking = encodeModel({
    metadata: { task: 'detect', names: "{0: 'dog'}", imgsz: '[64, 64]', stride: '32' },
    inputs: [{ name: 'images', shape: [1, 3, 64, 64] }],
    outputs: [{ name: 'output0', shape: [1, 5, 84] }],
    nodes: [{ op: 'NoSuchOperator', inputs: ['images'], outputs: ['output0'] }],
  });
  const recipe = JSON.stringify({ detector: { conf: 0.3, iou: 0.5 } });
  return [
    {
      name: 'a wrong task',
      files: [await put('segment.onnx', segment)],
      says: [/segment\.onnx/, /segmentation model/, /use a detector/],
    },
    {
      name: 'a wrong stage',
      files: [await put('text.onnx', three)],
      says: [/text\.onnx/, /no stage works like that/],
    },
    {
      name: 'a damaged file',
      files: [await put('damaged.onnx', damaged)],
      says: [/damaged\.onnx/, /is damaged|ends too early/, /again/],
    },
    {
      name: 'half a file',
      files: [await put('half-copied.onnx', raw.subarray(0, raw.length / 2))],
      says: [/half-copied\.onnx/, /ends too early/, /Copy it again/],
    },
    {
      name: 'external data that is missing',
      files: [await put('embedder-external.onnx', await fixture('embedder-external.onnx'))],
      says: [/Embedder/, /embedder-external\.onnx\.data/, /is missing/, /drop both together/],
    },
    {
      name: 'several classes, none of them a dog',
      files: [await put('foxes.onnx', withMetadata(classes, foxes))],
      says: [/Detector/, /foxes\.onnx/, /no class called "dog"/, /detector\.classes/],
    },
    {
      name: 'no ONNX at all',
      files: [await put('notes.onnx', 'These are only words, but quite a few of them.')],
      says: [/notes\.onnx/, /not an ONNX model/, /format="onnx"/],
    },
    {
      name: 'a checkpoint',
      files: [await put('best.pt', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0))],
      says: [/best\.pt/, /PyTorch checkpoint/, /Export it/],
    },
    {
      name: 'an empty file',
      files: [await put('empty.onnx', '')],
      says: [/empty\.onnx/, /is empty/],
    },
    {
      name: 'two files for one stage',
      files: [await put('one.onnx', raw), await put('two.onnx', await fixture('v8-raw.onnx'))],
      says: [/Detector/, /one\.onnx/, /two\.onnx/, /leave one of them/],
    },
    {
      name: 'an operator that the runtime does not know',
      files: [await put('odd.onnx', lacking), await put('pipeline.json', recipe)],
      says: [/Detector/, /odd\.onnx/, /could not be loaded.*NoSuchOperator/, /Export it again/],
    },
  ];
}
