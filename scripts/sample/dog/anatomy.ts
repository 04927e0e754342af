/** Builds a dog's body from bricks for one pose; in `REST` pose the same bricks carry the coat. */
import { Prim } from '../primitives.js';
import type { PrimKind } from '../primitives.js';
import type { Frame, Vec } from '../vector.js';
import {
  add,
  boneFrame,
  headingFrame,
  length,
  mix,
  mixVec,
  mul,
  normalize,
  rotate,
  sub,
  toWorld,
  vec,
} from '../vector.js';
import type { DogIdentity } from './identity.js';
import type { Pose } from './pose.js';

export const PART = {
  body: 0,
  neck: 1,
  head: 2,
  muzzle: 3,
  earLeft: 4,
  earRight: 5,
  tail: 6,
  /** Four legs follow: front left, front right, hind left, hind right. */
  leg: 7,
} as const;

export const MATERIAL = { fur: 0, eye: 1, nose: 2, tongue: 3, mouth: 4, lid: 5, claw: 6 } as const;

export type KeypointName = 'left_eye' | 'right_eye' | 'nose' | 'left_ear' | 'right_ear';
export const KEYPOINTS: readonly KeypointName[] = [
  'left_eye',
  'right_eye',
  'nose',
  'left_ear',
  'right_ear',
];

export interface Anatomy {
  readonly prims: readonly Prim[];
  readonly head: Frame;
  /** Size of a head unit, metres per metre of the standard head. */
  readonly headScale: number;
  readonly points: Readonly<Record<KeypointName, Vec>>;
  readonly eyes: readonly { readonly center: Vec; readonly gaze: Vec; readonly radius: number }[];
  /** Fur flow of each brick, in its own frame. */
  readonly flow: readonly Vec[];
}

const SIDE = vec(0, 0, 1);

class Builder {
  readonly prims: Prim[] = [];
  readonly flow: Vec[] = [];
  material: number = MATERIAL.fur;

  private push(p: Prim, flow: Vec): void {
    this.prims.push(p);
    this.flow.push(flow);
  }

  cone(
    a: Vec,
    b: Vec,
    r1: number,
    r2: number,
    blend: number,
    part: number,
    side: Vec = SIDE,
  ): void {
    const frame = boneFrame(a, b, side);
    const along = Math.max(length(sub(b, a)), 1e-4);
    this.push(
      new Prim('cone', frame, along, r1, r2, 0, 0, blend, part, this.material),
      vec(0, 1, 0),
    );
  }

  ball(
    frame: Frame,
    at: Vec,
    radii: Vec,
    blend: number,
    part: number,
    flow: Vec = vec(-1, -0.3, 0),
  ): void {
    const f = { ...frame, o: toWorld(frame, at.x, at.y, at.z) };
    this.push(
      new Prim('ellipsoid', f, radii.x, radii.y, radii.z, 0, 0, blend, part, this.material),
      flow,
    );
  }

  other(
    kind: PrimKind,
    frame: Frame,
    a: number,
    b: number,
    c: number,
    e: number,
    bend: number,
    blend: number,
    part: number,
  ): void {
    this.push(new Prim(kind, frame, a, b, c, e, bend, blend, part, this.material), vec(0, 1, 0));
  }
}

/** Middle joint of a two-bone limb from `a` to `b` that bends towards `hint`. */
function joint(a: Vec, b: Vec, l1: number, l2: number, hint: Vec): Vec {
  const d = sub(b, a);
  const dist = Math.min(length(d), (l1 + l2) * 0.999);
  const dir = normalize(d);
  const along = (l1 * l1 - l2 * l2 + dist * dist) / (2 * Math.max(dist, 1e-4));
  const off = Math.sqrt(Math.max(l1 * l1 - along * along, 0));
  const h = sub(hint, mul(dir, hint.x * dir.x + hint.y * dir.y + hint.z * dir.z));
  return add(add(a, mul(dir, along)), mul(normalize(h), off));
}

