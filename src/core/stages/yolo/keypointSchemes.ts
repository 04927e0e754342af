/** Orders of keypoints in common dog and animal data sets. Left and right are the animal's own. */

export interface KeypointScheme {
  readonly title: string;
  readonly names: readonly string[];
}

const words = (text: string): string[] => text.trim().split(/\s+/);

/** By number of keypoints; only numbers that one scheme clearly owns. */
const SCHEMES: readonly KeypointScheme[] = [
  { title: 'nose, chin and ear bases', names: words('nose chin left_ear_base right_ear_base') },
  {
    title: 'AnimalPose',
    names: words(`left_eye right_eye left_ear_base right_ear_base nose throat tail_base withers
      left_front_elbow right_front_elbow left_rear_elbow right_rear_elbow
      left_front_knee right_front_knee left_rear_knee right_rear_knee
      left_front_paw right_front_paw left_rear_paw right_rear_paw`),
  },
  {
    title: 'dog-pose (StanfordExtra)',
    names: words(`front_left_paw front_left_knee front_left_elbow rear_left_paw rear_left_knee
      rear_left_elbow front_right_paw front_right_knee front_right_elbow rear_right_paw
      rear_right_knee rear_right_elbow tail_start tail_end left_ear_base right_ear_base nose chin
      left_ear_tip right_ear_tip left_eye right_eye withers throat`),
  },
];

/** The scheme with exactly so many keypoints, or null. It is an assumption: tell the user. */
export function knownScheme(count: number): KeypointScheme | null {
  return SCHEMES.find((scheme) => scheme.names.length === count) ?? null;
}
