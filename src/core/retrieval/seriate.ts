/**
 * Average-linkage clustering whose leaves are laid out so that like lies beside like. Nearest-neighbour chain
 * (Müllner, "Modern hierarchical, agglomerative clustering algorithms", 2011): O(n²) time, one n² copy.
 */
import type { SimilarityMatrix } from '../types';

/** Leaf order of the whole matrix: a permutation of 0..n-1. Deterministic: ties take the lower index. */
export function seriate(similarity: SimilarityMatrix): number[] {
  const { n } = similarity;
  if (n === 0) return [];
  const merges = averageLinkage(similarity);
  const leaves: (number[] | undefined)[] = Array.from({ length: n }, (_, i) => [i]);
  for (const [a, b] of merges) {
    // The merged cluster lives on in the slot of b, as in `averageLinkage`.
    leaves[b] = join(leaves[a] ?? [], leaves[b] ?? [], similarity);
    leaves[a] = undefined;
  }
  return leaves.find((list) => list !== undefined) ?? [];
}

/** Merges in chain order (children before parents): [a, b] means that a joins b and the union is called b. */
function averageLinkage(similarity: SimilarityMatrix): [number, number][] {
  const { n } = similarity;
  const s = similarity.data.slice();
  const size = new Int32Array(n).fill(1);
  const found: [number, number][] = [];
  const chain: number[] = [];
  let firstAlive = 0;
  for (let merged = 0; merged < n - 1; merged++) {
    if (chain.length === 0) {
      while (size[firstAlive] === 0) firstAlive++;
      chain.push(firstAlive);
    }
    for (;;) {
      const a = chain.at(-1)!;
      const previous = chain.length > 1 ? chain.at(-2)! : -1;
      // The previous link wins a tie, or the chain could circle for ever.
      let b = previous;
      let best = previous >= 0 ? s[a * n + previous]! : -Infinity;
      for (let j = 0; j < n; j++) {
        if (size[j]! > 0 && j !== a && s[a * n + j]! > best) {
          best = s[a * n + j]!;
          b = j;
        }
      }
      if (b !== previous) {
        chain.push(b);
        continue;
      }
      chain.length -= 2;
      found.push([a, b]);
      mergeInto(s, size, n, a, b);
      break;
    }
  }
  return found;
}

function mergeInto(s: Float32Array, size: Int32Array, n: number, a: number, b: number): void {
  const wa = size[a]!;
  const wb = size[b]!;
  for (let j = 0; j < n; j++) {
    if (size[j] === 0 || j === a || j === b) continue;
    const mean = (wa * s[a * n + j]! + wb * s[b * n + j]!) / (wa + wb);
    s[b * n + j] = mean;
    s[j * n + b] = mean;
  }
  size[b] = wa + wb;
  size[a] = 0;
}

/** Joins two laid-out clusters by their most similar ends. */
function join(a: number[], b: number[], { n, data }: SimilarityMatrix): number[] {
  const at = (i: number | undefined, j: number | undefined): number =>
    i === undefined || j === undefined ? -Infinity : data[i * n + j]!;
  const options = [
    { score: at(a.at(-1), b[0]), turnA: false, turnB: false },
    { score: at(a.at(-1), b.at(-1)), turnA: false, turnB: true },
    { score: at(a[0], b[0]), turnA: true, turnB: false },
    { score: at(a[0], b.at(-1)), turnA: true, turnB: true },
  ];
  let best = options[0]!;
  for (const option of options) if (option.score > best.score) best = option;
  return [...(best.turnA ? a.toReversed() : a), ...(best.turnB ? b.toReversed() : b)];
}
