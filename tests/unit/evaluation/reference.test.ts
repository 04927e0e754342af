/** Figures against reference values of scripts/make_metric_fixtures.py (scikit-learn, pytorch-metric-learning, brute force). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dhash } from '../../../src/core/evaluation/dhash';
import { evaluateRun, type Evaluation } from '../../../src/core/evaluation/evaluate';
import { countsAt } from '../../../src/core/evaluation/thresholds';
import type { PhotoOutcome } from '../../../src/core/evaluation/outcomes';
import type { Figure } from '../../../src/core/results/schema';

const TOLERANCE = 1e-9;
const QUERY_FIGURES = ['recallAt1', 'recallAt5', 'recallAt10', 'mAP', 'mapAtR'] as const;
type QueryFigures = Record<(typeof QUERY_FIGURES)[number], number>;

interface Figures {
  readonly identification: { queries: number; micro: QueryFigures; macro: QueryFigures } | null;
  readonly verification: {
    genuineMean: number | null;
    impostorMean: number | null;
    auc: number | null;
    eer: number | null;
    tarAtFar: Record<'0.1' | '0.01' | '0.001', number | null>;
  };
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly intervals?: Record<string, [number, number] | null>;
}

interface ReferenceCase extends Figures {
  readonly name: string;
  readonly dim: number;
  readonly vectors: string;
  readonly paths: string[];
  readonly dogs: (string | null)[];
  readonly thresholds: {
    eer: number;
    'far0.1': number | null;
    cost10: number;
    counts: Record<string, [number, number]>;
  } | null;
  readonly seed?: number;
  /** Recall@1 of the rows and of photos that were lost or not run. */
  readonly endToEnd?: {
    lost: { path: string; dog: string; status: 'no-dog' | 'failed' | 'not-run' }[];
    n: number;
    value: number | null;
    interval: [number, number] | null;
  };
  readonly facts?: { sha256?: string; takenAt?: string | null; dhash?: string }[];
  readonly withoutBursts?: Figures & { pairs: number };
}

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/metrics/${name}`, import.meta.url), 'utf8'));
const floats = (text: string): Float32Array => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
};

const { draws, cases } = load('evaluation.json') as { draws: number; cases: ReferenceCase[] };

function run(reference: ReferenceCase): Evaluation {
  const rows = reference.paths.map((path, i) => ({ path, identity: reference.dogs[i] ?? null }));
  const photos = rows.map((row, i): PhotoOutcome => ({
    ...row,
    status: 'embedded',
    ...reference.facts?.[i],
  }));
  for (const { path, dog, status } of reference.endToEnd?.lost ?? []) {
    photos.push({ path, identity: dog, status });
  }
  const n = rows.length;
  return evaluateRun({
    matrix: { rows: n, dim: reference.dim, data: floats(reference.vectors) },
    rows,
    counts: { photos: n, embedded: n, noDog: 0, failed: 0 },
    photos,
    options: {
      intervals: reference.seed !== undefined,
      draws,
      seed: reference.seed ?? 0,
      rules: [{ kind: 'eer' }, { kind: 'far', target: 0.1 }, { kind: 'cost', ratio: 10 }],
    },
  });
}

function same(
  figure: Figure | undefined,
  expected: number | null | undefined,
  interval?: [number, number] | null,
): void {
  if (expected === null || expected === undefined) {
    expect(figure?.value).toBeNull();
    return;
  }
  if (!figure || figure.value === null) throw new Error(`refused: ${figure?.reason ?? 'missing'}`);
  expect(Math.abs(figure.value - expected)).toBeLessThanOrEqual(TOLERANCE);
  if (interval === undefined) return;
  expect(figure.low === null).toBe(interval === null);
  if (interval === null) return;
  expect(Math.abs((figure.low ?? Number.NaN) - interval[0])).toBeLessThanOrEqual(TOLERANCE);
  expect(Math.abs((figure.high ?? Number.NaN) - interval[1])).toBeLessThanOrEqual(TOLERANCE);
}

function compare(
  metrics: Pick<Evaluation['metrics'], 'verification'> & {
    identification: Omit<Evaluation['metrics']['identification'], 'endToEndRecallAt1'>;
  },
  expected: Figures,
): void {
  const { identification, verification } = metrics;
  for (const name of QUERY_FIGURES) {
    same(
      identification[name],
      expected.identification?.micro[name],
      expected.intervals?.[`micro.${name}`],
    );
    same(
      identification.macro[name],
      expected.identification?.macro[name],
      expected.intervals?.[`macro.${name}`],
    );
  }
  expect(verification.genuinePairs).toBe(expected.genuinePairs);
  expect(verification.impostorPairs).toBe(expected.impostorPairs);
  for (const name of ['genuineMean', 'impostorMean', 'auc', 'eer'] as const) {
    same(verification[name], expected.verification[name], expected.intervals?.[name]);
  }
  for (const far of ['0.1', '0.01', '0.001'] as const) {
    const refused = expected.impostorPairs < 10 / Number(far);
    same(
      verification.tarAtFar[far],
      refused ? null : expected.verification.tarAtFar[far],
      expected.intervals?.[`tarAtFar${far}`],
    );
  }
}

describe('evaluation equals the reference', () => {
  it('has 200 cases of every kind, and large ones', () => {
    expect(cases.length).toBe(204);
    const kinds = new Set(cases.map(({ name }) => name));
    for (const kind of [
      'ordinary',
      'ties',
      'singletons',
      'unlabelled',
      'bursts',
      'one dog',
      'one photo',
      'all equal',
      'no labels',
      'all singletons',
      'many pairs',
      'large',
    ]) {
      expect(kinds).toContain(kind);
    }
    expect(cases.filter(({ intervals }) => intervals).length).toBeGreaterThan(30);
    const drawn = (name: string) => cases.filter(({ intervals }) => intervals?.[name]).length;
    expect(drawn('tarAtFar0.01')).toBeGreaterThanOrEqual(4);
    expect(drawn('tarAtFar0.001')).toBeGreaterThanOrEqual(1);
    expect(cases.filter(({ endToEnd }) => endToEnd?.interval).length).toBeGreaterThan(30);
  });

  it.each(cases.map((reference, index) => [index, reference.name, reference] as const))(
    'case %i (%s)',
    (_index, _name, reference) => {
      const { metrics, table } = run(reference);
      expect(metrics.counts.queries).toBe(reference.identification?.queries ?? 0);
      compare(metrics, reference);
      if (reference.endToEnd) {
        const { endToEndRecallAt1 } = metrics.identification;
        same(endToEndRecallAt1, reference.endToEnd.value, reference.endToEnd.interval);
        expect('n' in endToEndRecallAt1 ? endToEndRecallAt1.n : 0).toBe(reference.endToEnd.n);
      }
      if (reference.withoutBursts) {
        const rest = metrics.withoutBursts;
        expect(rest.pairs).toBe(reference.withoutBursts.pairs);
        if ('reason' in rest) {
          expect(rest.pairs).toBe(0);
        } else {
          expect(rest.queries).toBe(reference.withoutBursts.identification?.queries ?? 0);
          compare(
            {
              identification: rest.identification,
              verification: {
                ...rest.verification,
                histogram: metrics.verification.histogram,
                roc: [],
              },
            },
            reference.withoutBursts,
          );
        }
      }
      const [eer, far, cost] = metrics.thresholds;
      if (reference.thresholds) {
        expect(eer?.threshold).toBe(reference.thresholds.eer);
        expect(cost?.threshold).toBe(reference.thresholds.cost10);
        expect(far?.threshold).toBe(
          reference.impostorPairs < 100 ? null : reference.thresholds['far0.1'],
        );
        for (const [t, [merges, splits]] of Object.entries(reference.thresholds.counts)) {
          expect(countsAt(table, Number(t))).toMatchObject({
            wrongMerges: merges,
            wrongSplits: splits,
          });
        }
      } else {
        expect(eer?.threshold).toBeNull();
      }
      const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
      expect(sum(metrics.verification.histogram.genuine)).toBe(reference.genuinePairs);
      expect(sum(metrics.verification.histogram.impostor)).toBe(reference.impostorPairs);
      expect(sum(metrics.perDog.flatMap(({ histogram }) => histogram.genuine))).toBe(
        reference.genuinePairs,
      );
      expect(sum(metrics.perDog.flatMap(({ histogram }) => histogram.impostor))).toBe(
        2 * reference.impostorPairs,
      );
    },
  );
});

describe('dhash equals the reference', () => {
  const { cases: images } = load('dhash.json') as {
    cases: { width: number; height: number; rgb: string; dhash: string }[];
  };
  it.each(images)('$width x $height', ({ width, height, rgb, dhash: expected }) => {
    const data = Uint8Array.from(Buffer.from(rgb, 'base64'));
    expect(dhash({ width, height, data })).toBe(expected);
  });
});
