import type { Orientation } from './exif';

/** What a format's header tells without decoding. */
export interface PhotoHeader {
  /** Pixels as stored, before the orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Turn still to be applied to the decoded pixels. */
  readonly orientation: Orientation;
  readonly takenAt: string | null;
}
