import { describe, expect, it } from 'vitest';
import { readEmbedderContract, type EmbedderContract } from '../../../src/core/onnx/embedder';
import { readOnnxFile } from '../../../src/core/onnx/file';
import { verifyEmbedder } from '../../../src/core/onnx/warmup';
import type { Session, TensorData, TensorInfo } from '../../../src/core/ports';
import { encodeModel } from './encode';

const image = (shape: TensorInfo['shape'], type = 'float32'): TensorInfo[] => [
  { name: 'input', type, shape },
];
const vector = (shape: TensorInfo['shape'], name = 'output'): TensorInfo[] => [
  { name, type: 'float32', shape },
];

function read(
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  size?: number | [number, number],
): EmbedderContract {
  const result = readEmbedderContract(null, inputs, outputs, size === undefined ? {} : { size });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refusal(
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  size?: number,
): string {
  const result = readEmbedderContract(null, inputs, outputs, size === undefined ? {} : { size });
  if (result.ok) throw new Error('was accepted');
  return result.error.message;
}

describe('readEmbedderContract', () => {
  it('reads the usual export', () => {
    expect(read(image(['batch_size', 3, 224, 224]), vector(['batch_size', 512]))).toEqual({
      inputName: 'input',
      outputName: 'output',
      inputType: 'float32',
      layout: 'nchw',
      width: 224,
      height: 224,
      batch: null,
      dim: 512,
      ambiguities: [],
    });
  });

  it('reads channels-last, half floats, a fixed batch of one and an unnamed length', () => {
    expect(
      read(image([1, 192, 160, 3], 'float16'), vector(['b', 'Divoutput_dim_1'], 'embedding')),
    ).toMatchObject({
      layout: 'nhwc',
      width: 160,
      height: 192,
      inputType: 'float16',
      batch: 1,
      dim: null,
    });
  });

  it('prefers the output called embedding and says so', () => {
    const outputs = [...vector([1, 1000], 'logits'), ...vector([1, 512], 'embedding')];
    const contract = read(image([1, 3, 224, 224]), outputs);
    expect(contract.outputName).toBe('embedding');
    expect(contract.ambiguities[0]).toContain('logits');
  });

  it('takes a free size from the recipe and says what it assumes without one', () => {
    const free = image(['b', 3, 'h', 'w']);
    expect(read(free, vector(['b', 512]), [192, 160])).toMatchObject({ height: 192, width: 160 });
    expect(read(free, vector(['b', 512])).ambiguities[0]).toContain('224 x 224 px is assumed');
  });

  it.each<[string, string, RegExp]>([
    [
      'a size the recipe contradicts',
      refusal(image([1, 3, 224, 224]), vector([1, 8]), 112),
      /recipe says size 112/,
    ],
    ['a detector', refusal(image([1, 3, 640, 640]), vector([1, 5, 8400])), /one vector per image/],
    [
      'two inputs',
      refusal([...image([1, 3, 8, 8]), ...image([1, 10])], vector([1, 8])),
      /has 2 inputs/,
    ],
    ['integers', refusal(image([1, 3, 224, 224], 'uint8'), vector([1, 8])), /takes uint8/],
    ['grey pictures', refusal(image([1, 1, 224, 224]), vector([1, 8])), /not a colour image/],
    ['a fixed batch', refusal(image([8, 3, 224, 224]), vector([8, 8])), /8 images per run/],
  ])('refuses %s', (_, message, words) => {
    expect(message).toMatch(words);
  });

  it('refuses an ultralytics file by its task, and takes an embedder that names its own', () => {
    const file = (task: string): ReturnType<typeof readOnnxFile> =>
      readOnnxFile(
        encodeModel({
          metadata: { task },
          inputs: [{ name: 'input', shape: ['b', 3, 224, 224] }],
          outputs: [{ name: 'output', shape: ['b', 512] }],
        }),
      );
    for (const [task, ok] of [
      ['classify', false],
      ['embed', true],
    ] as const) {
      const info = file(task);
      if (!info.ok) throw new Error(info.error.message);
      const { inputs, outputs } = info.value;
      expect(readEmbedderContract(info.value, inputs, outputs).ok).toBe(ok);
    }
  });
});

const CONTRACT = read(image([1, 3, 16, 16]), vector([1, 4]));

/** A network that computes its answer from the input. */
function network(answer: (input: TensorData) => readonly number[]): Session {
  return {
    inputs: image([1, 3, 16, 16]),
    outputs: vector([1, 4]),
    run: (feeds) => {
      const data = Float32Array.from(answer(feeds['input']!));
      return Promise.resolve({ output: { type: 'float32', dims: [1, data.length], data } });
    },
    dispose: () => Promise.resolve(),
  };
}

/** Mean of each quarter of the tensor: differs from picture to picture. */
const quarters = (input: TensorData): number[] =>
  [0, 1, 2, 3].map((q) => {
    const part = [...input.data].slice(
      (q * input.data.length) / 4,
      ((q + 1) * input.data.length) / 4,
    );
    return part.reduce((a, b) => a + b, 0) / part.length;
  });

function unit(v: readonly number[]): number[] {
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
}

describe('verifyEmbedder', () => {
  it('tells a normalising graph from one that does not', async () => {
    const inside = await verifyEmbedder(
      network((x) => unit(quarters(x))),
      CONTRACT,
    );
    expect(inside).toMatchObject({
      dim: 4,
      probes: 4,
      unitLength: true,
      collapsed: false,
      problems: [],
    });
    const outside = await verifyEmbedder(network(quarters), CONTRACT);
    expect(outside).toMatchObject({ unitLength: false, finite: true, problems: [] });
    expect(outside.meanCosine).toBeCloseTo(inside.meanCosine!, 5);
  });

  it('does not take one output of length 1 for a rule', async () => {
    let calls = 0;
    const once = network((x) => (calls++ === 0 ? unit(quarters(x)) : quarters(x)));
    expect((await verifyEmbedder(once, CONTRACT)).unitLength).toBe(false);
  });

  it('finds a collapsed network', async () => {
    const facts = await verifyEmbedder(
      network((x) => unit([1, 1, 1, 1 + quarters(x)[0]! * 1e-3])),
      CONTRACT,
    );
    expect(facts.collapsed).toBe(true);
    expect(facts.problems[0]).toContain('nearly the same vector');
  });

  it('finds NaN, zero vectors and another length than declared', async () => {
    const nan = await verifyEmbedder(
      network(() => [NaN, 0, 0, 1]),
      CONTRACT,
    );
    expect(nan).toMatchObject({ finite: false, unitLength: false, meanCosine: null });
    expect(nan.problems[0]).toContain('not numbers');
    const zero = await verifyEmbedder(
      network(() => [0, 0, 0, 0]),
      CONTRACT,
    );
    expect(zero.problems[0]).toContain('length zero');
    const short = await verifyEmbedder(
      network((x) => quarters(x).slice(0, 3)),
      CONTRACT,
    );
    expect(short.problems[0]).toContain('declares embeddings of 4 values but returns 3');
  });
});
