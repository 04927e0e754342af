import { describe, expect, it } from 'vitest';
import type { PhotoEntry } from '../../../src/state/model';
import { filterEntries, groupByDog } from '../../../src/state/selectors';
import { gallerySizes } from '../../../src/ui/galleries/sizes';
import { castOf, faceBox } from '../../../src/ui/intake/cast';
import { gridOf, photoRows, rowHeight, troubleRows } from '../../../src/ui/photos/layout';
import { createPictures } from '../../../src/ui/shared/pictures';
import { fakeReply } from '../state/fakeClient';

function entries(paths: readonly string[]): PhotoEntry[] {
  return paths.map((path, index) => {
    const slash = path.indexOf('/');
    const identity = slash > 0 ? path.slice(0, slash) : null;
    const { photo, ...rest } = fakeReply({ path, identity, file: new Blob([]) });
    return { index, file: null, record: photo, ...rest };
  });
}

describe('photoRows', () => {
  const all = entries(['a/1.jpg', 'a/2.jpg', 'a/broken.jpg', 'b/1.jpg', 'nodog.jpg']);
  const grid = gridOf(600);

  it('holds every photo once in its dog’s group', () => {
    const rows = photoRows(groupByDog(all), grid, { troubleFirst: true });
    const cells = rows.flatMap((row) => (row.kind === 'cells' ? row.entries : []));
    expect(cells.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(rows.flatMap((row) => (row.kind === 'group' ? [row.name] : []))).toEqual([
      'Not embedded',
      'a',
      'b',
      'No label',
    ]);
  });

  it('lists failures before photos without a dog, and says how many are hidden', () => {
    const many = entries([
      'nodog.jpg',
      ...Array.from({ length: 30 }, (_, i) => `x/broken-${i}.jpg`),
    ]);
    const rows = photoRows(groupByDog(many), grid, { troubleFirst: true });
    const shown = rows.flatMap((row) => (row.kind === 'trouble' ? row.entries : []));
    expect(shown[0]?.record.status).toBe('failed');
    expect(rows).toContainEqual({ kind: 'more', hidden: 31 - shown.length });
    expect(troubleRows(many)).toHaveLength(31);
  });

  it('lays out 10,000 photos, each once', () => {
    const paths = Array.from({ length: 10_000 }, (_, i) => `dog ${i % 700}/${i}.jpg`);
    const many = entries(paths);
    const rows = photoRows(groupByDog(many), gridOf(1392), { troubleFirst: true });
    const height = rows.reduce((sum, row) => sum + rowHeight(row, grid), 0);
    expect(height).toBeGreaterThan(100_000);
    const laid = rows.flatMap((row) => (row.kind === 'cells' ? row.entries : []));
    expect(laid.map(({ record }) => record.path).sort()).toEqual([...paths].sort());
  });

  it('fills the width without running over it', () => {
    for (let width = 160; width < 2600; width += 37) {
      const { columns, cellWidth } = gridOf(width);
      expect(columns * cellWidth + 12 * (columns - 1)).toBeLessThanOrEqual(width);
      expect(cellWidth).toBeGreaterThanOrEqual(150);
    }
  });
});

describe('filterEntries', () => {
  it('filters by status and by branch', () => {
    const all = entries(['a/1.jpg', 'a/2.jpg', 'a/3.jpg', 'a/broken.jpg', 'nodog.jpg']);
    expect(filterEntries(all, 'failed', 'any').map(({ index }) => index)).toEqual([3]);
    const faces = filterEntries(all, 'all', 'face');
    const bodies = filterEntries(all, 'all', 'body');
    expect(faces.length + bodies.length).toBe(3);
    expect(faces.every(({ record }) => record.dogs[0]?.branch === 'face')).toBe(true);
  });
});

describe('gallerySizes', () => {
  it('keeps chips between a thumb and a poster', () => {
    expect(gallerySizes(390, 5).picture).toBe(92);
    expect(gallerySizes(1440, 5).picture).toBe(156);
    expect(gallerySizes(1440, 20).picture).toBe(92);
  });
});

describe('pictures', () => {
  it('gives one URL per blob, revokes the oldest beyond the limit, and all at the end', () => {
    const live = new Set<string>();
    let made = 0;
    const pictures = createPictures(
      {
        createObjectURL: () => {
          const url = `blob:${made++}`;
          live.add(url);
          return url;
        },
        revokeObjectURL: (url) => live.delete(url),
      },
      2,
    );
    const [a, b, c] = [new Blob(['a']), new Blob(['b']), new Blob(['c'])];
    const first = pictures.url(a);
    pictures.url(b);
    expect(pictures.url(a)).toBe(first);
    pictures.url(c);
    expect([...live]).toEqual(['blob:0', 'blob:2']);
    pictures.clear();
    expect(live.size).toBe(0);
  });
});

describe('the story of the first screen', () => {
  const photo = (path: string, identity: string, side: number, visible = true) => ({
    path,
    identity,
    bbox: [0, 0, 4 * side, 4 * side] as const,
    keypoints: ['left_eye', 'right_eye', 'nose'].map((name, i) => ({
      name,
      x: 50 + i * side,
      y: 50 + (i % 2) * side,
      visible,
    })),
  });

  it('casts a dog seen three times, and another one', () => {
    const photos = [1, 2, 3].map((i) => photo(`rex/${i}.jpg`, 'rex', 40));
    expect(castOf(photos)).toBeNull();
    const cast = castOf([...photos, photo('luna/1.jpg', 'luna', 50)]);
    expect(cast?.query.identity).toBe('rex');
    expect(cast?.same).toHaveLength(2);
    expect(cast?.other[0]?.identity).toBe('luna');
  });

  it('frames no face that is not to be seen', () => {
    expect(faceBox(photo('rex/1.jpg', 'rex', 40, false))).toBeNull();
  });
});
