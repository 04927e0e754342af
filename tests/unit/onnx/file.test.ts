import { describe, expect, it } from 'vitest';
import { readOnnxFile, type OnnxFileInfo } from '../../../src/core/onnx/file';
import { bytes, encodeModel, integer, text } from './encode';

const IMAGE = { name: 'images', shape: [1, 3, 640, 640] };
const OUTPUT = { name: 'output0', shape: [1, 5, 8400] };

function read(file: Uint8Array): OnnxFileInfo {
  const result = readOnnxFile(file);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refusal(file: Uint8Array): { code: string; message: string } {
  const result = readOnnxFile(file);
  if (result.ok) throw new Error('was read');
  return result.error;
}

describe('readOnnxFile', () => {
  it('reads versions, metadata, inputs and outputs', () => {
    const names = `{0: 'dog', 1: "dog's chin é 🐶"}`;
    const info = read(
      encodeModel({
        metadata: { names, task: 'detect' },
        inputs: [{ name: 'images', shape: ['batch', 3, 'height', 640], type: 10 }],
        outputs: [OUTPUT],
      }),
    );
    expect(info).toMatchObject({
      irVersion: 8,
      producer: 'pytorch',
      producerVersion: '2.15.0',
      opset: 17,
      metadata: { names, task: 'detect' },
      inputs: [{ name: 'images', type: 'float16', shape: ['batch', 3, 'height', 640] }],
      outputs: [{ name: 'output0', type: 'float32', shape: [1, 5, 8400] }],
    });
  });

  it('leaves initialisers out of the inputs, as IR 3 lists them there', () => {
    const info = read(
      encodeModel({
        inputs: [IMAGE, { name: 'w', shape: [1] }],
        outputs: [OUTPUT],
        initializers: [{ name: 'w' }],
      }),
    );
    expect(info.inputs.map((i) => i.name)).toEqual(['images']);
  });

  it('counts operators and walks back from the output: the tail of F.normalize', () => {
    const info = read(
      encodeModel({
        inputs: [IMAGE],
        outputs: [{ name: 'unit', shape: ['batch', 512] }],
        nodes: [
          { op: 'Gemm', inputs: ['images'], outputs: ['v'] },
          { op: 'ReduceL2', inputs: ['v'], outputs: ['n'] },
          { op: 'Clip', inputs: ['n'], outputs: ['c'] },
          { op: 'Expand', inputs: ['c'], outputs: ['e'] },
          { op: 'Div', inputs: ['v', 'e'], outputs: ['unit'] },
        ],
      }),
    );
    expect(info.tailOps).toEqual(['Div', 'Gemm', 'Expand', 'Clip', 'ReduceL2']);
    expect(info.ops).toEqual({ Gemm: 1, ReduceL2: 1, Clip: 1, Expand: 1, Div: 1 });
  });

  it('survives a graph that runs in a circle', () => {
    const info = read(
      encodeModel({
        inputs: [IMAGE],
        outputs: [{ name: 'a', shape: [1] }],
        nodes: [
          { op: 'Add', inputs: ['b', 'a'], outputs: ['a'] },
          { op: 'Mul', inputs: ['a'], outputs: ['b'] },
        ],
      }),
    );
    expect(info.tailOps).toEqual(['Add', 'Mul']);
  });

  it('tells where external weights are, and fp16 and int8 storage', () => {
    const info = read(
      encodeModel({
        inputs: [IMAGE],
        outputs: [OUTPUT],
        initializers: [
          { name: 'w', location: 'embedding.onnx.data' },
          { name: 'v', location: 'embedding.onnx.data' },
          { name: 'h', type: 10 },
        ],
        nodes: [
          { op: 'Cast', inputs: ['h'], outputs: ['f'] },
          { op: 'QuantizeLinear', inputs: ['f'], outputs: ['output0'] },
        ],
      }),
    );
    expect(info.externalData).toEqual(['embedding.onnx.data']);
    expect(info.halfWeights).toBe(true);
    expect(info.quantized).toBe(true);
    expect(info.weightTypes).toEqual({ float32: 2, float16: 1 });
  });

  it('treats a negative or missing dimension as unknown', () => {
    const info = read(
      encodeModel({ inputs: [{ name: 'images', shape: [-1, 3, ''] }], outputs: [OUTPUT] }),
    );
    expect(info.inputs[0]!.shape).toEqual(['?', 3, '?']);
  });

  it('finds metadata that a key of the object prototype names', () => {
    const info = read(
      encodeModel({ metadata: { constructor: 'x' }, inputs: [IMAGE], outputs: [OUTPUT] }),
    );
    expect(info.metadata['constructor']).toBe('x');
    expect(Object.hasOwn(info.metadata, 'toString')).toBe(false);
  });

  it('knows a file that was cut short at any byte', () => {
    const whole = encodeModel({
      metadata: { task: 'detect' },
      inputs: [IMAGE],
      outputs: [OUTPUT],
      initializers: [{ name: 'w', raw: new Uint8Array(500) }],
    });
    for (let length = 1; length < whole.length; length++) {
      const result = readOnnxFile(whole.slice(0, length));
      // A cut between two of the last fields leaves a smaller, whole model; nothing tells it apart.
      if (result.ok) expect(result.value.outputs).toHaveLength(1);
      else expect(result.error.code).toBe('truncated');
    }
    expect(refusal(whole.slice(0, 300)).message).toContain('ends too early (300 bytes)');
  });

  it.each([
    ['empty', new Uint8Array(), 'empty', 'is empty'],
    ['a checkpoint', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'not-onnx', 'PyTorch checkpoint'],
    ['a pickle', Uint8Array.of(0x80, 2, 0x8a), 'not-onnx', 'pickle'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8), 'not-onnx', 'gzip'],
    ['a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'not-onnx', 'picture'],
    ['a web page', new TextEncoder().encode('<!doctype html><html>'), 'not-onnx', 'web page'],
    ['JSON', new TextEncoder().encode('  {"a": 1}'), 'not-onnx', 'JSON'],
    [
      'an LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:1'),
      'not-onnx',
      'git lfs pull',
    ],
    ['zeros', new Uint8Array(64), 'corrupt', 'damaged'],
    [
      'text',
      new TextEncoder().encode('hello, this is a note of mine'),
      'not-onnx',
      'text, not an ONNX',
    ],
  ])('refuses %s', (_, file, code, words) => {
    const error = refusal(file);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it('refuses protobuf that is no ONNX model', () => {
    expect(refusal(Uint8Array.from(text(3, 'other'))).code).toBe('not-onnx');
    expect(refusal(Uint8Array.from(integer(1, 8))).code).toBe('truncated');
    expect(refusal(Uint8Array.from([...integer(1, 8), ...bytes(7, [])])).code).toBe('not-onnx');
  });

  it('refuses a length that would reach past the file or wrap around', () => {
    const head = integer(1, 8);
    const huge = [...head, 7 * 8 + 2, ...Array<number>(9).fill(0xff), 0x01];
    expect(refusal(Uint8Array.from(huge)).code).toBe('corrupt');
    const endless = [...head, 7 * 8 + 2, ...Array<number>(20).fill(0xff)];
    expect(refusal(Uint8Array.from(endless)).code).toBe('corrupt');
  });
});
