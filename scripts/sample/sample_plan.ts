import type { PhotoSpec } from './photo.js';
export function samplePlan(_longSide: number): PhotoSpec[] {
  return [];
}
