/** What a photo's surroundings are made of. */
import type { Rgb, Solid, Surface } from '../solid.js';
import type { Vec } from '../vector.js';

export type PlaceKind =
  'meadow' | 'park' | 'beach' | 'snow' | 'forest' | 'livingRoom' | 'sofa' | 'patio' | 'street';

export const PLACES: readonly PlaceKind[] = [
  'meadow',
  'park',
  'beach',
  'snow',
  'forest',
  'livingRoom',
  'sofa',
  'patio',
  'street',
];

export interface Light {
  /** Towards the sun (or window, or lamp). */
  readonly direction: Vec;
  readonly sun: Rgb;
  /** Light from above and from the horizon, and what the ground throws back. */
  readonly sky: Rgb;
  readonly horizon: Rgb;
  readonly bounce: Rgb;
  /** Sharpness of shadows: high is hard. */
  readonly hardness: number;
}

export interface Ground {
  /** Ray length to the ground, metres, or Infinity. */
  intersect(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number;
  paint(x: number, y: number, z: number, far: number, s: Surface): void;
  /** Height of the ground's plane, metres. */
  readonly level: number;
}

export interface Place {
  readonly ground: Ground;
  readonly solids: readonly Solid[];
  readonly light: Light;
  /** Colour seen where a ray hits nothing; writes linear RGB into `out`. */
  backdrop(dx: number, dy: number, dz: number, out: Float64Array): void;
  /** Share of far colour gained per metre. */
  readonly haze: number;
  readonly hazeColor: Rgb;
  readonly exposure: number;
}

/** Horizontal directions of a photo: `away` from the camera and image `right`. */
export interface View {
  readonly away: Vec;
  readonly right: Vec;
}
