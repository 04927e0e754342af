/** The printed report: every figure with its denominator, and the floors that give them a scale. */
import { describe, expect, it } from 'vitest';
import { figureLines } from '../../../scripts/verify/print';
import { COLOUR_DIM } from '../../../src/core/evaluation/colourHistogram';
import { evaluate } from '../../../src/core/evaluation/evaluate';
import { folderOf } from '../evaluation/random';
import { lost, photosOf } from '../evaluation/run';

function printed(sizes: readonly number[], colours = true): string {
  const folder = folderOf(4, [...sizes], { dim: 16 });
  const n = folder.matrix.rows;
  const metrics = evaluate({
    matrix: folder.matrix,
    rows: folder.rows,
    counts: { photos: n + 2, embedded: n, noDog: 1, failed: 1 },
    photos: [
      ...photosOf(folder),
      lost('x/1.jpg', folder.rows[0]!.identity!, 'no-dog'),
      lost('x/2.jpg', folder.rows[0]!.identity!, 'failed'),
    ],
    colours: colours ? folderOf(5, [...sizes], { dim: COLOUR_DIM }).matrix : undefined,
    options: { draws: 50 },
  });
  return figureLines(metrics).join('\n');
}

describe('the printed figures', () => {
  it('hold end-to-end and per-dog figures and both floors, each with its denominator', () => {
    const text = printed([4, 4, 3, 3, 2]);
    expect(text).toMatch(/end to end Recall@1 \d+\.\d % \(\d+ of 18 photos\), 95 % interval/);
    expect(text).toMatch(/per dog +Recall@1 [\d.]+ \(5 dogs\).*; mAP [\d.]+ \(5 dogs\)/);
    expect(text).toMatch(
      /chance +Recall@1 [\d.]+, mAP [\d.]+ \(16 queries\); end to end Recall@1 [\d.]+ \(18 photos\)/,
    );
    expect(text).toMatch(/colours +Recall@1 [\d.]+ \(16 queries\).*; mAP [\d.]+ \(16 queries\)/);
    expect(text).not.toMatch(/anecdote/);
  });

  it('say what few dogs are worth, and why a floor is missing', () => {
    const text = printed([3, 3], false);
    expect(text).toMatch(/! .*anecdote, not a benchmark/i);
    expect(text).toMatch(/colours +not given/);
  });
});
