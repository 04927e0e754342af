/** Of every photo its nearest photo of the same dog and its nearest of another: where the two meet, matches go wrong. */
import { dot } from '../retrieval/dots';
import type { RunStatistics } from './statistics';

export interface NearestScores {
  readonly row: number;
  /** Similarity to the nearest photo of the same dog; null without one. */
  readonly mate: number | null;
  /** The nearest photo of another dog; null without one. */
  readonly impostor: number | null;
  readonly stranger: number | null;
}

/** One entry per labelled row, dog by dog, in the order of `Labels`. */
export function nearestScores({ source, labels }: RunStatistics): NearestScores[][] {
  const { matrix, similarity } = source;
  const { n, data } = similarity;
  const { dogOf, labelled } = labels;
  return labels.rowsOf.map((rows, dog) =>
    rows.map((row) => {
      let mate = -1;
      let stranger = -1;
      let bestMate = -Infinity;
      let bestStranger = -Infinity;
      const base = row * n;
      for (let x = 0; x < labelled.length; x++) {
        const other = labelled[x]!;
        const s = data[base + other]!;
        if (dogOf[other] !== dog) {
          if (s > bestStranger) {
            bestStranger = s;
            stranger = other;
          }
        } else if (s > bestMate && other !== row) {
          bestMate = s;
          mate = other;
        }
      }
      return {
        row,
        mate: mate < 0 ? null : dot(matrix, row, mate),
        impostor: stranger < 0 ? null : dot(matrix, row, stranger),
        stranger: stranger < 0 ? null : stranger,
      };
    }),
  );
}
