/** Who a dog is: build and coat. Nothing here depends on a photo. */
import type { Rgb } from '../solid.js';
import { mixRgb, srgb } from '../solid.js';
import { Random } from '../random.js';

export type EarKind = 'prick' | 'drop' | 'semi';
export type TailKind = 'curl' | 'sabre' | 'hanging' | 'bob';

/** Proportions; 1 is a middling dog of about half a metre at the withers. */
export interface Build {
  readonly leg: number;
  readonly body: number;
  readonly girth: number;
  readonly neck: number;
  readonly head: number;
  readonly muzzle: number;
  readonly muzzleWidth: number;
  readonly ear: EarKind;
  readonly earSize: number;
  readonly tail: TailKind;
  readonly tailLength: number;
  /** 0 smooth coat … 1 very fluffy. */
  readonly fluff: number;
}

/** A marking, painted over what came before it. Lengths are metres on the resting dog. */
export type Marking =
  | { readonly kind: 'saddle'; readonly color: Rgb; readonly low: number; readonly seed: number }
  | {
      readonly kind: 'patches';
      readonly color: Rgb;
      readonly size: number;
      readonly cover: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'spots';
      readonly color: Rgb;
      readonly size: number;
      readonly radius: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'brindle';
      readonly color: Rgb;
      readonly strength: number;
      readonly seed: number;
    }
  | { readonly kind: 'merle'; readonly color: Rgb; readonly cover: number; readonly seed: number }
  | { readonly kind: 'belly'; readonly color: Rgb; readonly height: number }
  | {
      readonly kind: 'socks';
      readonly color: Rgb;
      readonly heights: readonly [number, number, number, number];
      readonly seed: number;
    }
  | {
      readonly kind: 'blaze';
      readonly color: Rgb;
      readonly width: number;
      readonly top: number;
      readonly shift: number;
    }
  | { readonly kind: 'muzzle'; readonly color: Rgb; readonly reach: number }
  | { readonly kind: 'mask'; readonly color: Rgb; readonly reach: number }
  | { readonly kind: 'chest'; readonly color: Rgb; readonly size: number }
  | { readonly kind: 'collar'; readonly color: Rgb; readonly width: number; readonly seed: number }
  | { readonly kind: 'tan'; readonly color: Rgb }
  | {
      readonly kind: 'eyePatch';
      readonly color: Rgb;
      readonly side: -1 | 1;
      readonly radius: number;
    }
  | { readonly kind: 'ears'; readonly color: Rgb; readonly side: -1 | 0 | 1 }
  | { readonly kind: 'headCap'; readonly color: Rgb; readonly low: number; readonly seed: number }
  | { readonly kind: 'tailTip'; readonly color: Rgb; readonly from: number };

export interface Coat {
  readonly base: Rgb;
  readonly markings: readonly Marking[];
  readonly nose: Rgb;
  readonly eye: Rgb;
  /** Inside of the ears. */
  readonly innerEar: Rgb;
}

export interface DogIdentity {
  readonly name: string;
  readonly seed: number;
  readonly build: Build;
  readonly coat: Coat;
}

/** Natural coat colours. */
export const COLOR = {
  cream: srgb(0xeedfc4),
  white: srgb(0xf3eee6),
  wheat: srgb(0xdcb881),
  gold: srgb(0xc98f4a),
  red: srgb(0xa9602e),
  mahogany: srgb(0x7d3f22),
  chocolate: srgb(0x5a3826),
  tan: srgb(0xc08552),
  fawn: srgb(0xcfa377),
  grey: srgb(0x8d8f94),
  silver: srgb(0xb9babd),
  slate: srgb(0x5c626b),
  charcoal: srgb(0x3c3b3d),
  black: srgb(0x262428),
} as const;

export const EYE = {
  brown: srgb(0x5b3216),
  amber: srgb(0x9a5f1d),
  dark: srgb(0x38200f),
  blue: srgb(0x7fa6c9),
} as const;

