/** One photo: who, where, how seen. Everything that is not in the spec comes from its seed. */
import { frameSubject, project } from './camera.js';
import type { Ball } from './camera.js';
import { KEYPOINTS, PART } from './dog/anatomy.js';
import type { KeypointName } from './dog/anatomy.js';
import { Dog } from './dog/dog.js';
import type { DogIdentity } from './dog/identity.js';
import { randomPose } from './dog/pose.js';
import type { Stance } from './dog/pose.js';
import { Random, mixSeed } from './random.js';
import { Renderer } from './render.js';
import type { Picture, Scene } from './render.js';
import type { PlaceKind, View } from './scene/place.js';
import { buildPlace, randomMood } from './scene/places.js';
import * as prop from './scene/prop.js';
import { srgb } from './solid.js';
import type { Solid } from './solid.js';
import { add, length, mul, sub, vec } from './vector.js';

export type Hard = 'small' | 'behind' | 'hidden' | 'backlit';

/** The thing a photo without a dog shows. */
export type Still = 'ball' | 'pot' | 'crate' | 'stone' | 'bush' | 'log' | 'bench';

export interface PhotoSpec {
  /** Path of the JPEG below the output folder. */
  readonly path: string;
  readonly dog: DogIdentity | null;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly place: PlaceKind;
  readonly hard?: Hard;
  readonly still?: Still;
  /** Face the camera rather than now and then look away. */
  readonly facing?: boolean;
  readonly draft?: boolean;
}

export interface TruthKeypoint {
  readonly name: KeypointName;
  readonly x: number;
  readonly y: number;
  readonly visible: boolean;
}

export interface TruthPhoto {
  readonly path: string;
  readonly identity: string | null;
  /** Extent of the dog's visible pixels, [x1, y1, x2, y2]. */
  readonly bbox: readonly [number, number, number, number] | null;
  /** The dog's own left and right, pixels. */
  readonly keypoints: readonly TruthKeypoint[];
  readonly hard?: Hard;
}

const HEAD_PARTS = new Set<number>([
  PART.head,
  PART.muzzle,
  PART.earLeft,
  PART.earRight,
  PART.neck,
]);

function viewOf(azimuth: number): View {
  const away = vec(-Math.cos(azimuth), 0, -Math.sin(azimuth));
  // forward x up = image right.
  return { away, right: vec(-away.z, 0, away.x) };
}

function ballsOf(dog: Dog, headOnly: boolean): Ball[] {
  const balls: Ball[] = [];
  for (const p of dog.anatomy.prims) {
    if (headOnly && !HEAD_PARTS.has(p.part)) continue;
    if (p.kind === 0 || p.kind === 2) {
      balls.push({ center: p.frame.o, radius: p.b });
      balls.push({ center: add(p.frame.o, mul(p.frame.y, p.a)), radius: p.c });
    } else {
      balls.push({
        center: p.center(),
        radius: Math.min(p.reach(), (p.a + p.b + (p.c || p.a)) / 3),
      });
    }
  }
  return balls;
}

/** Builds the scene of a photo. */
export function composePhoto(spec: PhotoSpec): { scene: Scene; dog: Dog | null } {
  const r = new Random(mixSeed('photo', spec.seed));
  return spec.dog === null ? composeEmpty(spec, r) : composeDog(spec, spec.dog, r);
}

function composeDog(
  spec: PhotoSpec,
  identity: DogIdentity,
  r: Random,
): { scene: Scene; dog: Dog | null } {
  const { hard, place } = spec;
  const stances: readonly Stance[] =
    place === 'sofa' ? ['sit', 'lie', 'lie'] : ['stand', 'stand', 'walk', 'sit', 'sit', 'lie'];
  const stance = r.pick(stances);
  let azimuth = r.sign() * r.range(0.05, 1.15);
  let faceOffset = r.range(-0.42, 0.42);
  if (hard === 'behind') {
    azimuth = Math.PI + r.range(-0.5, 0.5);
    faceOffset = -azimuth + r.range(-0.35, 0.35);
  } else if (hard === 'hidden') {
    // From the side, with the head turned to the far side: body in view, face away.
    const side = r.sign();
    azimuth = side * r.range(1.25, 1.7);
    faceOffset = -azimuth - side * r.range(0.75, 1.05);
  } else if (hard === undefined && spec.facing !== true && r.chance(0.1)) {
    // A profile now and then.
    azimuth = r.sign() * r.range(1.2, 1.6);
    faceOffset = -Math.sign(azimuth) * r.range(0.2, 0.9);
  }
  const pose = randomPose(r, stance, azimuth, faceOffset);
  const dog = new Dog(identity, pose);
  const view = viewOf(azimuth);
  const bust = hard === undefined && r.chance(0.3);
  const lying = stance === 'lie';
  const focal = bust ? r.range(50, 85) : r.range(32, 75);
  const fill =
    hard === 'small' ? r.range(0.16, 0.22) : bust ? r.range(0.5, 0.68) : r.range(0.55, 0.86);
  const camera = frameSubject(ballsOf(dog, bust), {
    azimuth,
    eyeHeight: (lying ? r.range(0.22, 0.75) : r.range(0.3, 1.0)) + (hard === 'small' ? 0.35 : 0),
    focal,
    fill,
    shiftX: hard === 'small' ? r.range(-0.22, 0.22) : r.range(-0.06, 0.06),
    shiftY:
      hard === 'small' ? r.range(0.02, 0.15) : bust ? r.range(-0.08, 0.02) : r.range(-0.02, 0.05),
    width: spec.width,
    height: spec.height,
  });
  const mood = randomMood(r, hard === 'backlit');
  const built = buildPlace(place, view, mood, 1, r);
  const dark = hard === 'backlit' ? 0.72 : 1;
  const scene: Scene = {
    place: { ...built, exposure: built.exposure * dark },
    dog,
    camera,
    focus: length(sub(camera.eye, dog.anatomy.head.o)),
    aperture: r.range(0.02, 0.05) * (focal / 50),
    seed: spec.seed,
    draft: spec.draft === true,
  };
  return { scene, dog };
}

