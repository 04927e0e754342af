/**
 * The twelve dogs of the sample. Four pairs share coat colours and build and differ only in
 * their markings, so a colour histogram can't tell them apart.
 */
import { BUILD, COLOR, EYE, coat } from './dog/identity.js';
import type { Build, DogIdentity } from './dog/identity.js';
import { mixRgb, srgb } from './solid.js';

const middle = BUILD.middle;

/** Soft-coated, drop-eared, sturdy. */
const RETRIEVER: Build = {
  ...middle,
  body: 1.04,
  girth: 1.08,
  muzzle: 1.02,
  muzzleWidth: 1.1,
  ear: 'drop',
  earSize: 1.02,
  tail: 'sabre',
  tailLength: 1.08,
  fluff: 0.55,
};

/** Lively herder with ears that tip over. */
const COLLIE: Build = {
  ...middle,
  leg: 0.98,
  girth: 0.98,
  muzzle: 1.06,
  muzzleWidth: 0.92,
  ear: 'semi',
  earSize: 0.98,
  tail: 'hanging',
  tailLength: 1.1,
  fluff: 0.62,
};

/** Short-legged terrier, smooth coat. */
const TERRIER: Build = {
  ...middle,
  leg: 0.78,
  body: 0.92,
  girth: 0.96,
  head: 1.06,
  muzzle: 0.86,
  ear: 'drop',
  earSize: 0.86,
  tail: 'bob',
  fluff: 0.12,
};

/** Thick-coated, prick-eared, tail over the back. */
const SPITZ: Build = {
  ...middle,
  leg: 0.96,
  girth: 1.1,
  neck: 0.95,
  muzzle: 0.88,
  muzzleWidth: 1.02,
  ear: 'prick',
  earSize: 0.86,
  tail: 'curl',
  fluff: 0.72,
};

const WHITE = COLOR.white;
const GOLD = srgb(0xc49a68);
const BLACK = srgb(0x2a272b);
const SPOT = srgb(0x3a2f2c);
const SILVER = srgb(0xb7b8bc);
const STEEL = srgb(0x4d5158);

