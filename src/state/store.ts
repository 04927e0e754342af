/** The page's store and what can be done with it. No React here; the ui binds to it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { namingCounts, namingOf, type IdentitySource } from '../core/evaluation/naming';
import { renameEntries } from './entries';
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
import { createBaseline, type BaselineActions } from './baseline';
import { branchesOf, createBranches, type BranchActions } from './branches';
import { createModels, type ModelActions } from './models';
import { FOLDER_NAMES, savedNames } from './names';
import type { AppPorts } from './ports';
import { recognise } from './recognise';
import { createRunner } from './runner';
import { createRestorer, readSaved } from './saved';
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
  /** Takes the dogs' names from elsewhere. Nothing is run again. */
  readonly setNames: (source: IdentitySource) => void;
  readonly setOptions: (patch: Partial<OptionsSlice>) => void;
  readonly exportResults: () => Promise<void>;
  readonly verdict: VerdictActions;
  readonly branches: BranchActions;
  readonly baseline: BaselineActions;
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
  const branches = createBranches(ports, setup, {
    get,
    patch: (change) => patch('branches', change),
  });
  const baseline = createBaseline(ports, { get, patch: (change) => patch('baseline', change) });
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
  const restorer = createRestorer(ports, {
    get,
    run: setRun,
    folder: (folder) => setIntake({ folder }),
  });
  /** Raised by every new listing: an older one that still reads is dropped. */
  let listings = 0;
  /** A run whose vectors are not at hand yet. */
  let unread: { readonly file: string; readonly json: unknown } | null = null;

  /** A run in progress keeps its sessions; the next one makes them ready by itself. */
  function makeReady(): void {
    if (['queued', 'running', 'stopping'].includes(get().run.phase)) return;
    const { backend, stages, dogs } = get().options;
    void setup.ready(backend, { stages, dogs });
  }

  function runAgain(): void {
    const { run, intake } = get();
    const folder = run.saved === null ? intake.folder : (run.saved.pictures?.folder ?? null);
    if (folder !== null) offer(folder);
  }

  function accept(folder: Folder): void {
    doctor.reset();
    const { intake, names, run } = get();
    verdict.reset(intake.folder === folder || run.saved?.pictures?.folder === folder);
    const paths = folder.photos.map(({ path }) => path);
    // A list or pattern made for other photos says nothing about these.
    const fits = names.source.from !== 'saved' && namingCounts(paths, names.naming).named > 0;
    if (!fits && names.source.from !== 'folders') store.setState({ names: FOLDER_NAMES });
    branches.reset();
    baseline.reset();
    setIntake({ phase: 'ready', folder, waiting: null, problem: null });
    patch('view', FRESH_VIEW);
    runner.start(folder);
  }

  /** A run from results.json, in place of what is on the page. */
  function openSaved(file: string, json: unknown, npy: Uint8Array | undefined): void {
    const read = readSaved(file, json, npy);
    const phase = get().intake.folder === null ? 'empty' : 'ready';
    if (!read.ok) {
      setIntake({ phase, problem: read.message });
      return;
    }
    const { results, entries, saved, folder } = read.run;
    doctor.reset();
    unread = saved.missing === null ? null : { file, json };
    store.setState({ names: savedNames(results) });
    verdict.reset(false, results);
    branches.reset(results.metrics);
    baseline.reset();
    setIntake({ phase: 'ready', folder, waiting: null, problem: null });
    patch('view', FRESH_VIEW);
    patch('options', { topK: results.tool.topK });
    runner.show(entries, saved);
  }

  async function takeFolder(folder: Folder): Promise<void> {
    if (get().run.saved !== null && folder.photos.length > 0) {
      if (await restorer.restore(folder)) {
        const { saved } = get().run;
        // Colours of the chips are known now, and the folder's truth.
        if (saved?.missing === null) runner.refresh();
        setIntake({ phase: 'ready' });
        return;
      }
    }
    offer(folder);
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
      const taken = await recognise(files);
      if (!current()) return;
      const phase = get().intake.folder === null ? 'empty' : 'ready';
      switch (taken.kind) {
        case 'run':
          openSaved(taken.file, taken.json, taken.npy);
          return;
        case 'vectors':
          if (unread !== null) openSaved(unread.file, unread.json, taken.bytes);
          else
            setIntake({
              phase,
              problem: 'Vectors alone say nothing: drop their results.json, too.',
            });
          return;
        case 'names':
          setIntake({ phase });
          setNames({ from: 'file', file: taken.file, text: taken.text });
          return;
        case 'strange':
          if (modelFilesIn(files) !== null) break;
          setIntake({ phase, problem: taken.message });
          return;
        case 'folder':
      }
      const folder = await ports.sort(name, files);
      if (!current()) return;
      const modelFiles = modelFilesIn(files);
      if (modelFiles === null) {
        await takeFolder(folder);
        return;
      }
      // Models first: photos that come with them are meant for them.
      setIntake({ phase: get().intake.folder === null ? 'empty' : 'ready' });
      await models.take(modelFiles, folder.photos.length > 0);
      if (folder.photos.length === 0 || !current()) return;
      models.told(takenText(name, folder.photos.length, get()));
      await takeFolder(folder);
    } catch (error) {
      if (!current()) return;
      setIntake({
        phase: get().intake.folder === null ? 'empty' : 'ready',
        problem: `“${name}” could not be read: ${messageOf(error)}`,
      });
    }
  }

  function setNames(source: IdentitySource): void {
    const naming = namingOf(source);
    if (!naming.ok) {
      patch('names', { problem: naming.error.message });
      return;
    }
    store.setState({ names: { source, naming: naming.value, problem: null } });
    const { run } = get();
    if (run.entries.length === 0) return;
    setRun({ entries: renameEntries(run.entries, naming.value), exported: false });
    patch('view', { dog: null, openPair: null });
    runner.compare();
  }

  function replace(): void {
    const { waiting } = get().intake;
    if (waiting !== null) accept(waiting);
  }

  /** Whether there was something to export. */
  async function exportResults(): Promise<boolean> {
    await runner.settled();
    const state = get();
    const metrics = await verdict.metrics();
    if (metrics === null) return false;
    const content = await exportBlob(state, { ...metrics, ...branchesOf(state) }, ports.version);
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
      setNames,
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
      branches,
      baseline,
      models,
      doctor,
      setView: (change) => patch('view', change),
      dismissProblem: () => setIntake({ problem: null }),
    },
  };
}

/** How a run that was just taken is looked at. */
const FRESH_VIEW = {
  status: 'all',
  branch: 'any',
  dog: null,
  openPhoto: null,
  openPair: null,
  onlyWrong: false,
} as const;

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
