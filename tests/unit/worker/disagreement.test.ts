/** A planted disagreement of WebGPU, from the self-check's outputs to the sentence on the page. */
import { describe, expect, it } from 'vitest';
import { compareOutputs, type StageOutput, type YoloCut } from '../../../src/core/stages/agreement';
import { agreementText, backendDoubt } from '../../../src/state/backendDoubt';
import { createClient } from '../../../src/worker/client/createClient';
import type { BackendChoice, BackendReport, SelfCheck } from '../../../src/worker/contract';
import { BUNDLE, fakeWorker, OPTIONS } from './fakes';

/** Anchors of 256 x 256 px, as in a real export. */
const ANCHORS = 1344;
const RAW: YoloCut = { rows: 5, columns: ANCHORS, form: 'raw', keypoints: null, half: false };
const POSE: YoloCut = { ...RAW, rows: 17, keypoints: { count: 4, dims: 3 } };

type Change = (value: number, row: number, anchor: number) => number;
const same: Change = (value) => value;

/** Raw output of real magnitudes: coordinates up to 256 px, one dog of 0.85 among scores near 0. */
function raw(cut: YoloCut, change: Change): Float32Array {
  const data = new Float32Array(cut.rows * cut.columns);
  for (let row = 0, at = 0; row < cut.rows; row++) {
    for (let anchor = 0; anchor < cut.columns; anchor++, at++) {
      const place = (anchor * 37 + row * 101) % 256;
      const score = anchor === 700 ? 0.85 : 1e-4 * (1 + (anchor % 7));
      const visibility = row > 4 && (row - 5) % 3 === 2;
      const value = row === 4 ? score : visibility ? 0.5 + (anchor % 50) / 100 : place;
      data[at] = change(value, row, anchor);
    }
  }
  return data;
}

const detector = (change: Change): StageOutput => ({
  slot: 'detector',
  data: raw(RAW, change),
  cut: RAW,
});
const keypoint = (change: Change): StageOutput => ({
  slot: 'keypoint',
  data: raw(POSE, change),
  cut: POSE,
});
const EMBEDDER = [0.6, -0.8, 0];
const embedder = (values: readonly number[]): StageOutput => ({
  slot: 'embedder',
  data: Float32Array.from(values),
  cut: null,
});

interface Planted {
  readonly detector?: Change;
  readonly keypoint?: Change;
  readonly embedder?: readonly number[];
}

const stages = (planted: Planted = {}): StageOutput[] => [
  detector(planted.detector ?? same),
  keypoint(planted.keypoint ?? same),
  embedder(planted.embedder ?? EMBEDDER),
];

/** What `prepare` reports where WebGPU gives what is planted; the GPU is faster. */
async function reportWith(planted: Planted, choice: BackendChoice): Promise<BackendReport> {
  const check = (outputs: readonly StageOutput[], medianMs: number): SelfCheck => ({
    outputs,
    medianMs,
  });
  const client = createClient({
    size: 2,
    inference: () =>
      fakeWorker({
        gpu: { adapter: 'a real one', software: false, decoder: 'fake' },
        setup: (backend) =>
          Promise.resolve({
            ok: true,
            value: backend === 'wasm' ? check(stages(), 40) : check(stages(planted), 2),
          }),
      }),
    analysis: () => {
      throw new Error('not asked for');
    },
  });
  const ready = await client.prepare(BUNDLE, choice, OPTIONS, () => undefined);
  client.close();
  if (!ready.ok) throw new Error(ready.error.message);
  return ready.value.report;
}

const scores =
  (to: Change): Change =>
  (value, row, anchor) =>
    row === 4 ? to(value, row, anchor) : value;
const visibilities =
  (to: Change): Change =>
  (value, row, anchor) =>
    row > 4 && (row - 5) % 3 === 2 ? to(value, row, anchor) : value;

