/**
 * Whether two backends give the same numbers, stage by stage and quantity by quantity. One cosine over a raw YOLO
 * output would be blind: coordinates of hundreds of pixels drown scores between 0 and 1.
 */
import type { ModelSlot } from '../recipe/schema';
import type { YoloContract } from './yolo/contract';

/** How a YOLO output of one image is cut. */
export interface YoloCut {
  readonly rows: number;
  readonly columns: number;
  readonly form: YoloContract['form'];
  /** Values per keypoint (2: x, y; 3: with visibility) and their number; null for a detector. */
  readonly keypoints: { readonly count: number; readonly dims: 2 | 3 } | null;
  /** Whether the values were rounded to half precision. */
  readonly half: boolean;
}

/** What one network gave for one picture. Plain data. */
export interface StageOutput {
  readonly slot: ModelSlot;
  readonly data: Float32Array;
  /** Null for the embedder, whose output is one vector. */
  readonly cut: YoloCut | null;
}

export type Quantity = 'scores' | 'boxes' | 'keypoints' | 'visibilities' | 'direction' | 'size';

/** One quantity of one stage, compared. */
export interface StageCheck {
  readonly slot: ModelSlot;
  readonly quantity: Quantity;
  /** Largest difference (boxes and keypoints in model px), or the cosine for `direction`; null when not comparable. */
  readonly measured: number | null;
  /** The most that is allowed; the least for `direction`. */
  readonly limit: number;
  readonly agrees: boolean;
}

/** Least cosine between two backends' embeddings. */
export const EMBEDDING_AGREEMENT = 0.999;
/** Most that scores may differ. An app's threshold is set to two digits. */
export const SCORE_AGREEMENT = 0.005;
/** ... and no more than this part of the greatest score: where nothing is found, all scores are below the limit. */
const SCORE_FRACTION = 0.2;
/** Model px. Half precision resolves 0.5 px beyond 512. */
const PIXELS = 1;
const PIXELS_HALF = 4;

/** Every quantity of every stage; two backends agree when all of these do. Nothing to compare is no agreement. */
export function compareOutputs(
  a: readonly StageOutput[],
  b: readonly StageOutput[],
): readonly StageCheck[] {
  return a.flatMap((one, i) => {
    const { slot } = one;
    const other = b[i];
    const comparable =
      other?.slot === slot &&
      one.data.length === other.data.length &&
      one.cut?.columns === other.cut?.columns;
    if (!comparable) return [check(slot, 'size', null, 0)];
    if (one.cut === null) {
      return [check(slot, 'direction', cosine(one.data, other.data), EMBEDDING_AGREEMENT)];
    }
    return compareYolo(slot, one.cut, one.data, other.data);
  });
}

/** Whether all of these agree, and there is something that does. */
export const allAgree = (checks: readonly StageCheck[]): boolean =>
  checks.length > 0 && checks.every(({ agrees }) => agrees);

const SLOT_WORDS: Readonly<Record<ModelSlot, string>> = {
  detector: 'detector',
  keypoint: 'keypoint model',
  embedder: 'embedder',
};

/** `detector: scores differ by 0.850, 0.005 is allowed` */
export function checkText({ slot, quantity, measured, limit }: StageCheck): string {
  const stage = SLOT_WORDS[slot];
  if (quantity === 'size') return `${stage}: outputs of different sizes`;
  if (measured === null) {
    return `${stage}: ${quantity === 'direction' ? 'embeddings' : quantity} that are not numbers`;
  }
  switch (quantity) {
    case 'direction':
      return `${stage}: cosine ${measured.toFixed(5)} between the embeddings, ${limit} is needed`;
    case 'scores':
    case 'visibilities':
      return `${stage}: ${quantity} differ by ${digits(measured)}, ${digits(limit)} is allowed`;
    case 'boxes':
    case 'keypoints':
      return `${stage}: ${quantity} differ by ${measured.toFixed(2)} px, ${limit} px is allowed`;
  }
}

const digits = (value: number): string =>
  value !== 0 && value < 0.001 ? value.toExponential(1) : value.toFixed(3);

function check(
  slot: ModelSlot,
  quantity: Quantity,
  measured: number | null,
  limit: number,
): StageCheck {
  const agrees =
    measured !== null && (quantity === 'direction' ? measured >= limit : measured <= limit);
  return { slot, quantity, measured, limit, agrees };
}

