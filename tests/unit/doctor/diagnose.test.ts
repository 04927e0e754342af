import { describe, expect, it } from 'vitest';
import {
  candidateId,
  fitCandidates,
  kernelCandidates,
  valueCandidates,
} from '../../../src/core/doctor/candidates';
import {
  diagnose,
  MAX_TRIALS,
  type Choice,
  type Diagnosis,
} from '../../../src/core/doctor/diagnose';
import {
  dogSums,
  pairedInterval,
  SEPARATION_BINS,
  separationDraws,
  separationOf,
  separationScore,
} from '../../../src/core/doctor/separation';
import { pickPhotos } from '../../../src/core/doctor/pickPhotos';
import { seededRandom } from '../../../src/core/evaluation/random';
import type { ChoiceName, EmbedderRules } from '../../../src/core/doctor/candidates';
import { RESIZE_KERNELS } from '../../../src/core/recipe/schema';
import type { EmbeddingMatrix } from '../../../src/core/types';
import { testRecipe } from '../recipe/testRecipe';

const given = testRecipe.embedder;
const DOGS = 12;
const PHOTOS = 5;
const DIM = 16;
const identities = Array.from({ length: DOGS * PHOTOS }, (_, i) => `dog ${Math.floor(i / PHOTOS)}`);

/** Clusters of unit vectors; more noise, worse separation. The same centres for every seed. */
function clusters(noise: number, seed = 7): EmbeddingMatrix {
  const next = seededRandom(7);
  const jitter = seededRandom(seed);
  const gauss = (random: () => number): number =>
    Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: DOGS * DIM }, () => gauss(next));
  const data = new Float32Array(identities.length * DIM);
  for (let i = 0; i < identities.length; i++) {
    const row = Array.from(
      { length: DIM },
      (_, k) => centres[Math.floor(i / PHOTOS) * DIM + k]! + noise * gauss(jitter),
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

async function diagnosed(input: Partial<Parameters<typeof diagnose>[0]> = {}): Promise<Diagnosis> {
  const result = await diagnose({ given, identities, embed, ...input });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const choice = ({ choices }: Diagnosis, name: ChoiceName): Choice =>
  choices.find((one) => one.name === name)!;

describe('diagnose', () => {
  it('finds a planted recipe that differs in colour, mean/std and fit from the one in use', async () => {
    const diagnosis = await diagnosed();
    const { recommended, trials } = diagnosis;
    expect(recommended.rules).toMatchObject({
      mean: right.mean,
      colour: 'bgr',
      fit: 'pad',
      scale: 255,
    });
    expect(diagnosis.givenId).toBe('imagenet rgb squash pil-bilinear');
    const used = trials.find(({ candidate }) => candidate.id === diagnosis.givenId)!;
    expect(used.standing).toBe('worse');
    expect(used.behindInterval!.low).toBeGreaterThan(0);
    for (const name of ['colour', 'values', 'fit'] as const) {
      expect(choice(diagnosis, name).certainty).toBe('sure');
    }
    expect(diagnosis.separates).toBe(true);
    expect(diagnosis.summary).toMatch(/^Change \(sure\): colour order BGR instead of RGB/);
  });

  it('says undecided between kernels that hardly differ, which, and keeps the one in use', async () => {
    const diagnosis = await diagnosed();
    const kernel = choice(diagnosis, 'kernel');
    expect(kernel.certainty).toBe('undecided');
    expect(kernel.chosen).toBe(given.resize);
    expect([...kernel.rivals].sort()).toEqual(
      RESIZE_KERNELS.filter((name) => name !== given.resize).sort(),
    );
    expect(diagnosis.certainty).toBe('undecided');
    expect(diagnosis.summary).toContain('Undecided: resize kernel (pil-bilinear or ');
  });

  it('keeps the recipe in use where a better score is mere chance, and calls no change sure', async () => {
    // Every recipe is as good as any other, on noise of its own: the best of 15 is the best by luck.
    const RUNS = 20;
    let kept = 0;
    let sure = 0;
    for (let run = 0; run < RUNS; run++) {
      let seed = 1000 * run + 1;
      const luck = (): Promise<EmbeddingMatrix> => Promise.resolve(clusters(1, seed++));
      const { choices, recommended, givenId } = await diagnosed({ embed: luck });
      if (recommended.id === givenId) kept++;
      if (choices.some((one) => one.chosen !== one.given && one.certainty === 'sure')) sure++;
    }
    expect(kept).toBeGreaterThanOrEqual(0.75 * RUNS);
    expect(sure).toBeLessThanOrEqual(0.05 * RUNS);
  });

  it('tells a steady difference that is too small to act on from chance', async () => {
    const slightly = (rules: EmbedderRules): Promise<EmbeddingMatrix> =>
      Promise.resolve(clusters(rules.resize === given.resize ? 0.5 : 0.52));
    const { trials } = await diagnosed({ embed: slightly });
    const others = trials.filter(({ candidate }) => candidate.words.kernel !== given.resize);
    expect(others).toHaveLength(3);
    for (const { standing, behindInterval } of others) {
      expect(behindInterval!.low).toBeGreaterThan(0);
      expect(standing).toBe('too-small');
    }
  });

  it('keeps the recipe in use where another is steadily better by a little, and does not call that chance', async () => {
    const slightly = (rules: EmbedderRules): Promise<EmbeddingMatrix> =>
      Promise.resolve(clusters(rules.resize === given.resize ? 0.52 : 0.5));
    const { trials, recommended, givenId, summary } = await diagnosed({ embed: slightly });
    expect(recommended.id).toBe(givenId);
    const others = trials.filter(({ candidate }) => candidate.words.kernel !== given.resize);
    expect(others).toHaveLength(3);
    for (const { standing, behindInterval } of others) {
      expect(behindInterval!.high).toBeLessThan(0);
      expect(standing).toBe('too-small');
    }
    expect(summary).toContain('no other recipe is better by 5 % or more');
    expect(summary).not.toContain('better beyond chance');
  });

  it('is sure when every other recipe is clearly worse', async () => {
    const harsh = (rules: EmbedderRules): Promise<EmbeddingMatrix> =>
      rules.resize === 'pil-bilinear' ? embed(rules) : Promise.resolve(clusters(3));
    expect((await diagnosed({ embed: harsh })).certainty).toBe('sure');
  });

  it('does not recommend anything on vectors that know no dogs', async () => {
    const noise = (): Promise<EmbeddingMatrix> => Promise.resolve(clusters(1000));
    const diagnosis = await diagnosed({ embed: noise });
    expect(diagnosis.separates).toBe(false);
    expect(diagnosis.summary).toContain('no embedder of dogs');
  });

  it('ends with what embedding rejects with', async () => {
    const lost = (): Promise<never> => Promise.reject(new Error('cancelled'));
    await expect(diagnose({ given, identities, embed: lost })).rejects.toThrow('cancelled');
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
    expect(steps).toEqual([...seen.map((_, i) => i + 1), seen.length]);
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
    expect(result.ok && result.value.trials[0]!.separation.score).toBe(0);
    expect(result.ok && result.value.separates).toBe(false);
    expect(result.ok && result.value.certainty).toBe('undecided');
  });
});

describe('separation', () => {
  const matrix = clusters(1);
  const dogOf = identities.map((_, i) => Math.floor(i / PHOTOS));
  const sums = dogSums(matrix, dogOf, DOGS);
  const similarity = (i: number, j: number): number => {
    let s = 0;
    for (let k = 0; k < DIM; k++) s += matrix.data[i * DIM + k]! * matrix.data[j * DIM + k]!;
    return s;
  };
  const mean = (values: readonly number[]): number =>
    values.reduce((a, b) => a + b, 0) / values.length;

  /** The definition, photo by photo; a dog that counts twice is there twice as a stranger and as a query. */
  function byDefinition(times: readonly number[]): number {
    const scores: number[] = [];
    times.forEach((t, dog) => {
      if (t === 0) return;
      const own = dogOf.flatMap((d, i) => (d === dog ? [i] : []));
      const zs = own.map((i) => {
        const mates = own.filter((j) => j !== i).map((j) => similarity(i, j));
        const strangers = dogOf.flatMap((d, j) =>
          d === dog ? [] : Array.from({ length: times[d]! }, () => similarity(i, j)),
        );
        const centre = mean(strangers);
        const spread = Math.sqrt(mean(strangers.map((s) => (s - centre) ** 2)));
        return (mean(mates) - centre) / spread;
      });
      for (let n = 0; n < t; n++) scores.push(mean(zs));
    });
    return mean(scores);
  }

  it('equals the definition, for all dogs and for a draw', () => {
    const once = Array.from({ length: DOGS }, () => 1);
    expect(separationScore(sums)).toBeCloseTo(byDefinition(once), 9);
    const draw = [2, 0, 1, 0, 3, 1, 1, 0, 2, 1, 1, 0];
    expect(separationScore(sums, draw)).toBeCloseTo(byDefinition(draw), 9);
  });

  it('counts every pair once', () => {
    const { genuinePairs, impostorPairs, genuineMean } = separationOf(sums, separationDraws(sums));
    expect(genuinePairs).toBe((DOGS * PHOTOS * (PHOTOS - 1)) / 2);
    expect(impostorPairs).toBe((DOGS * (DOGS - 1) * PHOTOS * PHOTOS) / 2);
    const { genuine, impostor } = sums.histogram;
    expect(genuine).toHaveLength(SEPARATION_BINS);
    expect(genuine.reduce((a, b) => a + b)).toBe(genuinePairs);
    expect(impostor.reduce((a, b) => a + b)).toBe(impostorPairs);
    const centre = genuine.reduce(
      (sum, n, bin) => sum + n * ((2 * (bin + 0.5)) / SEPARATION_BINS - 1),
      0,
    );
    expect(centre / genuinePairs).toBeCloseTo(genuineMean, 2);
  });

  it('draws other dogs every time, the same for every recipe', () => {
    const draws = separationDraws(sums);
    expect(new Set(draws).size).toBeGreaterThan(900);
    const interval = separationOf(sums, draws).interval!;
    expect(interval.low).toBeLessThan(separationScore(sums));
    expect(interval.high).toBeGreaterThan(separationScore(sums));
    const same = pairedInterval(draws, separationDraws(sums))!;
    expect(same).toEqual({ low: 0, high: 0 });
    const other = pairedInterval(draws, separationDraws(dogSums(clusters(1.5), dogOf, DOGS)))!;
    expect(other.high - other.low).toBeGreaterThan(0.01);
  });

  it('is not moved by level and scale of the similarities', () => {
    // One more axis that all vectors share raises every similarity and shrinks every difference alike.
    const dim = DIM + 1;
    const data = new Float32Array(matrix.rows * dim);
    for (let i = 0; i < matrix.rows; i++) {
      for (let k = 0; k < DIM; k++) data[i * dim + k] = matrix.data[i * DIM + k]! * 0.6;
      data[i * dim + DIM] = 0.8;
    }
    const lifted = dogSums({ rows: matrix.rows, dim, data }, dogOf, DOGS);
    expect(separationScore(lifted)).toBeCloseTo(separationScore(sums), 4);
  });
});

describe('pickPhotos', () => {
  it('takes pairs of every dog first, leaves single photos and unnamed ones out, keeps to the limit', () => {
    const names = ['a', null, 'a', 'b', 'c', 'c', 'c', 'a', 'c'];
    expect(pickPhotos(names)).toEqual([0, 2, 4, 5, 6, 7, 8]);
    expect(pickPhotos(names, 4)).toEqual([0, 2, 4, 5]);
  });
});

describe('candidates', () => {
  it('tries the usual values in both colour orders, with the means reversed for BGR', () => {
    const all = valueCandidates(given);
    expect(all).toHaveLength(10);
    const bgr = all.find(({ id }) => id.startsWith('imagenet bgr'))!;
    expect(bgr.rules.mean).toEqual([0.406, 0.456, 0.485]);
  });

  it('tries an unusual given recipe too', () => {
    expect(valueCandidates({ ...given, mean: [0.1, 0.2, 0.3] })).toHaveLength(11);
  });

  it('covers fits and kernels', () => {
    expect(fitCandidates(given)).toHaveLength(3);
    expect(kernelCandidates(given)).toHaveLength(4);
  });
});
