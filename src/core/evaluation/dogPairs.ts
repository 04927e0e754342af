/** Impostor pairs as each dog sees them: a histogram of all pairs between the dog and others, and the hottest one. */
import { dot } from '../retrieval/dots';
import { gridThreshold } from './cuts';
import type { ImpostorVisitor, PairSource } from './pairs';

/** Bins of 0.05 over [-1, 1]. */
export const DOG_BINS = 40;
const GRID_PER_BIN = 2000 / DOG_BINS;
/** Edges of the bins, ascending, DOG_BINS + 1 of them. */
export const DOG_BIN_EDGES: readonly number[] = Array.from({ length: DOG_BINS + 1 }, (_, b) =>
  gridThreshold(b * GRID_PER_BIN),
);

/** Bin of a similarity; beyond either end counts in the end bin, the last bin is closed. */
export function dogBin(similarity: number): number {
  let low = 0;
  let high = DOG_BINS - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (DOG_BIN_EDGES[middle]! <= similarity) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface HottestPair {
  /** Rows of the dog and of the stranger. */
  readonly row: number;
  readonly stranger: number;
  readonly similarity: number;
}

export class DogPairs {
  private readonly bins: Float64Array;
  private readonly best: (HottestPair | undefined)[];
  private readonly bestSingle: Float32Array;

  constructor(private readonly source: PairSource) {
    const dogs = source.labels.dogs.length;
    this.bins = new Float64Array(dogs * DOG_BINS);
    this.best = Array.from({ length: dogs });
    this.bestSingle = new Float32Array(dogs).fill(-Infinity);
  }

  /** Pairs between the dog and all others, by `dogBin`. */
  histogramOf(dog: number): number[] {
    return Array.from(this.bins.subarray(dog * DOG_BINS, (dog + 1) * DOG_BINS));
  }

  /** The most similar pair between the dog and another, or null where there is none. */
  hottestOf(dog: number): HottestPair | null {
    return this.best[dog] ?? null;
  }

  visitor(cuts: Float64Array): ImpostorVisitor {
    const { dogOf } = this.source.labels;
    const { n, data } = this.source.similarity;
    // Every edge is a cut, so all similarities of one place lie in one bin.
    const binOf = Uint8Array.from({ length: 2 * cuts.length + 1 }, (_, place) => {
      const cut = place >> 1;
      return cut < cuts.length ? dogBin(cuts[cut]!) : 0;
    });
    return (i, j, place) => {
      const bin = binOf[place]!;
      const a = dogOf[i]!;
      const b = dogOf[j]!;
      this.bins[a * DOG_BINS + bin]!++;
      this.bins[b * DOG_BINS + bin]!++;
      const s = data[i * n + j]!;
      if (s >= this.bestSingle[a]!) this.offer(a, i, j, s);
      if (s >= this.bestSingle[b]!) this.offer(b, j, i, s);
    };
  }

  private offer(dog: number, row: number, stranger: number, single: number): void {
    const similarity = dot(this.source.matrix, row, stranger);
    const known = this.best[dog];
    if (known && known.similarity >= similarity) return;
    this.best[dog] = { row, stranger, similarity };
    this.bestSingle[dog] = single;
  }
}
