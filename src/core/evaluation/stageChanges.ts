/** What changed stage by stage between two runs of one folder: found or lost, moved boxes, another branch. */
import type { DogRecord, PhotoRecord } from '../results/schema';

/** Boxes that overlap at least this much count as the same. */
export const SAME_BOX_IOU = 0.9;

export interface StageChange {
  readonly path: string;
  readonly status: { readonly a: string; readonly b: string } | null;
  /** IoU of the first dog's boxes where it fell below SAME_BOX_IOU. */
  readonly boxIou: number | null;
  readonly branch: { readonly a: string; readonly b: string } | null;
}

export interface StageChanges {
  readonly photos: number;
  readonly changedStatus: number;
  readonly movedBoxes: number;
  readonly changedBranch: number;
  /** Photos with any change, in path order of run a. */
  readonly changes: readonly StageChange[];
}

/** Photos are matched by path; those of one run only are not compared. */
export function stageChanges(a: readonly PhotoRecord[], b: readonly PhotoRecord[]): StageChanges {
  const inB = new Map(b.map((photo) => [photo.path, photo]));
  const both = a.flatMap((photo) => {
    const other = inB.get(photo.path);
    return other ? [{ photo, other }] : [];
  });
  const changes = both
    .map(({ photo, other }) => changeOf(photo, other))
    .filter(({ status, boxIou, branch }) => status !== null || boxIou !== null || branch !== null);
  return {
    photos: both.length,
    changedStatus: changes.filter(({ status }) => status !== null).length,
    movedBoxes: changes.filter(({ boxIou }) => boxIou !== null).length,
    changedBranch: changes.filter(({ branch }) => branch !== null).length,
    changes,
  };
}

function changeOf(a: PhotoRecord, b: PhotoRecord): StageChange {
  const [dogA, dogB] = [a.dogs[0], b.dogs[0]];
  const status = a.status === b.status ? null : { a: a.status, b: b.status };
  if (!dogA || !dogB) return { path: a.path, status, boxIou: null, branch: null };
  const iou = boxIou(dogA.bbox, dogB.bbox);
  return {
    path: a.path,
    status,
    boxIou: iou < SAME_BOX_IOU ? iou : null,
    branch: dogA.branch === dogB.branch ? null : { a: dogA.branch, b: dogB.branch },
  };
}

/** Intersection over union of two xyxy boxes; 0 for boxes without area. */
export function boxIou(a: DogRecord['bbox'], b: DogRecord['bbox']): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const shared = width > 0 && height > 0 ? width * height : 0;
  const area = (box: DogRecord['bbox']): number => (box[2] - box[0]) * (box[3] - box[1]);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}