function paw(b: Builder, at: Vec, yaw: number, size: number, part: number): void {
  const f = headingFrame(at, yaw, 0, 0);
  b.ball(
    f,
    vec(0.012 * size, 0.03 * size, 0),
    vec(0.05 * size, 0.033 * size, 0.042 * size),
    0.02,
    part,
    vec(0.6, -0.6, 0),
  );
  for (const [x, z] of [
    [0.042, -0.028],
    [0.055, -0.0095],
    [0.055, 0.0095],
    [0.042, 0.028],
  ] as const) {
    b.ball(
      f,
      vec(x * size, 0.021 * size, z * size),
      vec(0.021 * size, 0.02 * size, 0.0145 * size),
      0.006,
      part,
      vec(0.6, -0.6, 0),
    );
  }
}

interface Trunk {
  readonly chest: Vec;
  readonly pelvis: Vec;
  readonly spine: Frame;
  readonly headBase: Vec;
}

function trunkOf(id: DogIdentity, pose: Pose): Trunk {
  const { leg, body, girth, neck } = id.build;
  let chest: Vec;
  let pelvis: Vec;
  let reach: Vec;
  const bob = pose.stance === 'walk' ? Math.sin(pose.phase * 2) * 0.008 : 0;
  if (pose.stance === 'sit') {
    pelvis = vec(-0.16 * body, 0.075 + 0.07 * girth, 0);
    const rise = 0.3 * leg + 0.125 - pelvis.y;
    const span = 0.4 * body + 0.02;
    chest = vec(
      pelvis.x + Math.sqrt(Math.max(span * span - rise * rise, 0.03)),
      pelvis.y + rise,
      0,
    );
    reach = vec(0.1 + 0.06 * neck, 0.16 + 0.19 * neck, 0);
  } else if (pose.stance === 'lie') {
    pelvis = vec(-0.25 * body, 0.03 + 0.095 * girth, 0);
    chest = vec(0.17 * body, 0.035 + 0.125 * girth, 0);
    reach = vec(0.13 + 0.09 * neck, 0.12 + 0.17 * neck, 0);
  } else {
    pelvis = vec(-0.25 * body, 0.3 * leg + 0.155 + bob, 0);
    chest = vec(0.17 * body, 0.3 * leg + 0.13 - bob, 0);
    reach = vec(0.13 + 0.1 * neck, 0.13 + 0.17 * neck, 0);
  }
  const dir = sub(chest, pelvis);
  const spine = headingFrame(chest, 0, Math.atan2(dir.y, dir.x), 0);
  const yaw = pose.headYaw * 0.45;
  const turned = vec(reach.x * Math.cos(yaw), reach.y + pose.headLift, reach.x * Math.sin(yaw));
  return { chest, pelvis, spine, headBase: add(chest, turned) };
}

function addTrunk(b: Builder, id: DogIdentity, t: Trunk): void {
  const g = id.build.girth;
  const puff = 1 + id.build.fluff * 0.07;
  const s = t.spine;
  const back = length(sub(t.chest, t.pelvis));
  b.ball(s, vec(0, 0, 0), vec(0.175, 0.142 * g * puff, 0.112 * g * puff), 0, PART.body);
  b.ball(
    s,
    vec(0.1, 0.005, 0),
    vec(0.085, 0.1 * g * puff, 0.085 * g * puff),
    0.06,
    PART.body,
    vec(-0.2, -1, 0),
  );
  b.cone(
    toWorld(s, -0.06, 0.015, 0),
    toWorld(s, -back, 0.01, 0),
    0.118 * g * puff,
    0.098 * g * puff,
    0.06,
    PART.body,
  );
  b.ball(
    { ...s, o: t.pelvis },
    vec(-0.01, 0, 0),
    vec(0.115, 0.108 * g * puff, 0.1 * g * puff),
    0.05,
    PART.body,
  );
}

