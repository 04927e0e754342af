import { describe, expect, it } from 'vitest';
import { readOnnxFile, type OnnxFileInfo } from '../../../src/core/onnx/file';
import {
  assignSlot,
  describeModel,
  missingExternalData,
  suspicions,
} from '../../../src/core/onnx/inspect';
import { encodeModel, type ModelSpec } from './encode';

type Shape = readonly (number | string)[];

function info(spec: Partial<ModelSpec> & { input?: Shape; output?: Shape }): OnnxFileInfo {
  const result = readOnnxFile(
    encodeModel({
      inputs: [{ name: 'images', shape: spec.input ?? [1, 3, 640, 640] }],
      outputs: [{ name: 'output0', shape: spec.output ?? [1, 5, 8400] }],
      ...spec,
    }),
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('assignSlot', () => {
  it.each<[string, Parameters<typeof info>[0], string | null, string]>([
    ['task detect', { metadata: { task: 'detect' } }, 'detector', 'certain'],
    ['task pose', { metadata: { task: 'pose' }, output: [1, 17, 8400] }, 'keypoint', 'certain'],
    ['task segment', { metadata: { task: 'segment' }, output: [1, 37, 8400] }, null, 'certain'],
    ['task classify', { metadata: { task: 'classify' }, output: [1, 10] }, null, 'certain'],
    ['task embed', { metadata: { task: 'embed' }, output: [1, 512] }, 'embedder', 'certain'],
    ['a raw detector', { output: [1, 5, 8400] }, 'detector', 'likely'],
    ['rows of six', { output: [1, 300, 6] }, 'detector', 'likely'],
    ['rows of eighteen', { output: [1, 300, 18] }, 'keypoint', 'unsure'],
    ['seventeen values', { output: [1, 17, 8400] }, 'keypoint', 'unsure'],
    ['ten values', { output: [1, 10, 8400] }, 'detector', 'unsure'],
    ['a vector', { input: ['b', 3, 224, 224], output: ['b', 512] }, 'embedder', 'likely'],
    ['a pooled map', { input: ['b', 3, 224, 224], output: ['b', 512, 1, 1] }, 'embedder', 'likely'],
    ['ImageNet scores', { output: [1, 1000] }, 'embedder', 'unsure'],
    ['a feature map', { output: [1, 256, 14, 14] }, null, 'likely'],
    ['text input', { input: [1, 77], output: [1, 512] }, null, 'likely'],
    ['no shape at all', { output: ['b', 'c', 'a'] }, null, 'unsure'],
  ])('%s', (_, spec, slot, confidence) => {
    expect(assignSlot(info(spec))).toMatchObject({ slot, confidence });
    expect(assignSlot(info(spec)).reason.length).toBeGreaterThan(10);
  });
});

describe('describeModel', () => {
  const card = describeModel(
    info({
      metadata: {
        task: 'detect',
        description: 'Ultralytics YOLO11n model trained on /home/ann/private/dogs.yaml',
        license: 'AGPL-3.0 License',
        version: '8.4.190',
        names: "{0: 'dog'}",
        imgsz: '[640, 640]',
        stride: '32',
        args: "{'batch': 1, 'quantize': 8, 'data': '/home/ann/private/dogs.yaml', 'nms': None}",
      },
    }),
    { name: 'my.onnx', sha256: 'ab' },
  );

  it('gives what was read', () => {
    expect(card).toMatchObject({
      file: 'my.onnx',
      sha256: 'ab',
      task: 'detect',
      classNames: ['dog'],
      imgsz: [640, 640],
      stride: 32,
      license: 'AGPL-3.0 License',
      version: '8.4.190',
      opset: 17,
      producer: 'pytorch 2.15.0',
      arguments: { batch: '1', quantize: '8' },
      warnings: [],
    });
  });

  it("never gives away a path of the exporter's machine", () => {
    expect(JSON.stringify(card)).not.toContain('/home/ann');
    expect(card.description).toBe('Ultralytics YOLO11n model trained on dogs.yaml');
    const windows = describeModel(
      info({ metadata: { description: String.raw`trained on C:\Users\ann\dogs.yaml` } }),
      { name: 'x', sha256: '' },
    );
    expect(windows.description).toBe('trained on dogs.yaml');
  });

  it('names metadata that cannot be read.', () => {
    const broken = describeModel(info({ metadata: { names: '{0: dog' } }), {
      name: 'x',
      sha256: '',
    });
    expect(broken.classNames).toBeNull();
    expect(broken.warnings).toEqual(['holds metadata "names" that cannot be read.']);
  });
});

describe('suspicions', () => {
  it('are none for a dog model', () => {
    expect(suspicions(info({}))).toEqual([]);
    expect(suspicions(info({ input: ['b', 3, 224, 224], output: ['b', 512] }))).toEqual([]);
  });

  it('suspect a human-face recogniser by its size, and a face detector by its landmarks', () => {
    expect(suspicions(info({ input: ['b', 3, 112, 112], output: ['b', 512] }))[0]).toContain(
      'human-face recognisers',
    );
    const detector = info({
      outputs: [
        { name: 'score_8', shape: [12800, 1] },
        { name: 'bbox_8', shape: [12800, 4] },
        { name: 'kps_8', shape: [12800, 10] },
      ],
    });
    expect(suspicions(detector)[0]).toContain('landmark');
  });

  it('suspect BGR where the file mentions it', () => {
    expect(suspicions(info({ metadata: { channel_order: 'BGR' } }))[0]).toContain('BGR');
    expect(suspicions(info({ producer: 'paddle2onnx' }))[0]).toContain('blue, green, red');
  });
});

describe('missingExternalData', () => {
  const split = info({ initializers: [{ name: 'w', location: 'weights/embedding.onnx.data' }] });

  it('names the file to add', () => {
    expect(missingExternalData(split, ['other.data'])).toContain('"embedding.onnx.data"');
    expect(missingExternalData(split, ['embedding.onnx.data'])).toBeNull();
    expect(missingExternalData(info({}), [])).toBeNull();
  });
});