export const SAMPLE_DOGS: readonly DogIdentity[] = [
  {
    name: 'Biscuit',
    seed: 101,
    build: RETRIEVER,
    coat: coat(GOLD, [
      { kind: 'belly', color: mixRgb(GOLD, WHITE, 0.55), height: 0.26 },
      { kind: 'blaze', color: WHITE, width: 0.016, top: 0.09, shift: 0 },
      { kind: 'chest', color: WHITE, size: 0.12 },
      { kind: 'socks', color: WHITE, heights: [0.13, 0.13, 0, 0], seed: 11 },
    ]),
  },
  {
    name: 'Waffle',
    seed: 102,
    build: RETRIEVER,
    coat: coat(GOLD, [
      { kind: 'belly', color: mixRgb(GOLD, WHITE, 0.55), height: 0.24 },
      { kind: 'eyePatch', color: WHITE, side: -1, radius: 0.062 },
      { kind: 'muzzle', color: WHITE, reach: 0.02 },
      { kind: 'collar', color: WHITE, width: 0.055, seed: 21 },
      { kind: 'socks', color: WHITE, heights: [0, 0.06, 0.14, 0.14], seed: 12 },
      { kind: 'tailTip', color: WHITE, from: 0.6 },
    ]),
  },
  {
    name: 'Domino',
    seed: 103,
    build: COLLIE,
    coat: coat(BLACK, [
      { kind: 'blaze', color: WHITE, width: 0.024, top: 0.12, shift: 0 },
      { kind: 'muzzle', color: WHITE, reach: 0.01 },
      { kind: 'collar', color: WHITE, width: 0.075, seed: 31 },
      { kind: 'chest', color: WHITE, size: 0.13 },
      { kind: 'belly', color: WHITE, height: 0.3 },
      { kind: 'socks', color: WHITE, heights: [0.19, 0.19, 0.12, 0.12], seed: 13 },
      { kind: 'tailTip', color: WHITE, from: 0.7 },
    ]),
  },
  {
    name: 'Pepper',
    seed: 104,
    build: COLLIE,
    coat: coat(WHITE, [
      { kind: 'patches', color: BLACK, size: 0.24, cover: 0.58, seed: 47 },
      { kind: 'eyePatch', color: BLACK, side: 1, radius: 0.068 },
      { kind: 'ears', color: BLACK, side: 1 },
      { kind: 'headCap', color: BLACK, low: 0.075, seed: 5 },
    ]),
  },
  {
    name: 'Pip',
    seed: 105,
    build: TERRIER,
    coat: coat(WHITE, [
      { kind: 'spots', color: SPOT, size: 0.06, radius: 0.36, seed: 73 },
      { kind: 'ears', color: SPOT, side: 0 },
    ]),
  },
  {
    name: 'Dot',
    seed: 106,
    build: TERRIER,
    coat: coat(WHITE, [
      { kind: 'patches', color: SPOT, size: 0.2, cover: 0.4, seed: 19 },
      { kind: 'eyePatch', color: SPOT, side: -1, radius: 0.058 },
      { kind: 'ears', color: SPOT, side: -1 },
      { kind: 'tailTip', color: SPOT, from: 0.05 },
    ]),
  },
  {
    name: 'Frost',
    seed: 107,
    build: SPITZ,
    coat: coat(
      SILVER,
      [
        { kind: 'saddle', color: STEEL, low: 0.37, seed: 41 },
        { kind: 'headCap', color: STEEL, low: 0.04, seed: 42 },
        { kind: 'ears', color: STEEL, side: 0 },
        { kind: 'blaze', color: WHITE, width: 0.014, top: 0.1, shift: 0 },
        { kind: 'muzzle', color: WHITE, reach: -0.03 },
        { kind: 'belly', color: WHITE, height: 0.28 },
        { kind: 'socks', color: WHITE, heights: [0.2, 0.2, 0.16, 0.16], seed: 15 },
      ],
      { eye: EYE.blue },
    ),
  },
  {
    name: 'Storm',
    seed: 108,
    build: SPITZ,
    coat: coat(
      SILVER,
      [
        { kind: 'merle', color: STEEL, cover: 0.5, seed: 88 },
        { kind: 'mask', color: STEEL, reach: 0.015 },
        { kind: 'eyePatch', color: STEEL, side: 1, radius: 0.055 },
        { kind: 'chest', color: WHITE, size: 0.13 },
        { kind: 'belly', color: WHITE, height: 0.26 },
        { kind: 'socks', color: WHITE, heights: [0.08, 0.2, 0.16, 0.06], seed: 16 },
        { kind: 'tailTip', color: WHITE, from: 0.55 },
      ],
      { eye: EYE.blue },
    ),
  },
  {
    name: 'Hugo',
    seed: 109,
    build: {
      ...middle,
      leg: 1.06,
      body: 1.06,
      girth: 1.1,
      muzzle: 1.08,
      muzzleWidth: 1.16,
      earSize: 1.08,
      fluff: 0.1,
      tail: 'sabre',
    },
    coat: coat(
      srgb(0x553829),
      [
        { kind: 'belly', color: srgb(0x6f4e3a), height: 0.26 },
        { kind: 'chest', color: WHITE, size: 0.055 },
      ],
      { nose: srgb(0x4a2a20), eye: EYE.amber },
    ),
  },
  {
    name: 'Juno',
    seed: 110,
    build: {
      ...middle,
      leg: 1.1,
      body: 1.08,
      girth: 1.02,
      neck: 1.1,
      muzzle: 1.24,
      muzzleWidth: 0.98,
      ear: 'prick',
      earSize: 1.16,
      tail: 'hanging',
      tailLength: 1.15,
      fluff: 0.45,
    },
    coat: coat(srgb(0xb88a5c), [
      { kind: 'saddle', color: srgb(0x2b2724), low: 0.4, seed: 61 },
      { kind: 'mask', color: srgb(0x2b2724), reach: 0.0 },
      { kind: 'ears', color: srgb(0x4a382c), side: 0 },
      { kind: 'belly', color: srgb(0xd2ab7c), height: 0.24 },
    ]),
  },
  {
    name: 'Olive',
    seed: 111,
    build: {
      ...middle,
      leg: 0.72,
      body: 0.86,
      girth: 1.16,
      neck: 0.82,
      head: 1.14,
      muzzle: 0.34,
      muzzleWidth: 1.2,
      ear: 'prick',
      earSize: 0.9,
      tail: 'bob',
      fluff: 0.08,
    },
    coat: coat(
      srgb(0xd0a878),
      [
        { kind: 'mask', color: srgb(0x332a28), reach: 0.022 },
        { kind: 'brindle', color: srgb(0x4b3428), strength: 0.62, seed: 9 },
        { kind: 'chest', color: WHITE, size: 0.09 },
      ],
      { eye: EYE.dark },
    ),
  },
  {
    name: 'Ziggy',
    seed: 112,
    build: {
      ...middle,
      leg: 0.7,
      body: 0.88,
      girth: 1.06,
      head: 1.12,
      neck: 0.85,
      muzzle: 0.66,
      muzzleWidth: 1.05,
      ear: 'semi',
      earSize: 0.86,
      tail: 'curl',
      tailLength: 0.85,
      fluff: 1,
    },
    coat: coat(
      srgb(0xefe3cb),
      [
        { kind: 'ears', color: srgb(0xb98552), side: 0 },
        { kind: 'eyePatch', color: srgb(0xb98552), side: 1, radius: 0.05 },
        { kind: 'patches', color: srgb(0xc2905c), size: 0.26, cover: 0.32, seed: 140 },
      ],
      { eye: EYE.dark },
    ),
  },
];

/** Pairs that share colours and build. */
export const LOOKALIKES: readonly (readonly [string, string])[] = [
  ['Biscuit', 'Waffle'],
  ['Domino', 'Pepper'],
  ['Pip', 'Dot'],
  ['Frost', 'Storm'],
];
