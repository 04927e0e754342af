/** Which keypoint plays which head role: from names, or from the known schemes by their number of points. */
import { knownScheme } from '../stages/yolo/keypointSchemes';
import { KEYPOINT_ROLES, type KeypointRole } from './schema';

/** The names of a known scheme of `count` points, or null: then they have to be asked for. */
export function knownKeypointNames(count: number): readonly string[] | null {
  return knownScheme(count)?.names ?? null;
}

/** Words a role is known by, best first: an ear's base moves less than its tip. */
const ROLE_WORDS: Readonly<Record<KeypointRole, readonly string[]>> = {
  left_eye: ['left_eye', 'l_eye'],
  right_eye: ['right_eye', 'r_eye'],
  nose: ['nose'],
  left_ear: ['left_ear', 'left_ear_base', 'l_ear_base', 'l_earbase', 'left_earbase', 'l_ear'],
  right_ear: ['right_ear', 'right_ear_base', 'r_ear_base', 'r_earbase', 'right_earbase', 'r_ear'],
  chin: ['chin', 'dog_s_chin', 'dogs_chin'],
};

/**
 * Roles by name. Only names that say a role outright count; a face chip needs `nose` and two of eyes
 * and ears, so a result without them has to be completed by the user.
 */
export function inferRoles(names: readonly string[]): Partial<Record<KeypointRole, string>> {
  const byWord = new Map(names.map((name) => [normalise(name), name]));
  const roles: Partial<Record<KeypointRole, string>> = {};
  for (const role of KEYPOINT_ROLES) {
    const word = ROLE_WORDS[role].find((candidate) => byWord.has(candidate));
    if (word !== undefined) roles[role] = byWord.get(word)!;
  }
  return roles;
}

/** Whether a face chip can ever be cut with these roles. */
export function rolesSuffice(roles: Partial<Record<KeypointRole, string>>): boolean {
  const paired = [roles.left_eye, roles.right_eye, roles.left_ear, roles.right_ear];
  return roles.nose !== undefined && paired.filter((name) => name !== undefined).length >= 2;
}

function normalise(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}
