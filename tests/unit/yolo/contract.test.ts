import { describe, expect, it } from 'vitest';
import { readOnnxFile } from '../../../src/core/onnx/file';
import {
  readYoloContract,
  type YoloContract,
  type YoloHints,
  type YoloTask,
} from '../../../src/core/stages/yolo/contract';
import { encodeModel } from '../onnx/encode';

type Shape = readonly (number | string)[];

interface Case {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly input?: Shape;
  readonly inputType?: number;
  readonly output: Shape;
  readonly outputType?: number;
  readonly want?: YoloTask;
  readonly hints?: YoloHints;
}

/** Encodes the case as a file and reads it back: the contract sees what a real file would give. */
function contractOf(c: Case): ReturnType<typeof readYoloContract> {
  const file = encodeModel({
    metadata: c.metadata ?? {},
    inputs: [{ name: 'images', shape: c.input ?? [1, 3, 640, 640], type: c.inputType ?? 1 }],
    outputs: [{ name: 'output0', shape: c.output, type: c.outputType ?? 1 }],
  });
  const info = readOnnxFile(file);
  if (!info.ok) throw new Error(info.error.message);
  const { inputs, outputs } = info.value;
  return readYoloContract(info.value, inputs, outputs, c.want ?? 'detect', c.hints);
}

