/** The committed sample folder against its truth, and the maker's determinism. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderPhoto } from '../../../scripts/sample/photo.js';
import type { PhotoSpec, TruthPhoto } from '../../../scripts/sample/photo.js';
import { trainingPlan } from '../../../scripts/sample/plan.js';
import { LOOKALIKES, SAMPLE_DOGS } from '../../../scripts/sample/sample_dogs.js';
import { samplePlan } from '../../../scripts/sample/sample_plan.js';

const ROOT = join(import.meta.dirname, '../../../public/sample');
const NAMES = ['left_eye', 'right_eye', 'nose', 'left_ear', 'right_ear'];

const { photos } = JSON.parse(readFileSync(join(ROOT, 'truth.json'), 'utf8')) as {
  photos: TruthPhoto[];
};
const dogs = photos.filter((p) => p.identity !== null);

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [relative(ROOT, path).split(sep).join('/')];
  });
}

const seen = (p: TruthPhoto, name: string): boolean =>
  p.keypoints.some((k) => k.name === name && k.visible);

describe('the sample folder', () => {
  it('holds exactly the photos of its truth, the truth and a README', () => {
    const expected = [...photos.map((p) => p.path), 'truth.json', 'README.md'].sort();
    expect(files(ROOT).sort()).toEqual(expected);
    expect(
      samplePlan(800)
        .map((s) => s.path)
        .sort(),
    ).toEqual(photos.map((p) => p.path).sort());
  });

  it('has twelve dogs with five photos each and six photos without a dog', () => {
    const counts = new Map<string, number>();
    for (const p of dogs) {
      expect(p.path.split('/')[0]).toBe(p.identity);
      counts.set(p.identity ?? '', (counts.get(p.identity ?? '') ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(new Array<number>(12).fill(5));
    const empty = photos.filter((p) => p.identity === null);
    expect(empty).toHaveLength(6);
    for (const p of empty) {
      expect(p.bbox).toBeNull();
      expect(p.keypoints).toEqual([]);
      expect(p.path).not.toContain('/');
    }
  });

  it('has boxes and visible keypoints inside every photo', async () => {
    for (const p of photos) {
      const { width, height, format } = await sharp(join(ROOT, p.path)).metadata();
      expect(format, p.path).toBe('jpeg');
      if (p.identity === null) continue;
      expect(p.bbox, p.path).not.toBeNull();
      const [x1, y1, x2, y2] = p.bbox ?? [0, 0, 0, 0];
      expect(x1 >= 0 && y1 >= 0 && x2 <= width && y2 <= height, p.path).toBe(true);
      expect(Math.min(x2 - x1, y2 - y1), p.path).toBeGreaterThan(20);
      expect(p.keypoints.map((k) => k.name)).toEqual(NAMES);
      for (const k of p.keypoints) {
        if (!k.visible) continue;
        expect(
          k.x >= x1 - 3 && k.x <= x2 + 3 && k.y >= y1 - 3 && k.y <= y2 + 3,
          `${p.path} ${k.name}`,
        ).toBe(true);
      }
    }
  });

  it('shows both eyes and the nose in most photos and has eight hard ones', () => {
    const faces = dogs.filter((p) => ['left_eye', 'right_eye', 'nose'].every((n) => seen(p, n)));
    expect(faces.length).toBeGreaterThanOrEqual(40);
    const hard = dogs.flatMap((p) => (p.hard === undefined ? [] : [p.hard])).sort();
    expect(hard).toEqual([
      'backlit',
      'backlit',
      'behind',
      'behind',
      'hidden',
      'hidden',
      'small',
      'small',
    ]);
    for (const p of dogs) {
      if (p.hard === 'behind' || p.hard === 'hidden') {
        expect(seen(p, 'left_eye') && seen(p, 'right_eye'), p.path).toBe(false);
      }
    }
  });

  it("names left and right as the dog's own: its left eye is at image right when it looks at us", () => {
    const frontal = dogs.filter((p) => ['left_eye', 'right_eye', 'nose'].every((n) => seen(p, n)));
    for (const p of frontal) {
      const x = (name: string): number => p.keypoints.find((k) => k.name === name)?.x ?? NaN;
      expect(x('left_eye'), p.path).toBeGreaterThan(x('right_eye'));
    }
  });

  it('has pairs of dogs that differ only in their markings', () => {
    const dog = (name: string): (typeof SAMPLE_DOGS)[number] => {
      const found = SAMPLE_DOGS.find((d) => d.name === name);
      if (found === undefined) throw new Error(`no dog named ${name}`);
      return found;
    };
    expect(LOOKALIKES.length).toBeGreaterThanOrEqual(3);
    for (const [a, b] of LOOKALIKES) {
      expect(dog(a).build).toEqual(dog(b).build);
      expect(dog(a).coat.markings).not.toEqual(dog(b).coat.markings);
      const colors = (name: string): Set<string> =>
        new Set(
          [dog(name).coat.base, ...dog(name).coat.markings.map((m) => m.color)].map((c) =>
            JSON.stringify(c),
          ),
        );
      // Every colour of the plainer coat occurs on the other one.
      const [few, many] = [colors(a), colors(b)].sort((p, q) => p.size - q.size);
      for (const c of few ?? []) expect(many?.has(c), `${a} and ${b}: ${c}`).toBe(true);
    }
  });

  it('stays within 6 MB', () => {
    const bytes = files(ROOT).reduce((sum, f) => sum + statSync(join(ROOT, f)).size, 0);
    expect(bytes).toBeLessThanOrEqual(6 * 1024 * 1024);
  });
});

describe('the maker', () => {
  it('renders the same pixels and truth from the same seed, and others from another', () => {
    const [first] = samplePlan(96);
    if (first === undefined) throw new Error('empty plan');
    const spec: PhotoSpec = { ...first, width: 96, height: 72 };
    const a = renderPhoto(spec);
    const b = renderPhoto(spec);
    expect(Buffer.from(a.picture.rgb).equals(Buffer.from(b.picture.rgb))).toBe(true);
    expect(a.truth).toEqual(b.truth);
    const c = renderPhoto({ ...spec, seed: spec.seed + 1 });
    expect(Buffer.from(a.picture.rgb).equals(Buffer.from(c.picture.rgb))).toBe(false);
  });

  it('takes training dogs that are not in the sample', () => {
    const plan = trainingPlan({ dogs: 40, photos: 1, negatives: 5, longSide: 96, seed: 1 });
    expect(plan.filter((s) => s.dog === null)).toHaveLength(5);
    const coats = new Set(SAMPLE_DOGS.map((d) => JSON.stringify([d.build, d.coat])));
    for (const s of plan) {
      if (s.dog !== null) expect(coats.has(JSON.stringify([s.dog.build, s.dog.coat]))).toBe(false);
    }
  });
});
