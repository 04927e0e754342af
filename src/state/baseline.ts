/** Two models, one folder: a run is kept or imported as baseline, and the run on the page is held against it. */
import type { ComparableRun } from '../core/evaluation/compareReport';
import { openRun } from '../core/evaluation/savedRun';
import type { Collected } from '../core/results/assemble';
import { NO_BASELINE, NOT_COMPARED, type Baseline, type BaselineSlice } from './baselineModel';
import { runFacts } from './exporting';
import type { AppState } from './model';
import type { AppPorts } from './ports';
import { messageOf } from './setup';

export const COMPARE_FILE = 'compare.json';

export interface BaselineActions {
  /** Keeps the run on the page. */
  readonly keep: () => void;
  /** Takes a results.json, with the .npy beside it where it names one. */
  readonly take: (files: readonly File[]) => Promise<void>;
  readonly forget: () => void;
  /** Compares what is on the page with the baseline, unless that is done. */
  readonly open: () => void;
  /** Saves compare.json, as `npm run compare` writes it. */
  readonly save: () => void;
}

interface Access {
  get(): AppState;
  patch(change: Partial<BaselineSlice>): void;
}

/** Whether the run on the page is the baseline itself. */
export const isBaseline = ({ baseline, analysis }: AppState): boolean =>
  baseline.baseline?.kept != null && baseline.baseline.kept === analysis.collected;

export function createBaseline(
  { client, save, version }: AppPorts,
  state: Access,
): BaselineActions & { readonly reset: () => void } {
  /** Raised by every comparison: what an older one brings is dropped. */
  let turn = 0;

  /** The run on the page as it is compared, or null while there is none. */
  function current(): ComparableRun | null {
    const { analysis } = state.get();
    const facts = runFacts(state.get(), version);
    if (analysis.collected === null || analysis.phase !== 'ready' || facts === null) return null;
    const { matrix, rows, photos } = analysis.collected;
    return { matrix, rows, photos, tool: facts.tool, models: facts.models };
  }

  async function compare(a: Baseline, b: ComparableRun, run: Collected): Promise<void> {
    const id = ++turn;
    state.patch({ ...NOT_COMPARED, phase: 'working' });
    try {
      const report = await client.compare({ a: a.run, b }, (done, total) => {
        if (id === turn) state.patch({ steps: { done, total } });
      });
      if (id !== turn) return;
      state.patch({ phase: 'ready', steps: null, report, of: { run, baseline: a } });
    } catch (error) {
      if (id === turn) state.patch({ phase: 'failed', steps: null, error: messageOf(error) });
    }
  }

  function set(baseline: Baseline | null): void {
    turn++;
    state.patch({ ...NO_BASELINE, baseline });
  }

  return {
    keep() {
      const run = current();
      const { analysis, intake } = state.get();
      if (run === null) return;
      set({ name: intake.folder?.name ?? 'this folder', run, kept: analysis.collected });
    },
    async take(files) {
      const taken = await readBaseline(files);
      if (typeof taken === 'string') state.patch({ problem: taken });
      else set(taken);
    },
    forget: () => set(null),
    open() {
      const { baseline, of, phase } = state.get().baseline;
      const { collected } = state.get().analysis;
      const run = current();
      if (baseline === null || collected === null || run === null) return;
      if (isBaseline(state.get()) || (of?.run === collected && of.baseline === baseline)) return;
      if (phase === 'working') return;
      void compare(baseline, run, collected);
    },
    save() {
      const { report } = state.get().baseline;
      if (report === null) return;
      const text = `${JSON.stringify(report, null, 2)}\n`;
      save(COMPARE_FILE, new Blob([text], { type: 'application/json' }));
    },
    reset() {
      turn++;
      state.patch(NOT_COMPARED);
    },
  };
}

/** The baseline in these files, or why there is none. */
async function readBaseline(files: readonly File[]): Promise<Baseline | string> {
  const file = files.find(({ name }) => name.toLowerCase().endsWith('.json'));
  if (file === undefined) return 'Choose a results.json.';
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    return `“${file.name}” is not JSON.`;
  }
  const npy = files.find(({ name }) => name.toLowerCase().endsWith('.npy'));
  const bytes = npy === undefined ? undefined : new Uint8Array(await npy.arrayBuffer());
  const opened = openRun(json, bytes);
  if (!opened.ok) {
    const hint = /must lie beside/.test(opened.error.message) ? ' Choose both files together.' : '';
    return `“${file.name}”: ${opened.error.message}.${hint}`;
  }
  const { matrix, rows, results } = opened.value;
  const { photos, tool, models } = results;
  return { name: file.name, run: { matrix, rows, photos, tool, models }, kept: null };
}
