/** Paints what a threshold says of every pair: kinds differ in colour, lightness and pattern. */
import type { Viewport } from './viewport';

export const CALL_KINDS = ['different', 'same', 'split', 'merge', 'unknown'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

type Hex = `#${string}`;
interface Look {
  readonly ground: Hex;
  /** Colour of the pattern's strokes; the same as the ground where there is none. */
  readonly stroke: Hex;
}

/** Wrong merges are hatched, wrong splits dotted. */
export const CALL_LOOK: Readonly<Record<'light' | 'dark', Readonly<Record<CallKind, Look>>>> = {
  light: {
    different: { ground: '#e9e9e4', stroke: '#e9e9e4' },
    same: { ground: '#3f8f66', stroke: '#3f8f66' },
    split: { ground: '#f4e1ae', stroke: '#7d5200' },
    merge: { ground: '#f6c9bf', stroke: '#a32c1a' },
    unknown: { ground: '#f7f7f5', stroke: '#f7f7f5' },
  },
  dark: {
    different: { ground: '#22282c', stroke: '#22282c' },
    same: { ground: '#4fae7c', stroke: '#4fae7c' },
    split: { ground: '#4a3a14', stroke: '#ecbe55' },
    merge: { ground: '#5a241b', stroke: '#ff9580' },
    unknown: { ground: '#15181a', stroke: '#15181a' },
  },
};

export interface Calls {
  readonly similarity: Float32Array;
  readonly n: number;
  /** Display position -> row. */
  readonly order: Int32Array;
  /** Dog of each row; -1 without a name. */
  readonly dogOf: Int32Array;
  readonly threshold: number;
  readonly theme: 'light' | 'dark';
  readonly diagonal: number;
}

/** Cells looked at per pixel and axis where a pixel covers several: the worst of them is shown. */
const SAMPLES = 3;
/** Side of the pattern, device px. */
const PATTERN = 6;

/** `out` is side x side pixels, `ratio` of them to a CSS px. */
export function paintCalls(
  out: Uint32Array,
  side: number,
  ratio: number,
  view: Viewport,
  calls: Calls,
): void {
  const { n, order, dogOf, similarity, theme, diagonal } = calls;
  const limit = Math.fround(calls.threshold);
  const perPixel = 1 / (view.scale * ratio);
  const samples = perPixel > 1 ? SAMPLES : 1;
  const grounds = CALL_KINDS.map((kind) => word(CALL_LOOK[theme][kind].ground));
  const strokes = CALL_KINDS.map((kind) => word(CALL_LOOK[theme][kind].stroke));
  const at = (first: number, i: number): number =>
    Math.min(n - 1, Math.floor(first + ((i + 0.5) * perPixel) / samples));
  const columns = Int32Array.from({ length: side * samples }, (_, i) => at(view.x, i));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      // Order of severity; -1 while only the diagonal was met.
      let worst = -1;
      for (let sy = 0; sy < samples; sy++) {
        const row = at(view.y, y * samples + sy);
        const a = order[row]!;
        for (let sx = 0; sx < samples; sx++) {
          const column = columns[x * samples + sx]!;
          if (row === column) continue;
          const b = order[column]!;
          const kind = kindOf(dogOf[a]!, dogOf[b]!, similarity[a * n + b]! >= limit);
          if (kind !== UNKNOWN) worst = Math.max(worst, kind);
          else if (worst < 0) worst = UNKNOWN;
        }
      }
      const pattern = inPattern(worst, x, y);
      out[y * side + x] = worst < 0 ? diagonal : pattern ? strokes[worst]! : grounds[worst]!;
    }
  }
}

const [DIFFERENT, SAME, SPLIT, MERGE, UNKNOWN] = [0, 1, 2, 3, 4] as const;

function kindOf(a: number, b: number, called: boolean): number {
  if (a < 0 || b < 0) return UNKNOWN;
  if (a === b) return called ? SAME : SPLIT;
  return called ? MERGE : DIFFERENT;
}

function inPattern(kind: number, x: number, y: number): boolean {
  if (kind === MERGE) return (x + y) % PATTERN < 2;
  return kind === SPLIT && x % PATTERN < 2 && y % PATTERN < 2;
}

/** A pixel as the canvas holds it: little-endian RGBA. */
function word(hex: Hex): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const [r, g, b] = [value >> 16, (value >> 8) & 255, value & 255];
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Dog of each row as a small number; -1 without a name. */
export function dogNumbers(rows: readonly { readonly identity: string | null }[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(rows, ({ identity }) => {
    if (identity === null) return -1;
    const number = known.get(identity) ?? known.size;
    known.set(identity, number);
    return number;
  });
}
