/** What can be done with models: taken from a drop, asked about, put to use, given back. What is in use stays so until others have proved that they run. */
import type { SlotChoice } from '../core/models/arrange';
import type { RecipeSection } from '../core/models/layers';
import { MODEL_SLOTS, type ModelSlot } from '../core/recipe/schema';
import type { ModelBundle, VerifiedModel } from '../worker/contract';
import { createKeypointPreview } from './keypointPreview';
import type { AppState, FolderFile } from './model';
import { readModelFiles } from './modelFiles';
import { provisionalBundle, recipeText, reviewModels } from './modelReview';
import {
  NO_PREVIEW,
  type ModelDrop,
  type ModelsSlice,
  type ModelSteps,
  type SetCards,
} from './modelsModel';
import type { AppPorts } from './ports';
import { messageOf, type Setup } from './setup';

export const RECIPE_FILE = 'pipeline.json';

export interface ModelActions {
  /** Shows or hides the models. */
  readonly show: (open: boolean) => void;
  /** Takes model files. They are in use at once where nothing is unclear. `quietly` shows them only where something is. */
  readonly take: (files: readonly FolderFile[], quietly?: boolean) => Promise<void>;
  /** Gives a file of the draft its stage. */
  readonly choose: (path: string, choice: SlotChoice) => Promise<void>;
  /** Sets sections of the recipe by hand, of the draft or else of the models in use. */
  readonly answer: (sections: RecipeSection) => Promise<void>;
  readonly discard: () => void;
  readonly useBundled: () => void;
  /**
   * The models being looked at: of the draft, with the usual values where nothing is known, or else those in use.
   * Null while there are none.
   */
  readonly provisional: () => ModelBundle | null;
  /** Runs the keypoint model on a few photos, so that its points can be named. */
  readonly previewKeypoints: () => Promise<void>;
  readonly saveRecipe: () => void;
  /** Says in a sentence what was taken of a drop that also held photos; null once it was read. */
  readonly told: (sentence: string | null) => void;
}

interface Access {
  readonly get: () => AppState;
  readonly patch: (change: Partial<ModelsSlice>) => void;
  /** Called once other models are in use. */
  readonly changed: () => void;
}