const BLACK_NOSE = srgb(0x1b191b);
const BROWN_NOSE = srgb(0x5b3527);
const PINK_EAR = srgb(0xd9a595);

/** Fills in what most dogs share. */
export function coat(base: Rgb, markings: readonly Marking[], more: Partial<Coat> = {}): Coat {
  return {
    base,
    markings,
    nose: more.nose ?? BLACK_NOSE,
    eye: more.eye ?? EYE.brown,
    innerEar: more.innerEar ?? mixRgb(PINK_EAR, base, 0.45),
  };
}

export const BUILD: Readonly<Record<'middle', Build>> = {
  middle: {
    leg: 1,
    body: 1,
    girth: 1,
    neck: 1,
    head: 1,
    muzzle: 1,
    muzzleWidth: 1,
    ear: 'drop',
    earSize: 1,
    tail: 'sabre',
    tailLength: 1,
    fluff: 0.3,
  },
};

function randomBuild(r: Random): Build {
  const small = r.chance(0.35);
  return {
    leg: small ? r.range(0.62, 0.9) : r.range(0.85, 1.18),
    body: r.range(0.86, 1.18),
    girth: r.range(0.86, 1.2),
    neck: r.range(0.8, 1.2),
    head: small ? r.range(1, 1.16) : r.range(0.9, 1.1),
    muzzle: r.chance(0.2) ? r.range(0.25, 0.6) : r.range(0.65, 1.35),
    muzzleWidth: r.range(0.82, 1.25),
    ear: r.pick<EarKind>(['prick', 'drop', 'drop', 'semi']),
    earSize: r.range(0.75, 1.25),
    tail: r.pick<TailKind>(['curl', 'sabre', 'sabre', 'hanging', 'bob']),
    tailLength: r.range(0.75, 1.25),
    fluff: r.chance(0.5) ? r.range(0.05, 0.35) : r.range(0.35, 1),
  };
}

function vary(c: Rgb, r: Random): Rgb {
  const s = r.range(0.82, 1.18);
  const w = r.range(-0.06, 0.06);
  return {
    r: Math.min(0.95, c.r * s * (1 + w)),
    g: Math.min(0.95, c.g * s),
    b: Math.min(0.95, c.b * s * (1 - w)),
  };
}