describe('a backend that disagrees', () => {
  it.each<readonly [string, Planted, string]>([
    [
      'an embedder that is turned',
      { embedder: [-0.6, -0.8, 0] },
      'embedder: cosine 0.28000 between the embeddings, 0.999 is needed',
    ],
    [
      'an embedder turned by a little more than is allowed',
      { embedder: [0.6, -0.8, 0.05] },
      'embedder: cosine 0.99875',
    ],
    [
      'an embedder of no numbers',
      { embedder: [Number.NaN, 0, 0] },
      'embedder: embeddings that are not numbers',
    ],
    [
      'a detector without scores',
      { detector: scores(() => 0) },
      'detector: scores differ by 0.850, 0.005 is allowed',
    ],
    [
      'a detector with NaN for a score',
      { detector: scores((value, _, anchor) => (anchor === 3 ? Number.NaN : value)) },
      'detector: scores that are not numbers',
    ],
    [
      'keypoints without visibility',
      { keypoint: visibilities(() => 0) },
      'keypoint model: visibilities differ by 0.990, 0.005 is allowed',
    ],
    [
      'boxes that lie two pixels off',
      { detector: (value, row) => (row === 0 ? value + 2 : value) },
      'detector: boxes differ by 2.00 px, 1 px is allowed',
    ],
    [
      'one keypoint of one candidate three pixels off',
      { keypoint: (value, row, anchor) => (row === 5 && anchor === 700 ? value + 3 : value) },
      'keypoint model: keypoints differ by 3.00 px, 1 px is allowed',
    ],
  ])('is left out by itself and its stage named: %s', async (_, planted, found) => {
    const report = await reportWith(planted, 'auto');
    expect(report.backend).toBe('wasm');
    const doubt = backendDoubt(report);
    expect(doubt?.inUse).toBe(false);
    expect(doubt?.message).toMatch(/^WebGPU gives other results than WASM/);
    expect(doubt?.message).toContain(found);
    expect(doubt?.message).toContain('WASM is used');
    expect(report.reason).toContain(found);
    expect(agreementText(report.checks)).toContain(found);
  });

  it('is warned of for as long as it is used by choice', async () => {
    const report = await reportWith({ detector: scores(() => 0) }, 'webgpu');
    expect(report.backend).toBe('webgpu');
    const doubt = backendDoubt(report);
    expect(doubt?.inUse).toBe(true);
    expect(doubt?.message).toMatch(/^Do not trust these numbers. WebGPU gives other results/);
    expect(doubt?.message).toContain('detector: scores');
  });

  it('no word where they agree as real float32 backends do, or were not compared', async () => {
    const noise: Change = (value, row, anchor) => value * (1 + 1e-5 * ((row + anchor) % 3));
    const planted = { detector: noise, keypoint: noise, embedder: [0.6, -0.8, 0.001] };
    const report = await reportWith(planted, 'auto');
    expect(report.backend).toBe('webgpu');
    expect(report.checks?.map(({ slot, quantity }) => `${slot} ${quantity}`)).toEqual([
      'detector scores',
      'detector boxes',
      'keypoint scores',
      'keypoint boxes',
      'keypoint keypoints',
      'keypoint visibilities',
      'embedder direction',
    ]);
    expect(backendDoubt(report)).toBeNull();
    expect(agreementText(report.checks)).toBe('all 7 quantities within their limits');
    expect(backendDoubt(await reportWith({ embedder: [1, 0, 0] }, 'wasm'))).toBeNull();
    expect(backendDoubt(null)).toBeNull();
  });
});

describe('comparing outputs', () => {
  const disagreeing = (a: StageOutput[], b: StageOutput[]): string[] =>
    compareOutputs(a, b)
      .filter(({ agrees }) => !agrees)
      .map(({ slot, quantity }) => `${slot} ${quantity}`);

  it('sees wiped scores on a picture in which nothing is found', () => {
    const faint = scores((value) => value / 1e4);
    const wiped = detector(scores(() => 0));
    expect(disagreeing([detector(faint)], [wiped])).toEqual(['detector scores']);
    expect(disagreeing([wiped], [wiped])).toEqual([]);
  });

  it('allows half precision what half precision cannot resolve', () => {
    const cut = { ...RAW, half: true };
    const moved: Change = (value, row) => (row < 4 ? value + 2 : value);
    const a: StageOutput = { slot: 'detector', data: raw(cut, same), cut };
    const b: StageOutput = { slot: 'detector', data: raw(cut, moved), cut };
    expect(disagreeing([a], [b])).toEqual([]);
  });

  it('outputs of different sizes or stages do not agree, and none agree with nothing', () => {
    expect(disagreeing(stages(), [...stages().slice(0, 2), embedder([1])])).toEqual([
      'embedder size',
    ]);
    expect(disagreeing(stages(), stages().slice(0, 2))).toEqual(['embedder size']);
    expect(compareOutputs([], [])).toEqual([]);
  });

  const ROWS: YoloCut = { rows: 4, columns: 6, form: 'end2end', keypoints: null, half: false };
  const rows = (...values: readonly (readonly number[])[]): StageOutput => ({
    slot: 'detector',
    data: Float32Array.from({ length: 24 }, (_, i) => values[Math.floor(i / 6)]?.[i % 6] ?? 0),
    cut: ROWS,
  });
  const dog = [10, 20, 110, 220, 0.9, 0];
  const one = [200, 20, 250, 90, 0.5, 0];
  const two = [20, 200, 90, 250, 0.501, 0];

  it('finished rows: near-ties may change places, boxes and scores may not change', () => {
    expect(disagreeing([rows(dog, two, one)], [rows(dog, one, two)])).toEqual([]);
    const moved = [13, 20, 113, 220, 0.9, 0];
    expect(disagreeing([rows(dog, two)], [rows(moved, two)])).toEqual(['detector boxes']);
    expect(disagreeing([rows(dog, two)], [rows(dog)])).toEqual(['detector scores']);
    expect(disagreeing([rows(dog)], [rows()])).toEqual(['detector scores']);
  });
});
