/** What a dog does in one photo; independent of who it is. */
import type { Random } from '../random.js';
import { clamp } from '../vector.js';

export type Stance = 'stand' | 'walk' | 'sit' | 'lie';

export interface Pose {
  readonly stance: Stance;
  /** Phase of the gait, radians. */
  readonly phase: number;
  /** Head heading relative to the body, radians: positive to the dog's right, up, tilt right. */
  readonly headYaw: number;
  readonly headPitch: number;
  readonly headRoll: number;
  /** Extra height of the head, metres (negative: sniffing, resting). */
  readonly headLift: number;
  /** 0 closed … 1 wide open with the tongue out. */
  readonly mouth: number;
  readonly tongue: boolean;
  /** Side swing and lift of the tail, radians. */
  readonly wag: number;
  readonly tailLift: number;
  /** Ear movement, -1 (back) … 1 (forward). */
  readonly ears: number;
  /** Where the eyes look, relative to the head, radians. */
  readonly gazeYaw: number;
  readonly gazePitch: number;
}

export const REST: Pose = {
  stance: 'stand',
  phase: 0,
  headYaw: 0,
  headPitch: 0,
  headRoll: 0,
  headLift: 0,
  mouth: 0,
  tongue: false,
  wag: 0,
  tailLift: 0,
  ears: 0,
  gazeYaw: 0,
  gazePitch: 0,
};

/**
 * @param azimuth camera direction round the dog, radians, 0 in front, positive on its right
 * @param faceOffset angle between the nose and the camera that remains after the head has turned
 */
export function randomPose(r: Random, stance: Stance, azimuth: number, faceOffset: number): Pose {
  const headYaw = clamp(azimuth + faceOffset, -1.25, 1.25);
  const open = r.chance(0.45);
  const left = clamp(azimuth - headYaw, -0.35, 0.35);
  return {
    stance,
    phase: r.range(0, Math.PI * 2),
    headYaw,
    headPitch: r.range(-0.16, 0.12),
    headRoll: r.chance(0.3) ? r.range(-0.28, 0.28) : r.range(-0.08, 0.08),
    headLift: r.range(-0.03, 0.03),
    mouth: open ? r.range(0.35, 1) : r.chance(0.3) ? r.range(0.05, 0.2) : 0,
    tongue: open && r.chance(0.8),
    wag: r.range(-0.6, 0.6),
    tailLift: r.range(-0.35, 0.45),
    ears: r.range(-0.7, 0.9),
    gazeYaw: left * 0.8,
    gazePitch: r.range(-0.05, 0.1),
  };
}
