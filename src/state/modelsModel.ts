/** What the page knows of models: those in use, those being looked at, and what was said of them. */
import type { RecipeLayers, RecipeSection } from '../core/models/layers';
import type { SlotChoice } from '../core/models/arrange';
import type { ModelCandidate, ModelProblem } from '../core/models/read';
import type { RecipeFact } from '../core/models/sources';
import type { ModelCard } from '../core/onnx/inspect';
import type { MissingKey } from '../core/recipe/resolve';
import type { ModelSlot } from '../core/recipe/schema';
import type { ModelBundle, ModelFile, VerifiedModel } from '../worker/contract';
import type { PhotoEntry } from './model';

/** A researcher's model: what was read of it, and its bytes. */
export interface OwnModel {
  readonly candidate: ModelCandidate;
  readonly file: ModelFile;
}

/** What one drop brought. */
export interface ModelDrop {
  readonly kind: 'drop';
  readonly models: readonly OwnModel[];
  readonly choices: Readonly<Record<string, SlotChoice>>;
  readonly manifest: RecipeSection | null;
  readonly given: RecipeSection | null;
}

/** Sections of the recipe that were set on the page. */
export interface ModelAnswers {
  readonly kind: 'answers';
  readonly sections: RecipeSection;
}

/** From the bundled models to those in use: a later drop replaces a stage with all that was said of it. */
export type ModelSteps = readonly (ModelDrop | ModelAnswers)[];

/** One stage's model as it is shown. */
export interface StageCard {
  readonly slot: ModelSlot;
  readonly origin: 'bundled' | 'own';
  readonly card: ModelCard;
  /** What its warm-up run showed; null until it was run. */
  readonly verified: VerifiedModel | null;
  readonly facts: readonly RecipeFact[];
  /** What nobody has said yet. */
  readonly unknown: readonly MissingKey[];
  /** What had to be assumed where neither the file nor what was said settles it: whole sentences. */
  readonly assumptions: readonly string[];
}

export interface SetCards {
  readonly stages: Readonly<Record<ModelSlot, StageCard>>;
  readonly crop: readonly RecipeFact[];
  readonly layers: RecipeLayers;
}

/** Models that cannot be used before something was answered. */
export interface ModelDraft {
  readonly steps: ModelSteps;
  /** Files whose stage has to be chosen. */
  readonly undecided: readonly ModelCandidate[];
  readonly unknown: readonly MissingKey[];
  readonly cards: SetCards;
}

/** Photos with the keypoints of a model whose roles are being given. */
export interface KeypointPreview {
  readonly phase: 'none' | 'working' | 'ready' | 'failed';
  /** The bundle that was run; other models need another preview. */
  readonly bundle: ModelBundle | null;
  readonly entries: readonly PhotoEntry[];
  /** Where the photos are from. */
  readonly from: 'folder' | 'sample';
  readonly error: string | null;
}

export interface ModelsSlice {
  /** Whether the models are shown. */
  readonly open: boolean;
  readonly phase: 'idle' | 'reading' | 'checking';
  /** How the models in use came about; empty for the bundled ones. */
  readonly steps: ModelSteps;
  /** The researcher's models that the next run takes; null while those are the bundled ones. */
  readonly bundle: ModelBundle | null;
  /** Cards of the models in use; null until they were asked for. */
  readonly cards: SetCards | null;
  readonly draft: ModelDraft | null;
  /** Why the last models could not be taken; nothing in use was changed. */
  readonly problems: readonly ModelProblem[];
  /** What was taken of the last drop, in a sentence. */
  readonly taken: string | null;
  readonly preview: KeypointPreview;
}

export const NO_PREVIEW: KeypointPreview = {
  phase: 'none',
  bundle: null,
  entries: [],
  from: 'folder',
  error: null,
};

export const NO_MODELS: ModelsSlice = {
  open: false,
  phase: 'idle',
  steps: [],
  bundle: null,
  cards: null,
  draft: null,
  problems: [],
  taken: null,
  preview: NO_PREVIEW,
};