function addFrontLeg(b: Builder, id: DogIdentity, pose: Pose, t: Trunk, side: -1 | 1): void {
  const { leg, girth } = id.build;
  const part = PART.leg + (side < 0 ? 0 : 1);
  const thick = 0.9 + 0.1 * girth + id.build.fluff * 0.12;
  const lateral = 0.078 * girth * side;
  const shoulder = toWorld(t.spine, 0.055, -0.02, lateral);
  const out = vec(0, 0, side);
  let foot: Vec;
  let elbow: Vec;
  let wrist: Vec;
  if (pose.stance === 'lie') {
    elbow = vec(t.chest.x + 0.02, 0.045, lateral + 0.02 * side);
    foot = vec(
      elbow.x + 0.2 * leg + 0.05,
      0,
      lateral + (0.012 + 0.03 * Math.sin(pose.phase + side)) * side,
    );
    wrist = vec(foot.x - 0.045, 0.036, foot.z);
  } else {
    const swing = pose.stance === 'walk' ? Math.sin(pose.phase + (side < 0 ? 0 : Math.PI)) : 0;
    const lift =
      pose.stance === 'walk'
        ? Math.max(0, Math.cos(pose.phase + (side < 0 ? 0 : Math.PI))) * 0.07
        : 0;
    const stand = pose.stance === 'stand' ? Math.sin(pose.phase * 3 + side) * 0.018 : 0;
    const baseX = pose.stance === 'sit' ? shoulder.x + 0.015 : t.chest.x + 0.055;
    foot = vec(baseX + swing * 0.11 * leg + stand, lift, lateral * 0.92);
    wrist = vec(foot.x - 0.012 - lift * 0.3, foot.y + 0.085 * leg + 0.01, foot.z);
    const upper = 0.14 * Math.max(leg, 0.85);
    elbow = joint(
      shoulder,
      wrist,
      upper,
      Math.max(length(sub(wrist, shoulder)) - upper * 0.72, upper),
      vec(-1, 0, 0.15 * side),
    );
  }
  b.cone(shoulder, elbow, 0.068 * thick, 0.047 * thick, 0.04, part, out);
  b.cone(elbow, wrist, 0.044 * thick, 0.031 * thick, 0.025, part, out);
  b.cone(wrist, add(foot, vec(0.005, 0.03, 0)), 0.031 * thick, 0.03 * thick, 0.015, part, out);
  paw(b, foot, (pose.stance === 'lie' ? 0 : 0.08) * side, 0.95 * thick, part);
}

function addHindLeg(b: Builder, id: DogIdentity, pose: Pose, t: Trunk, side: -1 | 1): void {
  const { leg, girth } = id.build;
  const part = PART.leg + (side < 0 ? 2 : 3);
  const thick = 0.9 + 0.1 * girth + id.build.fluff * 0.12;
  const lateral = 0.066 * girth * side;
  const hip = add(t.pelvis, vec(-0.005, -0.015, lateral));
  const out = vec(0, 0, side);
  let foot: Vec;
  let hock: Vec;
  let knee: Vec;
  const thigh = 0.075 + 0.115 * leg;
  const shin = 0.07 + 0.125 * leg;
  if (pose.stance === 'sit' || pose.stance === 'lie') {
    const spread = pose.stance === 'sit' ? 0.055 : 0.05;
    const z = lateral + spread * side;
    hock = vec(t.pelvis.x + 0.005, 0.04, z);
    foot = vec(hock.x + 0.12 + 0.03 * leg, 0, z + 0.012 * side);
    knee = joint(hip, hock, thigh, shin, vec(1, pose.stance === 'sit' ? 0.75 : 0.35, 0.35 * side));
  } else {
    const swing =
      pose.stance === 'walk' ? Math.sin(pose.phase + (side < 0 ? Math.PI : 0) + 0.6) : 0;
    const lift =
      pose.stance === 'walk'
        ? Math.max(0, Math.cos(pose.phase + (side < 0 ? Math.PI : 0) + 0.6)) * 0.06
        : 0;
    const stand = pose.stance === 'stand' ? Math.sin(pose.phase * 2 + 2 * side) * 0.02 : 0;
    foot = vec(t.pelvis.x - 0.035 + swing * 0.11 * leg + stand, lift, lateral * 1.1);
    hock = vec(foot.x - 0.06 * leg, foot.y + 0.05 + 0.085 * leg, foot.z);
    knee = joint(hip, hock, thigh, shin, vec(1, 0.1, 0.08 * side));
  }
  b.cone(hip, knee, 0.088 * thick * Math.max(girth, 0.95), 0.055 * thick, 0.045, part, out);
  b.cone(knee, hock, 0.053 * thick, 0.031 * thick, 0.025, part, out);
  b.cone(hock, add(foot, vec(-0.008, 0.032, 0)), 0.031 * thick, 0.03 * thick, 0.015, part, out);
  paw(b, foot, 0.1 * side, 0.95 * thick, part);
}