function read(c: Case): YoloContract {
  const result = contractOf(c);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refusal(c: Case): string {
  const result = contractOf(c);
  if (result.ok) throw new Error('was accepted');
  return result.error.message;
}

const detect = (more: Record<string, string> = {}): Record<string, string> => ({
  task: 'detect',
  names: "{0: 'dog'}",
  imgsz: '[640, 640]',
  stride: '32',
  ...more,
});
const pose = (more: Record<string, string> = {}): Record<string, string> => ({
  ...detect(),
  task: 'pose',
  kpt_shape: '[4, 3]',
  ...more,
});
const FOUR = ['nose', 'chin', 'left_ear_base', 'right_ear_base'];
const kptNames = { kpt_names: `{0: ['nose', "dog's chin", 'left_ear_base', 'right_ear_base']}` };

describe('output forms, decided by metadata', () => {
  it.each<[string, Case, Partial<YoloContract>]>([
    [
      'raw, as recent exports write it (nms None)',
      { metadata: detect({ end2end: 'False', args: "{'nms': None}" }), output: [1, 5, 8400] },
      { form: 'raw', classCount: 1 },
    ],
    [
      'raw, as older exports write it (nms False, no end2end)',
      { metadata: detect({ args: "{'nms': False}" }), output: [1, 5, 8400] },
      { form: 'raw' },
    ],
    [
      'NMS in the graph',
      { metadata: detect({ end2end: 'False', args: "{'nms': True}" }), output: [1, 300, 6] },
      { form: 'nms', classCount: 1 },
    ],
    [
      'NMS-free head, although nms is False',
      { metadata: detect({ end2end: 'True', args: "{'nms': False}" }), output: [1, 300, 6] },
      { form: 'end2end' },
    ],
    [
      'raw pose',
      { metadata: pose({ end2end: 'False', ...kptNames }), output: [1, 17, 8400], want: 'pose' },
      {
        form: 'raw',
        keypoints: {
          count: 4,
          dims: 3,
          names: ['nose', "dog's chin", 'left_ear_base', 'right_ear_base'],
        },
      },
    ],
    [
      'pose with NMS',
      {
        metadata: pose({ args: "{'nms': True}", ...kptNames }),
        output: [1, 300, 18],
        want: 'pose',
      },
      { form: 'nms' },
    ],
    [
      'pose of two values per point',
      {
        metadata: pose({ kpt_shape: '[4, 2]', end2end: 'False', ...kptNames }),
        output: [1, 13, 8400],
        want: 'pose',
      },
      {
        form: 'raw',
        keypoints: {
          count: 4,
          dims: 2,
          names: ['nose', "dog's chin", 'left_ear_base', 'right_ear_base'],
        },
      },
    ],
    [
      'dynamic axes: the size is that of the metadata',
      {
        metadata: detect({ imgsz: '[320, 480]', args: "{'dynamic': True}" }),
        input: ['batch', 3, 'height', 'width'],
        output: ['batch', 5, 'anchors'],
      },
      {
        form: 'raw',
        input: { name: 'images', type: 'float32', width: 480, height: 320, batch: 1 },
      },
    ],
    [
      'a fixed batch and half floats in and out',
      {
        metadata: detect({ args: "{'half': True}" }),
        input: [4, 3, 640, 640],
        inputType: 10,
        output: [4, 5, 8400],
        outputType: 10,
      },
      {
        input: { name: 'images', type: 'float16', width: 640, height: 640, batch: 4 },
        output: { name: 'output0', type: 'float16' },
      },
    ],
    [
      'imgsz that is not square: metadata and shape are height, width',
      {
        metadata: detect({ imgsz: '[384, 640]', args: '{}' }),
        input: [1, 3, 384, 640],
        output: [1, 5, 5040],
      },
      { input: { name: 'images', type: 'float32', width: 640, height: 384, batch: 1 } },
    ],
    [
      'several classes: the one named dog, whatever its case',
      {
        metadata: detect({ names: "{0: 'person', 1: 'cat', 2: 'Dog'}", args: '{}' }),
        output: [1, 7, 8400],
      },
      { classCount: 3, dogClasses: [2] },
    ],
    [
      'NMS at a tiny size, where it returns every anchor',
      {
        metadata: detect({ imgsz: '[64, 64]', end2end: 'True' }),
        input: [1, 3, 64, 64],
        output: [1, 84, 6],
      },
      { form: 'end2end' },
    ],
  ])('%s', (_, c, expected) => {
    const contract = read(c);
    expect(contract).toMatchObject({ ...expected, decidedBy: 'metadata' });
    expect(contract.ambiguities).toEqual([]);
  });

  it('follows the shape where it contradicts the metadata, and says so', () => {
    const contract = read({ metadata: detect({ end2end: 'False' }), output: [1, 300, 6] });
    expect(contract).toMatchObject({ form: 'end2end', decidedBy: 'shape' });
    expect(contract.ambiguities[0]).toContain('the shape is followed');
  });

  it('knows the NMS-free rows of exports that are older than the end2end key', () => {
    const contract = read({ metadata: detect({ args: "{'nms': False}" }), output: [1, 300, 6] });
    expect(contract).toMatchObject({ form: 'end2end', decidedBy: 'shape', ambiguities: [] });
  });
});

describe('output forms, metadata stripped', () => {
  it('reads a single-class detector, and says that the class is assumed', () => {
    const contract = read({ output: [1, 5, 8400] });
    expect(contract).toMatchObject({ form: 'raw', decidedBy: 'shape', dogClasses: [0] });
    expect(contract.ambiguities).toEqual([
      'The file names no classes; its only class is taken for dogs.',
    ]);
  });

  it('reads rows', () => {
    expect(read({ output: [1, 300, 6] })).toMatchObject({ form: 'end2end', decidedBy: 'shape' });
  });

  it('takes 80 classes for COCO, where dog is 16, and says so', () => {
    const contract = read({ output: [1, 84, 8400] });
    expect(contract.dogClasses).toEqual([16]);
    expect(contract.ambiguities[0]).toContain('COCO');
  });

  it('settles 17 values by the keypoints of the recipe, and asks without them', () => {
    const named = read({ output: [1, 17, 8400], want: 'pose', hints: { names: FOUR } });
    expect(named.keypoints).toEqual({ count: 4, dims: 3, names: FOUR });
    expect(named.ambiguities.join()).not.toContain('visibility');
    const six = ['a', 'b', 'c', 'd', 'e', 'f'];
    const flat = read({ output: [1, 17, 8400], want: 'pose', hints: { names: six } });
    expect(flat.keypoints).toEqual({ count: 6, dims: 2, names: six });
    const unnamed = read({ output: [1, 17, 8400], want: 'pose' });
    expect(unnamed.keypoints).toMatchObject({ count: 4, dims: 3, names: FOUR });
    expect(unnamed.ambiguities.join(' ')).toMatch(/4 keypoints with visibility or 6 without/);
    expect(unnamed.ambiguities.join(' ')).toMatch(/order of nose, chin and ear bases is assumed/);
  });

  it('says that it guesses where a small input makes raw and rows look alike', () => {
    // 32 px: 21 anchors. [1, 6, 21] is two raw classes, or 6 rows of 5 keypoints.
    const contract = read({
      metadata: { kpt_shape: '[5, 3]', names: "{0: 'dog'}" },
      input: [1, 3, 32, 32],
      output: [1, 20, 21],
      want: 'pose',
    });
    expect(contract.form).toBe('raw');
    const unsure = read({
      input: [1, 3, 32, 32],
      output: [1, 'n', 21],
      want: 'pose',
      hints: { names: ['a', 'b', 'c', 'd', 'e'] },
    });
    expect(unsure.ambiguities.join(' ')).toContain('does not say whether');
  });

  it('reads shapes alone when the file itself could not be read', () => {
    const result = readYoloContract(
      null,
      [{ name: 'images', type: 'float32', shape: [1, 3, 640, 640] }],
      [{ name: 'output0', type: 'float32', shape: [1, 5, 8400] }],
      'detect',
    );
    expect(result.ok && result.value.form).toBe('raw');
  });

  it('says what size it assumes for a free size without imgsz; the recipe settles it', () => {
    const free: Case = { input: ['b', 3, 'h', 'w'], output: ['b', 5, 'a'] };
    expect(read(free)).toMatchObject({ input: { width: 640, height: 640 } });
    expect(read(free).ambiguities.join(' ')).toContain('640 x 640 px is assumed');
    const told = read({ ...free, hints: { imgsz: [256, 320] } });
    expect(told.input).toMatchObject({ width: 320, height: 256 });
    expect(told.ambiguities.join(' ')).not.toContain('assumed. Set imgsz');
  });

  it('refuses a recipe that gives a fixed axis another length, whether the other is free or not', () => {
    const half: Case = { input: [1, 3, 640, 'w'], output: [1, 5, 'a'] };
    expect(read({ ...half, hints: { imgsz: [640, 320] } }).input).toMatchObject({ width: 320 });
    expect(refusal({ ...half, hints: { imgsz: [320, 320] } })).toContain(
      'takes images of 640 x any px (height x width), but the recipe says imgsz 320 x 320',
    );
    expect(refusal({ output: [1, 5, 8400], hints: { imgsz: [320, 640] } })).toContain(
      'takes images of 640 x 640 px',
    );
  });
});

describe('keypoint names', () => {
  it('come from the recipe first; a difference from the file is told', () => {
    const contract = read({
      metadata: pose({ ...kptNames, args: '{}' }),
      output: [1, 17, 8400],
      want: 'pose',
      hints: { names: FOUR },
    });
    expect(contract.keypoints?.names).toEqual(FOUR);
    expect(contract.ambiguities).toEqual([
      `Keypoint 2 is "chin" in the recipe but "dog's chin" in the file; the recipe is followed.`,
    ]);
  });

  it('of 24 points without names are those of dog-pose, as an assumption', () => {
    const contract = read({
      metadata: pose({ kpt_shape: '[24, 3]', args: '{}' }),
      output: [1, 77, 8400],
      want: 'pose',
    });
    expect(contract.keypoints?.names[16]).toBe('nose');
    expect(contract.keypoints?.names[20]).toBe('left_eye');
    expect(contract.ambiguities.join(' ')).toContain('dog-pose');
  });

  it('are asked for when no scheme is known', () => {
    const contract = read({
      metadata: pose({ kpt_shape: '[7, 3]', args: '{}' }),
      output: [1, 26, 8400],
      want: 'pose',
    });
    expect(contract.keypoints?.names).toHaveLength(7);
    expect(contract.ambiguities.join(' ')).toContain('Name them in the recipe');
  });
});

describe('refusals, each in its own words', () => {
  it.each<[string, Case, RegExp]>([
    [
      'a detector as keypoint model',
      { metadata: detect(), output: [1, 5, 8400], want: 'pose' },
      /is a detector .*needs a YOLO-pose model/,
    ],
    [
      'a pose model as detector',
      { metadata: pose(), output: [1, 17, 8400] },
      /is a keypoint model .*needs a YOLO detector/,
    ],
    [
      'segmentation',
      { metadata: detect({ task: 'segment' }), output: [1, 37, 8400] },
      /segmentation model/,
    ],
    [
      'classification',
      { metadata: detect({ task: 'classify' }), output: [1, 10] },
      /is a classifier/,
    ],
    ['rotated boxes', { metadata: detect({ task: 'obb' }), output: [1, 20, 8400] }, /rotated-box/],
    ['a vector output', { output: [1, 512] }, /one vector per image/],
    ['an undecoded head', { output: [1, 3, 80, 80, 85] }, /not decoded/],
    ['RT-DETR', { metadata: detect({ head: 'RTDETRDecoder' }), output: [1, 300, 5] }, /RT-DETR/],
    ['YOLOv5 objectness', { output: [1, 25200, 6] }, /YOLOv5/],
    [
      'one value too many',
      { metadata: detect({ args: '{}' }), output: [1, 6, 8400] },
      /objectness|no known form/,
    ],
    ['transposed candidates', { output: [1, 8400, 6] }, /transposed/],
    [
      'no dog among several',
      { metadata: detect({ names: "{0: 'cat', 1: 'horse'}", args: '{}' }), output: [1, 6, 8400] },
      /no class called "dog"; it knows 2 classes \(cat, horse\)/,
    ],
    [
      'people only',
      {
        metadata: pose({ names: "{0: 'person'}", kpt_shape: '[17, 3]', args: '{}' }),
        output: [1, 56, 8400],
        want: 'pose',
      },
      /only "person"/,
    ],
    [
      'nameless classes',
      { output: [1, 17, 8400] },
      /13 classes without names, or one with keypoints/,
    ],
    [
      'another size than the recipe',
      { metadata: detect(), output: [1, 5, 8400], hints: { imgsz: [320, 320] } },
      /recipe says imgsz 320 x 320/,
    ],
    [
      'another number of keypoints than the recipe',
      {
        metadata: pose({ args: '{}' }),
        output: [1, 17, 8400],
        want: 'pose',
        hints: { names: ['nose'] },
      },
      /gives 4 keypoints, but the recipe names 1/,
    ],
    [
      'a size that is no multiple of the stride',
      {
        metadata: detect(),
        input: [1, 3, 'h', 'w'],
        output: [1, 5, 'a'],
        hints: { imgsz: [100, 100] },
      },
      /multiple of 32/,
    ],
    ['integer input', { metadata: detect(), inputType: 2, output: [1, 5, 8400] }, /uint8 input/],
    [
      'grey pictures',
      { metadata: detect(), input: [1, 1, 640, 640], output: [1, 5, 8400] },
      /1 channels/,
    ],
    [
      'channels last',
      { metadata: detect(), input: [1, 640, 640, 3], output: [1, 5, 8400] },
      /channels-last/,
    ],
  ])('%s', (_, c, words) => {
    expect(refusal(c)).toMatch(words);
  });

  it('a pose model without a dog, for which no key of the recipe exists', () => {
    const animals = pose({ names: "{0: 'cat', 1: 'horse'}" });
    const said = refusal({ metadata: animals, output: [1, 18, 8400], want: 'pose' });
    expect(said).toContain('Use a keypoint model of dogs');
    expect(said).not.toContain('detector.classes');
  });

  it('a mask output', () => {
    const result = readYoloContract(
      null,
      [{ name: 'images', type: 'float32', shape: [1, 3, 640, 640] }],
      [
        { name: 'output0', type: 'float32', shape: [1, 37, 8400] },
        { name: 'output1', type: 'float32', shape: [1, 32, 160, 160] },
      ],
      'detect',
    );
    expect(result.ok ? '' : result.error.message).toContain('mask output');
  });
});