/** A dog nobody chose: every trait of the sample's dogs occurs, none of them is copied. */
export function randomIdentity(name: string, seed: number): DogIdentity {
  const r = new Random(seed);
  const build = randomBuild(r);
  const dark = [COLOR.black, COLOR.charcoal, COLOR.chocolate, COLOR.slate, COLOR.mahogany];
  const mid = [COLOR.gold, COLOR.red, COLOR.tan, COLOR.fawn, COLOR.wheat, COLOR.grey];
  const light = [COLOR.cream, COLOR.white, COLOR.wheat, COLOR.silver];
  const white = vary(COLOR.white, r);
  const seedOf = (): number => r.int(1, 1_000_000);
  const markings: Marking[] = [];
  let base: Rgb;
  const scheme = r.next();
  if (scheme < 0.14) {
    // Self-coloured, slightly shaded.
    base = vary(r.pick([...dark, ...mid, ...light]), r);
    markings.push({
      kind: 'belly',
      color: mixRgb(base, white, r.range(0.1, 0.4)),
      height: r.range(0.2, 0.32),
    });
  } else if (scheme < 0.3) {
    base = vary(r.pick([COLOR.tan, COLOR.gold, COLOR.fawn, COLOR.red, COLOR.silver]), r);
    const top = vary(r.pick([COLOR.black, COLOR.charcoal, COLOR.chocolate, COLOR.slate]), r);
    markings.push({ kind: 'saddle', color: top, low: r.range(0.3, 0.46), seed: seedOf() });
    if (r.chance(0.6)) markings.push({ kind: 'mask', color: top, reach: r.range(0.02, 0.1) });
    if (r.chance(0.5)) markings.push({ kind: 'ears', color: top, side: 0 });
  } else if (scheme < 0.42) {
    base = vary(r.pick([COLOR.black, COLOR.charcoal, COLOR.chocolate]), r);
    markings.push({ kind: 'tan', color: vary(r.pick([COLOR.tan, COLOR.red, COLOR.fawn]), r) });
  } else if (scheme < 0.62) {
    // White with coloured patches.
    base = white;
    const patch = vary(r.pick([...dark, ...mid]), r);
    markings.push({
      kind: 'patches',
      color: patch,
      size: r.range(0.16, 0.3),
      cover: r.range(0.35, 0.62),
      seed: seedOf(),
    });
    if (r.chance(0.7))
      markings.push({ kind: 'headCap', color: patch, low: r.range(-0.02, 0.05), seed: seedOf() });
    if (r.chance(0.7)) markings.push({ kind: 'ears', color: patch, side: r.pick([-1, 0, 0, 1]) });
    if (r.chance(0.4))
      markings.push({
        kind: 'eyePatch',
        color: patch,
        side: r.pick([-1, 1]),
        radius: r.range(0.04, 0.07),
      });
  } else if (scheme < 0.7) {
    base = white;
    const spot = vary(r.pick(dark), r);
    markings.push({
      kind: 'spots',
      color: spot,
      size: r.range(0.05, 0.1),
      radius: r.range(0.3, 0.45),
      seed: seedOf(),
    });
    if (r.chance(0.5)) markings.push({ kind: 'ears', color: spot, side: r.pick([-1, 0, 1]) });
  } else if (scheme < 0.79) {
    base = vary(r.pick([COLOR.fawn, COLOR.tan, COLOR.red, COLOR.grey]), r);
    markings.push({
      kind: 'brindle',
      color: vary(r.pick([COLOR.black, COLOR.chocolate]), r),
      strength: r.range(0.5, 0.9),
      seed: seedOf(),
    });
  } else if (scheme < 0.87) {
    base = vary(r.pick([COLOR.silver, COLOR.grey, COLOR.fawn]), r);
    markings.push({
      kind: 'merle',
      color: vary(r.pick([COLOR.black, COLOR.charcoal, COLOR.mahogany]), r),
      cover: r.range(0.35, 0.6),
      seed: seedOf(),
    });
  } else {
    // Coloured with white trim.
    base = vary(r.pick([...dark, ...mid]), r);
    markings.push({ kind: 'belly', color: white, height: r.range(0.2, 0.34) });
  }
  if (r.chance(0.45)) {
    markings.push({
      kind: 'blaze',
      color: white,
      width: r.range(0.012, 0.035),
      top: r.range(0.04, 0.11),
      shift: r.range(-0.012, 0.012),
    });
  }
  if (r.chance(0.35)) markings.push({ kind: 'muzzle', color: white, reach: r.range(0, 0.05) });
  if (r.chance(0.45)) markings.push({ kind: 'chest', color: white, size: r.range(0.06, 0.14) });
  if (r.chance(0.2))
    markings.push({ kind: 'collar', color: white, width: r.range(0.04, 0.07), seed: seedOf() });
  if (r.chance(0.5)) {
    const h = (): number => (r.chance(0.75) ? r.range(0.05, 0.2) : 0);
    markings.push({ kind: 'socks', color: white, heights: [h(), h(), h(), h()], seed: seedOf() });
  }
  if (r.chance(0.3)) markings.push({ kind: 'tailTip', color: white, from: r.range(0.55, 0.85) });
  if (r.chance(0.15))
    markings.push({ kind: 'mask', color: vary(COLOR.black, r), reach: r.range(0.02, 0.08) });
  const brown = r.chance(0.2);
  return {
    name,
    seed,
    build,
    coat: coat(base, markings, {
      nose: brown ? BROWN_NOSE : BLACK_NOSE,
      eye: r.chance(0.06) ? EYE.blue : brown ? EYE.amber : r.pick([EYE.brown, EYE.brown, EYE.dark]),
    }),
  };
}