function addTail(b: Builder, id: DogIdentity, pose: Pose, t: Trunk): void {
  const { tail, tailLength, fluff, girth } = id.build;
  const segments = 6;
  const total = (tail === 'bob' ? 0.07 : tail === 'curl' ? 0.36 : 0.33) * tailLength;
  const low = pose.stance === 'sit' || pose.stance === 'lie';
  let pitch = tail === 'curl' ? 1.9 : tail === 'sabre' ? 0.35 : tail === 'bob' ? 0.7 : -0.9;
  pitch += pose.tailLift * (tail === 'curl' ? 0.3 : 0.8);
  if (low) pitch = tail === 'curl' ? pitch : -0.25;
  const curl = tail === 'curl' ? -0.75 : tail === 'sabre' ? 0.16 : tail === 'bob' ? 0.1 : 0.12;
  let at = add(t.pelvis, rotate(t.spine, -0.095, low ? 0 : 0.045 * girth, 0));
  if (low && tail !== 'curl') at = vec(at.x, Math.max(at.y, 0.04), at.z);
  let yaw = pose.wag * (low ? 1.6 : 0.7);
  for (let i = 0; i < segments; i += 1) {
    const step = total / segments;
    const dir = vec(
      -Math.cos(pitch) * Math.cos(yaw),
      Math.sin(pitch),
      Math.cos(pitch) * Math.sin(yaw),
    );
    let next = add(at, mul(dir, step));
    if (next.y < 0.032) next = vec(next.x, 0.032, next.z);
    const u = i / segments;
    const plume = Math.sin(Math.PI * Math.min(1, 0.15 + u)) * 0.03 * fluff;
    const r1 = mix(0.036, 0.018, u) + plume;
    const r2 =
      mix(0.036, 0.018, u + 1 / segments) +
      Math.sin(Math.PI * Math.min(1, 0.15 + u + 1 / segments)) * 0.03 * fluff;
    b.cone(
      at,
      next,
      r1,
      r2,
      i === 0 ? 0.03 : 0.012,
      PART.tail,
      vec(Math.sin(yaw), 0.05, Math.cos(yaw)),
    );
    at = next;
    pitch -= low ? -0.04 : curl * -1;
    yaw += pose.wag * 0.12;
  }
}

function addEar(
  b: Builder,
  id: DogIdentity,
  pose: Pose,
  head: Frame,
  hs: number,
  side: -1 | 1,
): Vec {
  const { ear, earSize } = id.build;
  const part = side < 0 ? PART.earLeft : PART.earRight;
  const e = earSize * hs;
  const fwd = pose.ears;
  if (ear === 'drop') {
    const root = toWorld(head, -0.012 * hs, 0.072 * hs, 0.066 * hs * side);
    const dir = normalize(rotate(head, 0.16 + 0.14 * fwd, -1, (0.42 - 0.06 * fwd) * side));
    const flat = normalize(rotate(head, 0.1, 0.3, side));
    // z of the blade is its thickness: it points out of the head.
    const y = dir;
    const x = normalize(vecCross(y, flat));
    const frame: Frame = { o: root, x, y, z: vecCross(x, y) };
    b.cone(
      toWorld(head, -0.005 * hs, 0.085 * hs, 0.04 * hs * side),
      root,
      0.026 * e,
      0.026 * e,
      0.02,
      part,
    );
    b.other('blade', frame, 0.115 * e, 0.036 * e, 0.05 * e, 0.34, 0, 0.012, part);
    return add(root, mul(dir, 0.15 * e));
  }
  const root = toWorld(head, -0.028 * hs, 0.062 * hs, 0.058 * hs * side);
  const up = normalize(rotate(head, -0.14 + 0.22 * fwd, 1, (0.3 - 0.06 * fwd) * side));
  const face = normalize(rotate(head, 1, 0.1, (0.45 - 0.25 * fwd) * side));
  const x = normalize(vecCross(up, face));
  const frame: Frame = { o: root, x, y: up, z: vecCross(x, up) };
  if (ear === 'prick') {
    b.other('blade', frame, 0.125 * e, 0.058 * e, 0.011 * e, 0.3, 4.5 / e, 0.018, part);
    b.cone(root, add(root, mul(up, 0.02 * e)), 0.03 * e, 0.02 * e, 0.02, part);
    return add(root, mul(up, 0.128 * e));
  }
  const fold = add(root, mul(up, 0.072 * e));
  b.other('blade', frame, 0.075 * e, 0.052 * e, 0.04 * e, 0.3, 3 / e, 0.018, part);
  const dir = normalize(rotate(head, 0.75, -0.6 + 0.25 * fwd, 0.42 * side));
  const tipX = normalize(sub(x, mul(dir, x.x * dir.x + x.y * dir.y + x.z * dir.z)));
  b.other(
    'blade',
    { o: fold, x: tipX, y: dir, z: vecCross(tipX, dir) },
    0.072 * e,
    0.038 * e,
    0.012 * e,
    0.3,
    0,
    0.014,
    part,
  );
  return add(fold, mul(dir, 0.075 * e));
}