function compareYolo(
  slot: ModelSlot,
  cut: YoloCut,
  a: Float32Array,
  b: Float32Array,
): StageCheck[] {
  const { groups, candidates, at, pairs } = cut.form === 'raw' ? rawView(cut) : rowsView(cut, a, b);
  const pixels = cut.half ? PIXELS_HALF : PIXELS;
  return groups.map(({ quantity, values }) => {
    const isScore = quantity === 'scores' || quantity === 'visibilities';
    let most = 0;
    let greatest = 0;
    const see = (x: number, y: number): void => {
      const difference = Math.abs(x - y);
      most = Number.isNaN(difference) ? Infinity : Math.max(most, difference);
      greatest = Math.max(greatest, Math.abs(x), Math.abs(y));
    };
    if (quantity === 'scores' || pairs === null) {
      for (const value of values) {
        for (let i = 0; i < candidates; i++) see(a[at(i, value)]!, b[at(i, value)]!);
      }
    } else {
      for (const [i, j] of pairs) {
        for (const value of values) see(a[at(i, value)]!, b[at(j, value)]!);
      }
    }
    const limit = isScore ? Math.min(SCORE_AGREEMENT, SCORE_FRACTION * greatest) : pixels;
    return check(slot, quantity, Number.isFinite(most) ? most : null, limit);
  });
}

interface View {
  readonly groups: readonly { readonly quantity: Quantity; readonly values: readonly number[] }[];
  readonly candidates: number;
  /** Where value `v` of candidate `i` lies. */
  readonly at: (i: number, v: number) => number;
  /** Candidates of both that are the same dog; null when candidate i is candidate i. */
  readonly pairs: readonly (readonly [number, number])[] | null;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** Values `from` and after: x, y and perhaps visibility of each keypoint. */
function keypointGroups({ keypoints }: YoloCut, from: number): View['groups'] {
  if (keypoints === null) return [];
  const { count, dims } = keypoints;
  const all = range(0, count * dims);
  const pick = (visibility: boolean): number[] =>
    all.filter((v) => (dims === 3 && v % 3 === 2) === visibility).map((v) => from + v);
  return [
    { quantity: 'keypoints', values: pick(false) },
    ...(dims === 3 ? [{ quantity: 'visibilities' as const, values: pick(true) }] : []),
  ];
}

/** [4 + classes + K * D, anchors] */
function rawView(cut: YoloCut): View {
  const { rows, columns, keypoints } = cut;
  const first = rows - (keypoints === null ? 0 : keypoints.count * keypoints.dims);
  return {
    groups: [
      { quantity: 'scores', values: range(4, first) },
      { quantity: 'boxes', values: range(0, 4) },
      ...keypointGroups(cut, first),
    ],
    candidates: columns,
    at: (i, v) => v * columns + i,
    pairs: null,
  };
}

/**
 * [N, 6 + K * D]: rows by score. Scores are compared place by place; the rest between rows of nearly the same score
 * that lie nearest, since near-ties may change places.
 */
function rowsView(cut: YoloCut, a: Float32Array, b: Float32Array): View {
  const { rows, columns } = cut;
  const at = (i: number, v: number): number => i * columns + v;
  const distance = (i: number, j: number): number =>
    Math.max(...range(0, 4).map((v) => Math.abs(a[at(i, v)]! - b[at(j, v)]!)));
  const pairs: [number, number][] = [];
  for (let i = 0; i < rows; i++) {
    const score = a[at(i, 4)]!;
    if (score === 0) continue;
    let best = -1;
    for (let j = 0; j < rows; j++) {
      if (Math.abs(b[at(j, 4)]! - score) > SCORE_AGREEMENT) continue;
      if (best < 0 || distance(i, j) < distance(i, best)) best = j;
    }
    if (best >= 0) pairs.push([i, best]);
  }
  return {
    groups: [
      { quantity: 'scores', values: [4] },
      { quantity: 'boxes', values: range(0, 4) },
      ...keypointGroups(cut, 6),
    ],
    candidates: rows,
    at,
    pairs,
  };
}

/** Null where either is not finite or zero; then they do not agree. */
function cosine(a: Float32Array, b: Float32Array): number | null {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  const value = dot / Math.sqrt(aa * bb);
  return Number.isFinite(value) ? value : null;
}
