/** Two models, one folder: a run is kept or imported as baseline, and the run on the page is held against it. */
import { sameDecisions } from '../core/evaluation/decisions';
import { renamed } from '../core/evaluation/naming';
import type { ComparableRun } from '../core/evaluation/compareReport';
import { openRun } from '../core/evaluation/savedRun';
import type { Row } from '../core/retrieval/rows';
import { NO_BASELINE, NOT_COMPARED, type Baseline, type BaselineSlice } from './baselineModel';
import { runFacts } from './exporting';
import type { AppState, PhotoEntry } from './model';
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

type Compared = NonNullable<BaselineSlice['of']>;

interface Access {
  get(): AppState;
  patch(change: Partial<BaselineSlice>): void;
}

/** Whether the run on the page is the baseline itself, under whatever names. */
export function isBaseline({ baseline: { baseline }, analysis, run }: AppState): boolean {
  if (baseline === null || baseline.kept === null) return false;
  const { kept, origin } = baseline;
  if (kept === analysis.collected) return true;
  return (
    origin?.vectors != null &&
    origin.vectors === firstVectors(run.entries) &&
    kept.matrix.rows === analysis.collected?.matrix.rows
  );
}

/** Whether the report is about the run, the baseline, the names and the decisions as they are now. */
export function comparisonStands({
  baseline: { of, baseline, report },
  ...state
}: AppState): boolean {
  return (
    report !== null &&
    of !== null &&
    of.run === state.analysis.collected &&
    of.baseline === baseline &&
    sameDecisions(of.decisions, state.verdict.decisions)
  );
}

/** Whether the baseline goes by the names and decisions of the page, since it is of the same folder. */
export const followsNames = ({ baseline: { baseline }, intake }: AppState): boolean =>
  baseline?.origin?.folder != null && baseline.origin.folder === intake.folder;

/** The baseline as it is compared. */
function namedNow(baseline: Baseline, state: AppState): ComparableRun {
  if (!followsNames(state)) return baseline.run;
  const { names, verdict } = state;
  const photos = baseline.run.photos.map((photo) => renamed(photo, names.naming.of(photo.path)));
  const rows: Row[] = [...baseline.run.rows];
  for (const { path, dogs } of photos) {
    for (const { row, identity } of dogs) rows[row] = { path, identity };
  }
  return { ...baseline.run, photos, rows, decisions: verdict.decisions };
}

const firstVectors = (entries: readonly PhotoEntry[]): Float32Array | null =>
  entries.find(({ embeddings }) => embeddings.length > 0)?.embeddings ?? null;

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
    const { decisions } = state.get().verdict;
    return { matrix, rows, photos, tool: facts.tool, models: facts.models, decisions };
  }

  async function compare(a: Baseline, b: ComparableRun, of: Compared): Promise<void> {
    const id = ++turn;
    state.patch({ ...NOT_COMPARED, phase: 'working' });
    try {
      const report = await client.compare({ a: namedNow(a, state.get()), b }, (done, total) => {
        if (id === turn) state.patch({ steps: { done, total } });
      });
      if (id !== turn) return;
      state.patch({ phase: 'ready', steps: null, report, of });
    } catch (error) {
      if (id !== turn) return;
      state.patch({ phase: 'failed', steps: null, error: messageOf(error) });
      return;
    }
    // Names or decisions may have changed meanwhile: then this report says nothing any more.
    if (comparisonStands(state.get())) return;
    state.patch(NOT_COMPARED);
    open();
  }

  function open(): void {
    const { baseline, phase } = state.get().baseline;
    const { collected } = state.get().analysis;
    const run = current();
    if (baseline === null || collected === null || run === null) return;
    if (isBaseline(state.get()) || comparisonStands(state.get())) return;
    if (phase === 'working') return;
    const { decisions } = state.get().verdict;
    void compare(baseline, run, { run: collected, baseline, decisions });
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
      set({
        name: intake.folder?.name ?? 'this folder',
        run,
        kept: analysis.collected,
        origin: { folder: intake.folder, vectors: firstVectors(state.get().run.entries) },
      });
    },
    async take(files) {
      const taken = await readBaseline(files);
      if (typeof taken === 'string') state.patch({ problem: taken });
      else set(taken);
    },
    forget: () => set(null),
    open,
    save() {
      const { report } = state.get().baseline;
      if (report === null || !comparisonStands(state.get())) return;
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
  const { photos, tool, models, decisions } = results;
  const run = { matrix, rows, photos, tool, models, decisions };
  return { name: file.name, run, kept: null, origin: null };
}
