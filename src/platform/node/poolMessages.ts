/** What the pool and its threads say to each other. */
import type { PhotoViews } from '../../core/evaluation/branchReport';
import type { FinishedPhoto } from '../../core/results/assemble';
import type { ModelSlot, Recipe } from '../../core/recipe/schema';
import type { DogChoice, StageChoice } from '../../core/types';

/** What a thread needs to build its pipeline. */
export interface PipelineSetup {
  readonly recipe: Recipe;
  /** Absolute paths; null where the stage is not run. */
  readonly models: Readonly<Record<ModelSlot, string | null>>;
  readonly stages: StageChoice;
  readonly dogs: DogChoice;
  readonly preview?: boolean | undefined;
  /** Whether each photo is embedded in the other views, too. */
  readonly branches?: boolean | undefined;
}

export interface PoolJob {
  readonly path: string;
  readonly identity: string | null;
  /** Absolute path of the photo. */
  readonly file: string;
  /** Where to draw the debug image, or null. */
  readonly debugFile: string | null;
}

export interface PoolMessage {
  readonly kind: 'process';
  readonly job: PoolJob;
}

export type PoolReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'done';
      readonly finished: FinishedPhoto;
      readonly views: PhotoViews | null;
      readonly timings: Readonly<Record<string, number>>;
    };