export function createModels(ports: AppPorts, setup: Setup, state: Access): ModelActions {
  /** What warm-up runs showed, by file and by what the recipe says of it. */
  const verified = new Map<string, VerifiedModel>();
  /** Raised whenever other models are considered: what an older check brings is dropped. */
  let turn = 0;
  /** Of the draft: made once, so that a preview of it is not made twice. */
  let ahead: { readonly steps: ModelSteps; readonly bundle: ModelBundle | null } | null = null;
  const preview = createKeypointPreview(ports, {
    get: state.get,
    patch: (change) => state.patch({ preview: change }),
  });

  const models = (): ModelsSlice => state.get().models;

  const keyOf = ({ recipe, files }: ModelBundle, slot: ModelSlot): string =>
    `${files[slot]?.sha256 ?? ''} ${JSON.stringify(recipe[slot])}`;

  /** Runs what was not run before; the message says which file cannot serve. */
  async function verify(bundle: ModelBundle): Promise<void> {
    const open = (slot: ModelSlot): boolean => !verified.has(keyOf(bundle, slot));
    if (!MODEL_SLOTS.some(open)) return;
    const files = {
      detector: open('detector') ? bundle.files.detector : null,
      keypoint: open('keypoint') ? bundle.files.keypoint : null,
      embedder: open('embedder') ? bundle.files.embedder : null,
    };
    const result = await ports.client.inspect({ ...bundle, files });
    if (!result.ok) throw new Refusal(result.error.slot, result.error.message);
    for (const slot of MODEL_SLOTS) {
      const one = result.value[slot];
      if (one !== null) verified.set(keyOf(bundle, slot), one);
    }
  }

  function withVerified(cards: SetCards, bundle: ModelBundle): SetCards {
    const { detector, keypoint, embedder } = cards.stages;
    const known = (slot: ModelSlot): VerifiedModel | null =>
      verified.get(keyOf(bundle, slot)) ?? null;
    return {
      ...cards,
      stages: {
        detector: { ...detector, verified: known('detector') },
        keypoint: { ...keypoint, verified: known('keypoint') },
        embedder: { ...embedder, verified: known('embedder') },
      },
    };
  }

  /** Puts the outcome of `steps` to use, asks what is open, or says why not. */
  async function consider(steps: ModelSteps): Promise<void> {
    const id = ++turn;
    try {
      const bundled = await setup.bundled();
      if (id !== turn) return;
      if (!bundled.ok) throw new Refusal(null, bundled.error.message);
      const review = reviewModels(bundled.value, steps);
      if (review.kind === 'refused') {
        refuse(review.problems);
      } else if (review.kind === 'open') {
        const { undecided, unknown, cards } = review;
        const draft = { steps, undecided, unknown, cards };
        state.patch({ phase: 'idle', draft, problems: [], open: true, preview: NO_PREVIEW });
      } else {
        state.patch({ phase: 'checking' });
        await verify(review.bundle);
        if (id !== turn) return;
        const bundle = steps.length === 0 ? null : review.bundle;
        setup.use(bundle);
        state.patch({
          ...{ phase: 'idle', steps, bundle, draft: null, problems: [] },
          cards: withVerified(review.cards, review.bundle),
        });
        state.changed();
      }
    } catch (error) {
      if (id !== turn) return;
      const slot = error instanceof Refusal ? error.slot : null;
      const file = slot === null ? null : fileOf(steps, slot);
      const text = messageOf(error);
      // The worker's sentence begins with the file's name.
      const message =
        file !== null && text.startsWith(`${file} `) ? text.slice(file.length + 1) : text;
      refuse([{ file: file ?? '', slot, message }]);
    }
  }

  /** Tells why, beside the cards of what stays in use. */
  function refuse(problems: ModelsSlice['problems']): void {
    state.patch({ phase: 'idle', problems, open: true });
    void describe();
  }

  /** Cards of what is in use, with a warm-up run of each model. */
  async function describe(): Promise<void> {
    const id = turn;
    const bundled = await setup.bundled();
    if (!bundled.ok || id !== turn || models().draft !== null) return;
    const review = reviewModels(bundled.value, models().steps);
    if (review.kind !== 'ready') return;
    state.patch({ cards: withVerified(review.cards, review.bundle) });
    try {
      await verify(review.bundle);
    } catch (error) {
      const slot = error instanceof Refusal ? error.slot : null;
      if (id === turn) {
        state.patch({ problems: [{ file: '', slot, message: messageOf(error) }] });
      }
      return;
    }
    if (id === turn) state.patch({ cards: withVerified(review.cards, review.bundle) });
  }

  const actions: ModelActions = {
    show(open) {
      state.patch(open ? { open } : { open, problems: [], taken: null });
      if (open && models().phase === 'idle') void describe();
    },
    async take(files, quietly = false) {
      const id = ++turn;
      state.patch({ phase: 'reading', problems: [], taken: null });
      if (!quietly) state.patch({ open: true });
      const { drop, problems } = await readModelFiles(files, ports.sha256);
      if (id !== turn) return;
      if (problems.length > 0) {
        refuse(problems);
        return;
      }
      const { draft, steps } = models();
      await consider([...(draft?.steps ?? steps), drop]);
    },
    async choose(path, choice) {
      const { draft } = models();
      if (draft === null) return;
      const steps = draft.steps.map((step) =>
        step.kind === 'drop' && holds(step, path)
          ? { ...step, choices: { ...step.choices, [path]: choice } }
          : step,
      );
      await consider(steps);
    },
    async answer(sections) {
      const { draft, steps } = models();
      state.patch({ problems: [] });
      await consider([...(draft?.steps ?? steps), { kind: 'answers', sections }]);
    },
    discard() {
      turn++;
      state.patch({ draft: null, problems: [], phase: 'idle', preview: NO_PREVIEW });
      void describe();
    },
    useBundled() {
      state.patch({ problems: [], preview: NO_PREVIEW });
      void consider([]);
    },
    provisional,
    previewKeypoints() {
      const bundle = provisional();
      return bundle === null ? Promise.resolve() : preview(bundle);
    },
    saveRecipe() {
      const { setup: made } = state.get();
      const bundle = models().bundle ?? made.bundled;
      if (bundle === null) return;
      ports.save(RECIPE_FILE, new Blob([recipeText(bundle.recipe)], { type: 'application/json' }));
    },
    told: (taken) => state.patch({ taken }),
  };
  return actions;

  function provisional(): ModelBundle | null {
    const { draft, bundle } = models();
    const { bundled } = state.get().setup;
    if (bundled === null) return null;
    if (draft === null) return bundle ?? bundled;
    if (ahead?.steps !== draft.steps) {
      ahead = { steps: draft.steps, bundle: provisionalBundle(bundled, draft.steps) };
    }
    return ahead.bundle;
  }
}

/** A model that cannot serve. */
class Refusal extends Error {
  constructor(
    readonly slot: ModelSlot | null,
    message: string,
  ) {
    super(message);
  }
}

const holds = (drop: ModelDrop, path: string): boolean =>
  drop.models.some(({ candidate }) => candidate.path === path);

/** The name of the file that the newest step gives a stage, for a problem of it. */
function fileOf(steps: ModelSteps, slot: ModelSlot): string | null {
  for (const step of [...steps].reverse()) {
    if (step.kind !== 'drop') continue;
    const model = step.models.find(({ candidate }) => {
      const { path, card } = candidate;
      return (step.choices[path] ?? card.assignment.slot) === slot;
    });
    if (model !== undefined) return model.file.name;
  }
  return null;
}
