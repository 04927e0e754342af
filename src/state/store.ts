/** The page's store and what can be done with it. No React here; the ui binds to it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { exportBlob } from './exporting';
import { modelFilesIn } from './modelFiles';
import {
  INITIAL_STATE,
  type AppState,
  type Folder,
  type FolderFile,
  type IntakeSlice,
  type OptionsSlice,
  type RunSlice,
  type SetupSlice,
  type ViewSlice,
} from './model';
import { createDoctor, type DoctorActions } from './doctor';
import { createModels, type ModelActions } from './models';
import type { AppPorts } from './ports';
import { createRunner } from './runner';
import { createSetup, messageOf } from './setup';
import { bundleText } from './selectors';
import { plural } from './status';
import { createVerdict, type VerdictActions } from './verdict';

export const RESULTS_FILE = 'results.json';

/** A listing of files that may still be going on. `progress` is told how many files were seen. */
export type Listing = (progress: (seen: number) => void) => Promise<readonly FolderFile[]>;

export interface AppActions {
  /** Fetches the models and warms them up, so that the first folder need not wait. */
  readonly prepare: () => void;
  /** Takes a folder and starts at once; asks first only where unexported results would be lost. */
  readonly take: (name: string, listing: Listing) => Promise<void>;
  readonly takeSample: () => Promise<void>;
  /** Gives up the results on the page for the folder that waits. */
  readonly replace: () => void;
  /** Saves the results on the page, then goes on with the folder that waits. */
  readonly exportAndReplace: () => Promise<void>;
  /** Keeps the results on the page. */
  readonly keep: () => void;
  readonly cancel: () => void;
  readonly resume: () => void;
  /** Runs the same folder again with the options as they are now. */
  readonly runAgain: () => void;
  readonly setOptions: (patch: Partial<OptionsSlice>) => void;
  readonly exportResults: () => Promise<void>;
  readonly verdict: VerdictActions;
  readonly models: ModelActions;
  readonly doctor: DoctorActions;
  readonly setView: (patch: Partial<ViewSlice>) => void;
  readonly dismissProblem: () => void;
}

export interface App {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
}

