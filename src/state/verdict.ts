/** The verdict: asked for when it is looked at, computed by the workers, kept in step with run and decisions. */
import { undo, type Verdict } from '../core/evaluation/decisions';
import type { Suspicion } from '../core/evaluation/mislabels';
import { parseTruth, type TruthPhoto } from '../core/evaluation/truth';
import type { LibrarySettings } from '../core/immich/faces';
import type { AppState, Folder } from './model';
import type { AppPorts } from './ports';
import { messageOf } from './setup';
import { decisionOn } from './verdictQueue';
import { NO_VERDICT, type LibrarySlice, type VerdictSlice } from './verdictModel';

/** Decisions made in quick succession are computed together. */
const DECISIONS_MS = 300;

export interface VerdictActions {
  /** Called while the verdict is shown: computes what is missing for the run on the page. */
  readonly open: () => void;
  readonly setThreshold: (threshold: number | null) => void;
  readonly decide: (item: Suspicion, verdict: Verdict) => void;
  readonly undo: () => void;
  /** Rehearses the photo library with other settings. */
  readonly rehearse: (settings: LibrarySettings) => void;
}

export interface VerdictKeeper extends VerdictActions {
  /** Another run begins. Decisions are about photos, so they outlive it when the folder stays. */
  readonly reset: (sameFolder: boolean) => void;
}

interface Access {
  get(): AppState;
  patch(change: Partial<VerdictSlice>): void;
  run(change: { readonly exported: boolean }): void;
}

export function createVerdict({ client, later }: AppPorts, state: Access): VerdictKeeper {
  const slice = (): VerdictSlice => state.get().verdict;
  const patchLibrary = (change: Partial<LibrarySlice>): void =>
    state.patch({ library: { ...slice().library, ...change } });
  const judging = oneAtATime(judge);
  const rehearsing = oneAtATime(rehearse);
  let cancelTimer: (() => void) | null = null;

  async function judge(): Promise<void> {
    const { analysis, run, intake } = state.get();
    const { collected, rows } = analysis;
    if (collected === null || analysis.phase !== 'ready') return;
    const { decisions, of } = slice();
    const current = (): boolean => state.get().analysis.collected === collected;
    const fresh = of !== collected;
    state.patch({
      phase: 'working',
      steps: null,
      error: null,
      ...(fresh ? { report: null, base: null, queue: [] } : {}),
    });
    try {
      const { photos, embedded, noDog, failed } = run.counts;
      const report = await client.judge(
        {
          rows: collected.rows,
          dim: collected.matrix.dim,
          embeddings: collected.matrix.data,
          counts: { photos, embedded, noDog, failed },
          photos: collected.photos,
          chips: rows.map(({ entry, dog }) => run.entries[entry]?.chips[dog] ?? null),
          truth: await truthOf(intake.folder),
          decisions,
          queue: fresh,
        },
        (done, total) => {
          if (current()) state.patch({ steps: { done, total } });
        },
      );
      if (!current()) return;
      state.patch({
        phase: 'ready',
        of: collected,
        report,
        steps: null,
        ...(decisions.length === 0 ? { base: report.metrics } : {}),
        ...(report.queue === null ? {} : { queue: report.queue }),
      });
    } catch (error) {
      if (current()) state.patch({ phase: 'failed', error: messageOf(error), steps: null });
    }
  }

  async function rehearse(): Promise<void> {
    const { collected, phase } = state.get().analysis;
    if (collected === null || phase !== 'ready') return;
    const { settings, report: before } = slice().library;
    const current = (): boolean => state.get().analysis.collected === collected;
    patchLibrary({ phase: 'working', steps: null, error: null });
    try {
      const report = await client.rehearse(
        {
          rows: collected.rows,
          dim: collected.matrix.dim,
          embeddings: collected.matrix.data,
          taken: collected.photos.map(({ path, takenAt }) => [path, takenAt] as const),
          settings,
          sweep: before === null,
        },
        (done, total) => {
          if (current()) patchLibrary({ steps: { done, total } });
        },
      );
      if (!current()) return;
      const kept = before === null ? {} : keptOf(before);
      patchLibrary({ phase: 'ready', steps: null, report: { ...report, ...kept } });
    } catch (error) {
      if (current()) patchLibrary({ phase: 'failed', steps: null, error: messageOf(error) });
    }
  }

  /** Figures follow the decisions after a moment. */
  function decided(decisions: VerdictSlice['decisions']): void {
    state.patch({ decisions });
    state.run({ exported: false });
    cancelTimer?.();
    cancelTimer = later(judging, DECISIONS_MS);
  }

  return {
    open() {
      const { analysis, verdict } = state.get();
      if (analysis.phase !== 'ready' || analysis.rows.length < 2) return;
      if (verdict.of === analysis.collected) return;
      patchLibrary({ report: null });
      judging();
      rehearsing();
    },
    setThreshold(threshold) {
      if (threshold === slice().threshold) return;
      state.patch({ threshold });
      state.run({ exported: false });
    },
    decide(item, verdict) {
      const decision = decisionOn(item, state.get().analysis.rows, verdict);
      if (decision !== null) decided([...slice().decisions, decision]);
    },
    undo() {
      if (slice().decisions.length > 0) decided(undo(slice().decisions));
    },
    rehearse(settings) {
      patchLibrary({ settings });
      rehearsing();
    },
    reset(sameFolder) {
      cancelTimer?.();
      state.patch({ ...NO_VERDICT, decisions: sameFolder ? slice().decisions : [] });
    },
  };
}

const keptOf = ({ sweep, recommendation }: NonNullable<LibrarySlice['report']>) => ({
  sweep,
  recommendation,
});

/** Runs a task; asked again meanwhile, it runs once more afterwards, with what the state is by then. */
function oneAtATime(task: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const go = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await task();
    } while (wanted());
    running = false;
  };
  const wanted = (): boolean => again;
  return () => {
    if (running) again = true;
    else void go();
  };
}

/** Null without a truth.json at the folder's root, or with one that holds something else. */
async function truthOf(folder: Folder | null): Promise<readonly TruthPhoto[] | null> {
  const file = folder?.truth ?? null;
  if (file === null) return null;
  try {
    return parseTruth(JSON.parse(await file.text()));
  } catch {
    return null;
  }
}
