import { describe, expect, it } from 'vitest';
import {
  candidateId,
  fitCandidates,
  kernelCandidates,
  valueCandidates,
} from '../../../src/core/doctor/candidates';
import { diagnose, MAX_TRIALS } from '../../../src/core/doctor/diagnose';
import { pairMoments, separationOf } from '../../../src/core/doctor/separation';
import { seededRandom } from '../../../src/core/evaluation/random';
import type { EmbedderRules } from '../../../src/core/doctor/candidates';
import type { EmbeddingMatrix } from '../../../src/core/types';
import { testRecipe } from '../recipe/testRecipe';

const given = testRecipe.embedder;
const DOGS = 12;
const PHOTOS = 5;
const DIM = 16;
const identities = Array.from({ length: DOGS * PHOTOS }, (_, i) => `dog ${Math.floor(i / PHOTOS)}`);

/** Clusters of unit vectors; more noise, worse separation. The draws are the same for every recipe. */
function clusters(noise: number): EmbeddingMatrix {
  const next = seededRandom(7);
  const gauss = (): number =>
    Math.sqrt(-2 * Math.log(next() || 1e-9)) * Math.cos(2 * Math.PI * next());
  const centres = Array.from({ length: DOGS * DIM }, gauss);
  const data = new Float32Array(identities.length * DIM);
  for (let i = 0; i < identities.length; i++) {
    const row = Array.from(
      { length: DIM },
      (_, k) => centres[Math.floor(i / PHOTOS) * DIM + k]! + noise * gauss(),
    );
    const norm = Math.hypot(...row);
    row.forEach((value, k) => (data[i * DIM + k] = value / norm));
  }
  return { rows: identities.length, dim: DIM, data };
}

const right: EmbedderRules = {
  ...given,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  colour: 'bgr',
  fit: 'pad',
};

/** A network trained with `right`: every choice that differs adds noise; kernels hardly differ. */
function embed(rules: EmbedderRules): Promise<EmbeddingMatrix> {
  let noise = 0.5;
  if (rules.colour !== right.colour) noise += 0.8;
  if (rules.mean[0] !== right.mean[0]) noise += 0.6;
  if (rules.scale !== right.scale) noise += 1.5;
  if (rules.fit !== right.fit) noise += 0.3;
  if (rules.resize !== right.resize) noise += 0.0005;
  return Promise.resolve(clusters(noise));
}

describe('diagnose', () => {
  it('finds a planted recipe that differs in colour, mean/std and fit from the one in use', async () => {
    const result = await diagnose({ given, identities, embed });
    if (!result.ok) throw new Error(result.error.message);
    const { recommended, trials } = result.value;
    expect(recommended.rules).toMatchObject({
      mean: right.mean,
      colour: 'bgr',
      fit: 'pad',
      scale: 255,
    });
    expect(trials[0]!.candidate).toBe(recommended);
    expect(result.value.givenId).toBe('imagenet rgb squash pil-bilinear');
    const used = trials.find(({ candidate }) => candidate.id === result.value.givenId)!;
    expect(used.behind!.low).toBeGreaterThan(0);
  });

  it('says undecided between kernels that hardly differ, and which', async () => {
    const result = await diagnose({ given, identities, embed });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.certainty).toBe('undecided');
    expect(result.value.undecidedWith.every(({ round }) => round === 'kernel')).toBe(true);
    expect(result.value.undecidedWith.length).toBeGreaterThanOrEqual(1);
    expect(result.value.summary).toContain('cannot be told from');
  });

  it('is sure when every other recipe is clearly worse', async () => {
    const harsh = (rules: EmbedderRules): Promise<EmbeddingMatrix> =>
      rules.resize === 'pil-bilinear' ? embed(rules) : Promise.resolve(clusters(3));
    const result = await diagnose({ given, identities, embed: harsh });
    expect(result.ok && result.value.certainty).toBe('sure');
  });

  it('reports progress and tries no recipe twice', async () => {
    const seen: string[] = [];
    const steps: number[] = [];
    await diagnose({
      given,
      identities,
      embed: (rules) => {
        seen.push(candidateId(rules));
        return embed(rules);
      },
      onProgress: (done) => steps.push(done),
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeLessThanOrEqual(MAX_TRIALS);
    expect(steps).toEqual(seen.map((_, i) => i + 1));
  });

  it('refuses a folder that cannot answer', async () => {
    const alone = identities.map((_, i) => `dog ${i}`);
    const result = await diagnose({ given, identities: alone, embed });
    expect(!result.ok && result.error.message).toContain('two photos');
  });

  it('does not call vectors that are all alike separated', async () => {
    const flat = {
      rows: identities.length,
      dim: 2,
      data: new Float32Array(identities.length * 2).fill(Math.SQRT1_2),
    };
    const result = await diagnose({ given, identities, embed: () => Promise.resolve(flat) });
    expect(result.ok && result.value.trials[0]!.separation.dPrime).toBe(0);
    expect(result.ok && result.value.certainty).toBe('undecided');
  });
});

describe('separation', () => {
  it('equals the definition over all pairs', () => {
    const matrix = clusters(1);
    const dogOf = identities.map((_, i) => Math.floor(i / PHOTOS));
    const genuine: number[] = [];
    const impostor: number[] = [];
    for (let i = 0; i < matrix.rows; i++) {
      for (let j = i + 1; j < matrix.rows; j++) {
        let s = 0;
        for (let k = 0; k < DIM; k++) s += matrix.data[i * DIM + k]! * matrix.data[j * DIM + k]!;
        (dogOf[i] === dogOf[j] ? genuine : impostor).push(s);
      }
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const variance = (values: number[]): number =>
      values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / values.length;
    const expected =
      (mean(genuine) - mean(impostor)) / Math.sqrt((variance(genuine) + variance(impostor)) / 2);
    const got = separationOf(pairMoments(matrix, dogOf, DOGS));
    expect(got.dPrime).toBeCloseTo(expected, 9);
    expect(got.genuinePairs).toBe(genuine.length);
    expect(got.impostorPairs).toBe(impostor.length);
  });

  it('counts a dog drawn twice as the bootstrap of the figures does', () => {
    const matrix = clusters(1);
    const dogOf = identities.map((_, i) => Math.floor(i / PHOTOS));
    const times = new Int32Array(DOGS);
    times[0] = 2;
    times[1] = 1;
    const got = separationOf(pairMoments(matrix, dogOf, DOGS), times);
    expect(got.genuinePairs).toBe(3 * 10);
    expect(got.impostorPairs).toBe(2 * 25);
  });
});

describe('candidates', () => {
  it('tries the usual values in both colour orders, with the means reversed for BGR', () => {
    const all = valueCandidates(given);
    expect(all).toHaveLength(8);
    const bgr = all.find(({ id }) => id.startsWith('imagenet bgr'))!;
    expect(bgr.rules.mean).toEqual([0.406, 0.456, 0.485]);
  });

  it('tries an unusual given recipe too', () => {
    expect(valueCandidates({ ...given, mean: [0.1, 0.2, 0.3] })).toHaveLength(9);
  });

  it('covers fits and kernels', () => {
    expect(fitCandidates(given)).toHaveLength(3);
    expect(kernelCandidates(given)).toHaveLength(4);
  });
});