function composeEmpty(spec: PhotoSpec, r: Random): { scene: Scene; dog: null } {
  const azimuth = r.range(-Math.PI, Math.PI);
  const view = viewOf(azimuth);
  const mood = randomMood(r, false);
  const built = buildPlace(spec.place, view, mood, 1, r);
  const origin = vec(0, 0, 0);
  const green = [srgb(0x28542c), srgb(0x7aa64d)] as const;
  const indoor = spec.place === 'livingRoom' || spec.place === 'sofa';
  const color = srgb(r.pick([0xc4533d, 0x3f7fa8, 0xe0ac3c, 0x6f9a5a, 0xb9a58b, 0x8f6fa6]));
  const stills: Readonly<Record<Still, () => Solid[]>> = {
    ball: () => [prop.ballToy(origin, r.range(0.09, 0.16), color, srgb(0xf4efe6))],
    pot: () => prop.pot(origin, r.range(0.4, 0.6), color, r.chance(0.6) ? green : undefined, r),
    crate: () => [prop.crate(origin, r.range(0, 3), vec(0.25, 0.17, 0.3), srgb(0xa67c4e))],
    stone: () => [prop.stone(origin, r.range(0.3, 0.6), r)],
    bush: () => [
      prop.bush(
        origin,
        r.range(0.5, 0.8),
        srgb(0x2a5228),
        srgb(0x7fa548),
        r,
        r.chance(0.4) ? srgb(0xe79ab8) : undefined,
      ),
    ],
    log: () => [prop.log(origin, r.range(0, 3), 1.3, 0.13)],
    bench: () => [prop.bench(origin, azimuth + r.range(-0.6, 0.6), srgb(0x9a6a3c))],
  };
  const choices: readonly Still[] = indoor
    ? ['ball', 'pot', 'crate']
    : ['ball', 'pot', 'crate', 'stone', 'bush', 'log', 'bench'];
  const still = spec.still ?? (r.chance(0.85) ? r.pick(choices) : undefined);
  const main = still === undefined ? [] : stills[still]();
  const camera = frameSubject([{ center: vec(0, 0.25, 0), radius: 0.35 }], {
    azimuth,
    eyeHeight: r.range(0.4, 1.2),
    focal: r.range(32, 60),
    fill: r.range(0.3, 0.6),
    shiftX: r.range(-0.15, 0.15),
    shiftY: r.range(0, 0.15),
    width: spec.width,
    height: spec.height,
  });
  return {
    scene: {
      place: { ...built, solids: [...built.solids, ...main] },
      dog: null,
      camera,
      focus: length(camera.eye),
      aperture: r.range(0.015, 0.035),
      seed: spec.seed,
      draft: spec.draft === true,
    },
    dog: null,
  };
}

const round2 = (v: number): number => Math.round(v * 100) / 100;

function boxOf(picture: Picture): [number, number, number, number] | null {
  let x1 = Infinity;
  let y1 = Infinity;
  let x2 = -1;
  let y2 = -1;
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < picture.width; x += 1) {
      if (picture.dogMask[y * picture.width + x]! <= 0.25) continue;
      x1 = Math.min(x1, x);
      y1 = Math.min(y1, y);
      x2 = Math.max(x2, x + 1);
      y2 = Math.max(y2, y + 1);
    }
  }
  return x2 < 0 ? null : [x1, y1, x2, y2];
}

/** Renders a photo and works out its truth. */
export function renderPhoto(spec: PhotoSpec): { picture: Picture; truth: TruthPhoto } {
  const { scene, dog } = composePhoto(spec);
  const renderer = new Renderer(scene);
  const picture = renderer.render();
  const hard = spec.hard === undefined ? {} : { hard: spec.hard };
  if (dog === null) {
    return { picture, truth: { path: spec.path, identity: null, bbox: null, keypoints: [] } };
  }
  const bbox = boxOf(picture);
  const keypoints = KEYPOINTS.map((name): TruthKeypoint => {
    const p = dog.anatomy.points[name];
    const { x, y } = project(scene.camera, p);
    const inside = x >= 0 && y >= 0 && x < spec.width && y < spec.height;
    const slack = (name.endsWith('ear') ? 0.03 : 0.014) * dog.anatomy.headScale;
    return { name, x: round2(x), y: round2(y), visible: inside && renderer.sees(p, slack) };
  });
  return {
    picture,
    truth: { path: spec.path, identity: spec.dog?.name ?? null, bbox, keypoints, ...hard },
  };
}
