/**
 * Bursts and near-duplicates: photos that say nothing new about a dog. Two photos are a burst pair when their
 * bytes are equal, their dHashes differ in at most 3 of 64 bits, or they were taken in the same EXIF second.
 * Pairs are not chained: a and c are a pair only when they are alike themselves. Dogs are not asked: the same
 * photo in two folders is a burst pair too.
 */
import type { PairFilter } from './gallery';

/** What is known of the photo behind a row; anything may be missing. */
export interface BurstFacts {
  readonly sha256?: string | null | undefined;
  /** `YYYY-MM-DDTHH:MM:SS`. */
  readonly takenAt?: string | null | undefined;
  /** 16 hex digits, see `dhash`. */
  readonly dhash?: string | null | undefined;
}

export interface BurstPairs extends PairFilter {
  /** Row pairs [i, j] with i < j, in order. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Pairs by what gave them away; a pair may count under several. */
  readonly causes: { readonly sameFile: number; readonly dhash: number; readonly second: number };
}

/** Bits of the dHash that may differ. */
export const DHASH_DISTANCE = 3;

/** All burst pairs among rows. Two rows of one photo (several dogs) are none: they show different dogs. */
export function burstPairs(
  facts: readonly BurstFacts[],
  samePhoto: (i: number, j: number) => boolean = () => false,
): BurstPairs {
  const n = facts.length;
  const found = new Set<number>();
  const causes = { sameFile: 0, dhash: 0, second: 0 };
  const add = (i: number, j: number, cause: keyof typeof causes): void => {
    if (samePhoto(i, j)) return;
    causes[cause]++;
    found.add(Math.min(i, j) * n + Math.max(i, j));
  };
  const groups = (key: (fact: BurstFacts) => string | null | undefined): number[][] => {
    const byKey = new Map<string, number[]>();
    facts.forEach((fact, i) => {
      const k = key(fact);
      if (k === null || k === undefined || k === '') return;
      const list = byKey.get(k);
      if (list) list.push(i);
      else byKey.set(k, [i]);
    });
    return [...byKey.values()];
  };
  const addAll = (lists: number[][], cause: keyof typeof causes): void => {
    for (const list of lists) {
      list.forEach((i, x) => {
        for (const j of list.slice(x + 1)) add(i, j, cause);
      });
    }
  };
  addAll(
    groups((fact) => fact.sha256),
    'sameFile',
  );
  addAll(
    groups((fact) => fact.takenAt),
    'second',
  );
  visitDhashPairs(facts, (i, j) => add(i, j, 'dhash'));
  const pairs = [...found]
    .sort((a, b) => a - b)
    .map((key): readonly [number, number] => [Math.floor(key / n), key % n]);
  return {
    pairs,
    causes,
    excludes: (i, j) => found.has(Math.min(i, j) * n + Math.max(i, j)),
  };
}

function visitDhashPairs(
  facts: readonly BurstFacts[],
  visit: (i: number, j: number) => void,
): void {
  const rows: number[] = [];
  const high: number[] = [];
  const low: number[] = [];
  facts.forEach(({ dhash }, i) => {
    if (!dhash || !/^[0-9a-f]{16}$/.test(dhash)) return;
    rows.push(i);
    high.push(Number.parseInt(dhash.slice(0, 8), 16) | 0);
    low.push(Number.parseInt(dhash.slice(8), 16) | 0);
  });
  for (let x = 0; x < rows.length; x++) {
    for (let y = x + 1; y < rows.length; y++) {
      if (bits(high[x]! ^ high[y]!) + bits(low[x]! ^ low[y]!) <= DHASH_DISTANCE) {
        visit(rows[x]!, rows[y]!);
      }
    }
  }
}

/** Number of set bits of a 32-bit integer. */
function bits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
