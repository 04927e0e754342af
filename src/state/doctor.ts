/** The preprocessing doctor: which recipe was the embedder trained with? */
import type { EmbedderRules } from '../core/doctor/candidates';
import { MIN_DOGS } from '../core/doctor/diagnose';
import { pickPhotos } from '../core/doctor/pickPhotos';
import type { ExamineProgress, ExamineRequest } from '../worker/contract';
import { NO_DOCTOR, type DoctorSlice } from './doctorModel';
import type { AppState } from './model';
import { recipeText } from './modelReview';
import { RECIPE_FILE, type ModelActions } from './models';
import type { AppPorts } from './ports';
import { messageOf } from './setup';

export interface DoctorActions {
  readonly show: (open: boolean) => void;
  /** Tries the recipes on the chips of the run on the page. */
  readonly examine: () => Promise<void>;
  readonly cancel: () => void;
  /** Puts the recommended recipe to use and runs the folder again. */
  readonly useRecommended: () => Promise<void>;
  readonly saveRecommended: () => void;
}

export interface Doctor extends DoctorActions {
  /** Forgets what was found: other photos or other models are on the page. */
  readonly reset: () => void;
}

/** What the doctor would look at, and why it cannot when it cannot. */
export interface DoctorPhotos {
  readonly photos: ExamineRequest['photos'];
  readonly dogs: number;
  readonly problem: string | null;
}

/** Labelled photos of the run with the chips it cut; the first dog of a photo carries the folder's name. */
export function doctorPhotos({ run }: Pick<AppState, 'run'>): DoctorPhotos {
  const all = run.entries.flatMap(({ file, record }) => {
    const [dog] = record.dogs;
    if (file === null || dog === undefined || record.status !== 'embedded') return [];
    if (record.identity === null) return [];
    const [x1, y1, x2, y2] = dog.chip;
    return [{ path: record.path, identity: record.identity, file, chip: { x1, y1, x2, y2 } }];
  });
  const photos = pickPhotos(all.map(({ identity }) => identity)).map((i) => all[i]!);
  const dogs = new Set(photos.map(({ identity }) => identity)).size;
  return { photos, dogs, problem: problemOf(run, dogs) };
}

function problemOf({ phase, entries }: AppState['run'], dogs: number): string | null {
  if (entries.length === 0) return 'It needs photos: drop a folder, or run the sample.';
  if (['queued', 'running', 'stopping', 'comparing'].includes(phase)) {
    return 'It can start as soon as the run is done.';
  }
  return dogs < MIN_DOGS
    ? `It needs at least ${MIN_DOGS} dogs with two embedded photos each; this folder has ${dogs}. The sample would do.`
    : null;
}

interface Access {
  readonly get: () => AppState;
  readonly patch: (change: Partial<DoctorSlice>) => void;
  readonly models: Pick<ModelActions, 'provisional' | 'answer'>;
  readonly runAgain: () => void;
}

export function createDoctor(ports: AppPorts, state: Access): Doctor {
  let abort = new AbortController();

  function reset(): void {
    abort.abort();
    const { open } = state.get().doctor;
    state.patch({ ...NO_DOCTOR, open });
  }

  return {
    show(open) {
      // What was found about other models must not be taken for these.
      const { bundle } = state.get().doctor;
      if (open && bundle !== null && bundle !== state.models.provisional()) reset();
      state.patch({ open });
    },
    async examine() {
      abort.abort();
      abort = new AbortController();
      const { signal } = abort;
      const bundle = state.models.provisional();
      const { photos, problem } = doctorPhotos(state.get());
      const refusal = problem ?? (bundle === null ? 'The models are not ready yet.' : null);
      if (bundle === null || refusal !== null) {
        state.patch({ phase: 'failed', error: refusal, result: null });
        return;
      }
      state.patch({ phase: 'working', progress: null, bundle, result: null, error: null });
      const onProgress = (progress: ExamineProgress): void => {
        if (!signal.aborted) state.patch({ progress });
      };
      try {
        const result = await ports.client.examine({ bundle, photos }, onProgress, signal);
        if (signal.aborted) return;
        state.patch(
          result.ok
            ? { phase: 'done', progress: null, result: result.value }
            : { phase: 'failed', progress: null, error: result.error.message },
        );
      } catch (error) {
        if (!signal.aborted) state.patch({ phase: 'failed', error: messageOf(error) });
      }
    },
    cancel() {
      abort.abort();
      state.patch({ phase: 'idle', progress: null, bundle: null });
    },
    async useRecommended() {
      const { result, bundle } = state.get().doctor;
      if (result === null || bundle !== state.models.provisional()) return;
      await state.models.answer({ embedder: answerOf(result.diagnosis.recommended.rules) });
      const { problems, draft } = state.get().models;
      // What is still open, or was refused, is shown by the models' own dialog.
      state.patch({ open: false });
      if (problems.length === 0 && draft === null) state.runAgain();
    },
    saveRecommended() {
      const { result, bundle } = state.get().doctor;
      if (result === null || bundle === null) return;
      const recipe = { ...bundle.recipe, embedder: result.diagnosis.recommended.rules };
      ports.save(RECIPE_FILE, new Blob([recipeText(recipe)], { type: 'application/json' }));
    },
    reset,
  };
}

/** What the doctor decides, as a section of a recipe. */
function answerOf({ resize, fit, padValue, cropPct, mean, std, scale, colour }: EmbedderRules): {
  readonly [key: string]: unknown;
} {
  return { resize, fit, padValue, cropPct, mean: [...mean], std: [...std], scale, colour };
}