export function createApp(ports: AppPorts): App {
  const store = createStore<AppState>(() => INITIAL_STATE);
  const get = store.getState;
  const patch = <K extends keyof AppState>(key: K, change: Partial<AppState[K]>): void => {
    store.setState((state) => ({ [key]: { ...state[key], ...change } }));
  };
  const setSetup = (change: Partial<SetupSlice>): void => patch('setup', change);
  const setIntake = (change: Partial<IntakeSlice>): void => patch('intake', change);
  const setRun = (change: Partial<RunSlice>): void => patch('run', change);

  const setup = createSetup(ports.client, setSetup);
  const runner = createRunner(ports, setup, {
    get,
    run: setRun,
    analysis: (analysis) => store.setState({ analysis }),
  });
  const verdict = createVerdict(ports, {
    get,
    patch: (change) => patch('verdict', change),
    run: setRun,
  });
  const models = createModels(ports, setup, {
    get,
    patch: (change) => patch('models', change),
    changed() {
      doctor.reset();
      makeReady();
    },
  });
  const doctor = createDoctor(ports, {
    get,
    patch: (change) => patch('doctor', change),
    models,
    runAgain,
  });
  /** Raised by every new listing: an older one that still reads is dropped. */
  let listings = 0;

  /** A run in progress keeps its sessions; the next one makes them ready by itself. */
  function makeReady(): void {
    if (['queued', 'running', 'stopping'].includes(get().run.phase)) return;
    const { backend, stages, dogs } = get().options;
    void setup.ready(backend, { stages, dogs });
  }

  function runAgain(): void {
    const { folder } = get().intake;
    if (folder !== null) offer(folder);
  }

  function accept(folder: Folder): void {
    doctor.reset();
    verdict.reset(get().intake.folder === folder);
    setIntake({ phase: 'ready', folder, waiting: null, problem: null });
    patch('view', {
      status: 'all',
      branch: 'any',
      openPhoto: null,
      openPair: null,
      onlyWrong: false,
    });
    runner.start(folder);
  }

  function offer(folder: Folder): void {
    const phase = get().intake.folder === null ? 'empty' : 'ready';
    if (folder.photos.length === 0) {
      const { length } = folder.ignored;
      setIntake({
        phase,
        problem: `No photos in “${folder.name}”${length > 0 ? ` (${length} other files)` : ''}. Choose a folder with JPEG, PNG, WebP, GIF or AVIF photos, one sub-folder per dog.`,
      });
      return;
    }
    if (wouldLoseResults(get().run)) setIntake({ phase, waiting: folder, problem: null });
    else accept(folder);
  }

  async function take(name: string, listing: Listing): Promise<void> {
    const id = ++listings;
    const current = (): boolean => id === listings;
    setIntake({ phase: 'reading', filesSeen: 0, problem: null });
    try {
      const files = await listing((seen) => {
        if (current()) setIntake({ filesSeen: seen });
      });
      const folder = await ports.sort(name, files);
      if (!current()) return;
      const modelFiles = modelFilesIn(files);
      if (modelFiles === null) {
        offer(folder);
        return;
      }
      // Models first: photos that come with them are meant for them.
      setIntake({ phase: get().intake.folder === null ? 'empty' : 'ready' });
      await models.take(modelFiles);
      if (folder.photos.length === 0 || !current()) return;
      models.told(takenText(name, folder.photos.length, get()));
      offer(folder);
    } catch (error) {
      if (!current()) return;
      setIntake({
        phase: get().intake.folder === null ? 'empty' : 'ready',
        problem: `“${name}” could not be read: ${messageOf(error)}`,
      });
    }
  }

  function replace(): void {
    const { waiting } = get().intake;
    if (waiting !== null) accept(waiting);
  }

  /** Whether there was something to export. */
  async function exportResults(): Promise<boolean> {
    await runner.settled();
    const state = get();
    const { bundle } = state.run;
    const content = bundle === null ? null : await exportBlob(state, bundle, ports.version);
    if (content === null) return false;
    ports.save(RESULTS_FILE, content);
    if (get().run.entries === state.run.entries) setRun({ exported: true });
    return true;
  }

  return {
    store,
    actions: {
      prepare() {
        const { backend, stages, dogs } = get().options;
        void setup.ready(backend, { stages, dogs });
      },
      take,
      takeSample() {
        return take('sample', async (progress) => {
          const files = await ports.sample(progress);
          if (!files.ok) throw new Error(files.error.message);
          return files.value;
        });
      },
      replace,
      async exportAndReplace() {
        runner.cancel();
        if (await exportResults()) replace();
      },
      keep: () => setIntake({ waiting: null }),
      cancel: () => runner.cancel(),
      resume: () => runner.resume(),
      runAgain,
      setOptions(change) {
        const before = get().options;
        patch('options', change);
        const { backend, stages, topK } = get().options;
        if (topK !== before.topK) runner.compare();
        if (backend !== before.backend || stages !== before.stages) makeReady();
      },
      async exportResults() {
        await exportResults();
      },
      verdict,
      models,
      doctor,
      setView: (change) => patch('view', change),
      dismissProblem: () => setIntake({ problem: null }),
    },
  };
}

/** Whether starting anew would throw away finished photos that were never exported. */
export function wouldLoseResults(run: RunSlice): boolean {
  return run.counts.done > 0 && !run.exported;
}

/** What of a drop of photos and models was taken, so that neither goes unseen. */
function takenText(name: string, photos: number, { models, setup }: AppState): string {
  const both = `“${name}” holds models and ${plural(photos, 'photo')}`;
  if (models.problems.length > 0) {
    return `${both}. The photos were taken; the models were not: see Models.`;
  }
  if (models.draft !== null) {
    return `${both}. The photos run with the models in use until the questions in Models are answered.`;
  }
  return `${both}. In use now: ${bundleText(models.bundle, setup.bundled)}.`;
}