const vecCross = (a: Vec, b: Vec): Vec =>
  vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);

/** The whole dog, feet on y = 0, chest near the origin, facing +x. */
export function buildAnatomy(id: DogIdentity, pose: Pose): Anatomy {
  const b = new Builder();
  const { muzzle: ml, muzzleWidth: mw, fluff, girth, head: headSize } = id.build;
  const trunk = trunkOf(id, pose);
  addTrunk(b, id, trunk);
  for (const side of [-1, 1] as const) {
    addFrontLeg(b, id, pose, trunk, side);
    addHindLeg(b, id, pose, trunk, side);
  }
  addTail(b, id, pose, trunk);

  const hs = 1.12 * headSize;
  const head = headingFrame(trunk.headBase, pose.headYaw, pose.headPitch, pose.headRoll);
  const neckPuff = 1 + fluff * 0.22;
  const neckFrom = toWorld(trunk.spine, 0.085, 0.05, 0);
  const neckTo = toWorld(head, -0.045 * hs, -0.035 * hs, 0);
  const neckMid = mixVec(neckFrom, neckTo, 0.5);
  b.cone(
    neckFrom,
    neckMid,
    0.1 * girth * neckPuff,
    0.084 * neckPuff * mix(girth, 1, 0.5),
    0.06,
    PART.neck,
  );
  b.cone(
    neckMid,
    neckTo,
    0.084 * neckPuff * mix(girth, 1, 0.5),
    0.074 * hs * mix(1, neckPuff, 0.5),
    0.04,
    PART.neck,
  );

  const h = (x: number, y: number, z: number): Vec => vec(x * hs, y * hs, z * hs);
  const w = (x: number, y: number, z: number): Vec => toWorld(head, x * hs, y * hs, z * hs);
  const back = vec(-1, 0.15, 0);
  const tip = 0.1 + 0.1 * ml;
  // Skull, brow, cheeks.
  b.ball(head, h(0, 0.012, 0), h(0.112, 0.094, 0.1), 0.04, PART.head, back);
  b.ball(head, h(-0.02, -0.03, 0), h(0.09, 0.075, 0.088 + 0.012 * fluff), 0.04, PART.head, back);
  for (const side of [-1, 1]) {
    b.ball(head, h(0.056, 0.05, 0.036 * side), h(0.04, 0.028, 0.034), 0.028, PART.head, back);
    b.ball(
      head,
      h(0.042, -0.034, 0.05 * side),
      h(0.058, 0.05, 0.046 + 0.01 * fluff),
      0.035,
      PART.head,
      back,
    );
  }
  // Muzzle: bridge, whisker pads, jaw.
  b.cone(w(0.06, -0.018, 0), w(tip, -0.036, 0), 0.05 * hs * mw, 0.034 * hs * mw, 0.03, PART.muzzle);
  for (const side of [-1, 1]) {
    b.cone(
      w(0.06, -0.05, 0.026 * side * mw),
      w(tip - 0.012, -0.054, 0.0185 * side * mw),
      0.036 * hs * mw,
      0.0285 * hs * mw,
      0.014,
      PART.muzzle,
    );
  }
  const open = pose.mouth * 0.42;
  const jaw = (x: number, y: number, z: number): Vec => {
    const dx = x - 0.02;
    const dy = y + 0.05;
    return w(
      0.02 + dx * Math.cos(open) + dy * Math.sin(open),
      -0.05 + dy * Math.cos(open) - dx * Math.sin(open),
      z,
    );
  };
  b.cone(
    jaw(0.03, -0.068, 0),
    jaw(tip - 0.022, -0.078, 0),
    0.037 * hs * mw,
    0.0225 * hs * mw,
    pose.mouth > 0.1 ? 0.006 : 0.004,
    PART.muzzle,
  );
  b.material = MATERIAL.mouth;
  b.cone(
    w(0.05, -0.056, 0),
    jaw(tip - 0.03, -0.062, 0),
    0.03 * hs * mw,
    0.02 * hs * mw,
    0,
    PART.muzzle,
  );
  b.material = MATERIAL.tongue;
  const out = pose.tongue ? 0.03 + 0.05 * pose.mouth : -0.012;
  const root = jaw(0.05, -0.05, 0);
  const lip = jaw(tip - 0.026 + (pose.tongue ? 0.012 : 0), -0.05, 0);
  const over = pose.tongue ? add(lip, rotate(head, 0.014 * hs, -out * hs, 0.002 * hs)) : lip;
  const tongueFrame = (a: Vec, c: Vec): Frame => {
    const y = normalize(sub(c, a));
    const x = head.z;
    const side = normalize(sub(x, mul(y, x.x * y.x + x.y * y.y + x.z * y.z)));
    return { o: a, x: side, y, z: vecCross(side, y) };
  };
  b.other(
    'blade',
    tongueFrame(root, lip),
    length(sub(lip, root)),
    0.022 * hs * mw,
    0.021 * hs * mw,
    0.34,
    -6,
    0.004,
    PART.muzzle,
  );
  b.other(
    'blade',
    tongueFrame(lip, add(over, mul(head.y, -1e-4))),
    Math.max(length(sub(over, lip)), 1e-4),
    0.021 * hs * mw,
    pose.tongue ? 0.019 * hs * mw : 0.012 * hs,
    0.34,
    -6,
    0.008,
    PART.muzzle,
  );
  // Nose.
  b.material = MATERIAL.nose;
  b.ball(
    head,
    h(tip + 0.024 * mix(1, mw, 0.5), -0.02, 0),
    h(0.021, 0.0195, 0.0265 * mix(1, mw, 0.6)),
    0.004,
    PART.muzzle,
  );
  b.ball(head, h(tip + 0.02, -0.034, 0), h(0.014, 0.014, 0.012), 0.008, PART.muzzle);
  const nose = w(tip + 0.045, -0.018, 0);
  // Eyes and lids.
  const eyes: { center: Vec; gaze: Vec; radius: number }[] = [];
  const eyeRadius = 0.0275 * hs;
  const eyeAt = (side: number): Vec => w(0.0805, 0.018, 0.047 * side);
  const surface: Vec[] = [];
  for (const side of [-1, 1]) {
    const c = eyeAt(side);
    b.material = MATERIAL.eye;
    b.ball({ ...head, o: c }, vec(0, 0, 0), vec(eyeRadius, eyeRadius, eyeRadius), 0, PART.head);
    const axis = normalize(rotate(head, 0.86, 0.06, 0.5 * side));
    const gazeFrame = headingFrame(
      c,
      pose.headYaw + 0.16 * side + pose.gazeYaw,
      pose.headPitch + 0.04 + pose.gazePitch,
      0,
    );
    eyes.push({ center: c, gaze: gazeFrame.x, radius: eyeRadius });
    surface.push(add(c, mul(axis, eyeRadius)));
    b.material = MATERIAL.lid;
    const lidUp = normalize(rotate(head, -0.2, 1, 0.16 * side));
    b.other(
      'lid',
      boneFrame(c, add(c, lidUp), head.z),
      eyeRadius * 1.1,
      eyeRadius * 0.56,
      0,
      0,
      0,
      0.004,
      PART.head,
    );
    const lidDown = normalize(rotate(head, -0.32, -1, 0.1 * side));
    b.other(
      'lid',
      boneFrame(c, add(c, lidDown), head.z),
      eyeRadius * 1.07,
      eyeRadius * 0.66,
      0,
      0,
      0,
      0.004,
      PART.head,
    );
    b.material = MATERIAL.fur;
  }
  const leftEar = addEar(b, id, pose, head, hs, -1);
  const rightEar = addEar(b, id, pose, head, hs, 1);
  return {
    prims: b.prims,
    head,
    headScale: hs,
    points: {
      left_eye: surface[0] ?? head.o,
      right_eye: surface[1] ?? head.o,
      nose,
      left_ear: leftEar,
      right_ear: rightEar,
    },
    eyes,
    flow: b.flow,
  };
}
