import { describe, expect, it } from 'vitest';
import { readOnnxFile } from '../../../src/core/onnx/file';
import { describeModel } from '../../../src/core/onnx/inspect';
import { readEmbedderContract } from '../../../src/core/onnx/embedder';
import { readYoloContract } from '../../../src/core/stages/yolo/contract';
import { encodeModel } from './encode';

const FILES = 100_000;

/** xorshift32: the same mutations on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SEEDS = [
  encodeModel({
    metadata: {
      task: 'pose',
      names: "{0: 'dog'}",
      kpt_shape: '[4, 3]',
      kpt_names: `{0: ['nose', "dog's chin", 'left_ear_base', 'right_ear_base']}`,
      imgsz: '[640, 640]',
      args: "{'nms': None, 'data': '/home/me/x.yaml'}",
    },
    inputs: [{ name: 'images', shape: [1, 3, 640, 640] }],
    outputs: [{ name: 'output0', shape: [1, 17, 8400] }],
    nodes: [
      { op: 'Conv', inputs: ['images', 'w'], outputs: ['a'] },
      { op: 'Sigmoid', inputs: ['a'], outputs: ['output0'] },
    ],
    initializers: [{ name: 'w', raw: new Uint8Array(24) }],
  }),
  encodeModel({
    inputs: [{ name: 'input', shape: ['batch', 3, 224, 224] }],
    outputs: [{ name: 'output', shape: ['batch', 512] }],
    initializers: [{ name: 'w', location: 'embedding.onnx.data' }],
  }),
];

/** Bytes that matter to the wire format more than chance would bring. */
const NASTY = [0x00, 0x7f, 0x80, 0xff, 0x0a, 0x3a, 0x72, 0x08, 0x0b, 0x0f];

function mutate(file: Uint8Array, random: (below: number) => number): Uint8Array {
  let out = file.slice();
  for (let edits = 1 + random(6); edits > 0; edits--) {
    const at = random(Math.max(out.length, 1));
    switch (random(5)) {
      case 0:
        out[at] = random(256);
        break;
      case 1:
        out[at] = NASTY[random(NASTY.length)]!;
        break;
      case 2:
        out = out.slice(0, at);
        break;
      case 3:
        out = Uint8Array.from([...out.subarray(0, at), ...out.subarray(random(out.length + 1))]);
        break;
      default:
        if (out.length > 0) out[at] = out[at]! ^ (1 << random(8));
    }
  }
  return out;
}

describe('a damaged model file', () => {
  it(`never hangs and never throws (${FILES} mutated files)`, () => {
    const random = generator(20_261_125);
    let read = 0;
    let refused = 0;
    let slowest = 0;
    for (let i = 0; i < FILES; i++) {
      const file = mutate(SEEDS[i % SEEDS.length]!, random);
      const start = performance.now();
      const result = readOnnxFile(file);
      if (result.ok) {
        read++;
        const info = result.value;
        const card = describeModel(info, { name: 'x.onnx', sha256: '' });
        expect(JSON.stringify(card.arguments)).not.toContain('/home/me');
        readYoloContract(info, info.inputs, info.outputs, 'pose');
        readYoloContract(info, info.inputs, info.outputs, 'detect', { imgsz: [640, 640] });
        readEmbedderContract(info, info.inputs, info.outputs);
      } else {
        refused++;
        if (result.error.message.length < 10) throw new Error('a refusal without words');
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    // Both outcomes must be frequent, or the mutations prove nothing.
    expect(read).toBeGreaterThan(FILES / 20);
    expect(refused).toBeGreaterThan(FILES / 4);
    expect(slowest).toBeLessThan(2000);
    // Half a minute alone; the limit leaves room for a busy machine.
  }, 240_000);
});
