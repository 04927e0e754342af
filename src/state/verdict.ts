/** The verdict: asked for when it is looked at, computed by the workers, kept in step with run and decisions. */
import { applyDecisions, sameDecisions, undo, type Verdict } from '../core/evaluation/decisions';
import type { RunMetrics } from '../core/evaluation/report';
import type { Suspicion } from '../core/evaluation/mislabels';
import { sameFigures } from '../core/evaluation/sameFigures';
import { parseTruth, type TruthPhoto } from '../core/evaluation/truth';
import type { LibrarySettings } from '../core/immich/faces';
import type { Collected } from '../core/results/assemble';
import type { Results } from '../core/results/schema';
import type { VerdictReport, VerdictRequest } from '../worker/contract';
import type { AppState, Folder } from './model';
import type { AppPorts } from './ports';
import { asSaved, lostOf } from './savedFigures';
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
  /** Intervals, however many photos there are. */
  readonly computeIntervals: () => void;
  /** Rehearses the photo library with other settings. */
  readonly rehearse: (settings: LibrarySettings) => void;
}

export interface VerdictKeeper extends VerdictActions {
  /**
   * Another run begins. Decisions are about photos, so they outlive it when the folder stays. An opened run brings
   * its own threshold and decisions.
   */
  readonly reset: (sameFolder: boolean, opened?: Results) => void;
  /** The figures of the run on the page with decisions as they are now; null before the comparison. */
  readonly metrics: () => Promise<RunMetrics | null>;
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
  /** What the report on the page was computed from. */
  let basis: Pick<VerdictSlice, 'decisions' | 'intervals'> | null = null;
  /** The opened file that the run on the page came from, and its names. */
  let file: { readonly results: Results; readonly naming: unknown } | null = null;

  async function request(collected: Collected): Promise<VerdictRequest> {
    const { intake, verdict } = state.get();
    const { decisions, intervals } = verdict;
    return {
      rows: collected.rows,
      dim: collected.matrix.dim,
      embeddings: collected.matrix.data,
      counts: collected.counts,
      photos: collected.photos,
      colours: collected.colours?.data ?? null,
      truth: await truthOf(intake.folder),
      decisions,
      intervals,
    };
  }

  /** What the file says beyond what can be computed from it, while names and decisions are those of the file. */
  function withFile(report: VerdictReport, asked: VerdictRequest): VerdictReport {
    if (file === null || !asInFile(asked.decisions)) return report;
    const saved = file.results.metrics;
    return {
      ...report,
      metrics: asSaved(report.metrics, saved, {
        colours: asked.colours === null,
        causes: asked.truth === null,
      }),
    };
  }

  const asInFile = (decisions: VerdictRequest['decisions']): boolean =>
    file !== null &&
    state.get().names.naming === file.naming &&
    sameDecisions(decisions, file.results.decisions ?? []);

  /** What the file says by its own names only. */
  const lostFromFile = ({ decisions, colours, truth }: VerdictRequest): VerdictSlice['lost'] =>
    file === null || asInFile(decisions)
      ? null
      : lostOf(file.results.metrics, { colours: colours === null, causes: truth === null });

  async function judge(): Promise<void> {
    const { analysis } = state.get();
    const { collected } = analysis;
    if (collected === null || analysis.phase !== 'ready') return;
    const { decisions, intervals, of } = slice();
    const current = (): boolean => state.get().analysis.collected === collected;
    const fresh = of !== collected;
    state.patch({
      phase: 'working',
      steps: null,
      error: null,
      ...(fresh ? { report: null, base: null, queue: [], differs: false, lost: null } : {}),
    });
    try {
      const asked = await request(collected);
      const computed = await client.judge(asked, (done, total) => {
        if (current()) state.patch({ steps: { done, total } });
      });
      if (!current()) return;
      const report = withFile(computed, asked);
      basis = { decisions, intervals };
      state.patch({
        phase: 'ready',
        of: collected,
        report,
        judged: asked.decisions,
        lost: lostFromFile(asked),
        steps: null,
        ...(fresh ? { queue: report.metrics.mislabels } : {}),
        ...(decisions.length === 0 ? { base: report.metrics } : {}),
        differs: asInFile(decisions) && !sameFigures(computed.metrics, file!.results.metrics),
      });
    } catch (error) {
      if (current()) state.patch({ phase: 'failed', error: messageOf(error), steps: null });
    }
  }

  async function rehearse(): Promise<void> {
    const { collected, phase } = state.get().analysis;
    if (collected === null || phase !== 'ready') return;
    const { decisions } = slice();
    const { settings, report: before, decisions: then } = slice().library;
    // The settings tried are scored by the names: other decisions, another sweep.
    const sweep = before === null || !sameDecisions(then, decisions);
    const current = (): boolean => state.get().analysis.collected === collected;
    patchLibrary({ phase: 'working', steps: null, error: null });
    try {
      const report = await client.rehearse(
        {
          rows: applyDecisions(collected.rows, decisions).rows,
          dim: collected.matrix.dim,
          embeddings: collected.matrix.data,
          taken: collected.photos.map(({ path, takenAt }) => [path, takenAt] as const),
          settings,
          sweep,
        },
        (done, total) => {
          if (current()) patchLibrary({ steps: { done, total } });
        },
      );
      if (!current()) return;
      const kept = sweep ? {} : keptOf(before);
      patchLibrary({ phase: 'ready', steps: null, decisions, report: { ...report, ...kept } });
    } catch (error) {
      if (current()) patchLibrary({ phase: 'failed', steps: null, error: messageOf(error) });
    }
  }

  /** Figures and rehearsal follow the decisions after a moment. */
  function decided(decisions: VerdictSlice['decisions']): void {
    state.patch({ decisions });
    state.run({ exported: false });
    cancelTimer?.();
    cancelTimer = later(() => {
      judging();
      rehearsing();
    }, DECISIONS_MS);
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
    computeIntervals() {
      state.patch({ intervals: true });
      judging();
    },
    async metrics() {
      const { analysis, verdict } = state.get();
      const { collected } = analysis;
      if (collected === null || analysis.phase !== 'ready') return null;
      const { report, of, decisions, intervals } = verdict;
      if (report !== null && of === collected && basis?.decisions === decisions) {
        if (basis.intervals === intervals) return report.metrics;
      }
      const asked = await request(collected);
      return withFile(await client.judge(asked, () => undefined), asked).metrics;
    },
    reset(sameFolder, opened) {
      cancelTimer?.();
      file = opened ? { results: opened, naming: state.get().names.naming } : null;
      basis = null;
      state.patch({
        ...NO_VERDICT,
        decisions: sameFolder ? slice().decisions : (opened?.decisions ?? []),
        threshold: opened?.threshold ?? null,
        intervals: hasIntervals(opened) ? true : 'auto',
      });
    },
  };
}

const keptOf = ({ sweep, recommendation }: NonNullable<LibrarySlice['report']>) => ({
  sweep,
  recommendation,
});

/** Whether the file's figures have intervals: then they are computed again, however many photos there are. */
function hasIntervals(opened: Results | undefined): boolean {
  const intervals = opened?.metrics['intervals'];
  return typeof intervals === 'object' && intervals !== null && 'draws' in intervals;
}

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
