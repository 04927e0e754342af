/** The branches side by side: asked for, embedded by the inference workers, weighed by the analysis worker. */
import { sameDecisions, withDecisions } from '../core/evaluation/decisions';
import { INTERVALS_UP_TO } from '../core/evaluation/evaluate';
import type { FullBranchReport, PhotoViews } from '../core/evaluation/branchReport';
import type { Recipe } from '../core/recipe/schema';
import type { Collected } from '../core/results/assemble';
import type { Metrics } from '../core/results/schema';
import type { ViewsJob } from '../worker/contract';
import { NO_BRANCHES, type BranchesSlice } from './branchesModel';
import type { AppState } from './model';
import type { AppPorts } from './ports';
import { messageOf, type Setup } from './setup';

export interface BranchActions {
  /** Embeds what is missing and compares; what a cancelled start has embedded is not done again. */
  readonly start: () => void;
  readonly cancel: () => void;
}

export interface BranchKeeper extends BranchActions {
  /** Another run begins; one that was opened brings the report that its figures hold. */
  readonly reset: (saved?: Metrics) => void;
}

interface Access {
  get(): AppState;
  patch(change: Partial<BranchesSlice>): void;
}

export function createBranches({ client }: AppPorts, setup: Setup, state: Access): BranchKeeper {
  /** Photos of the run on the page that were embedded already. */
  let held = new Map<string, PhotoViews>();
  let abort: AbortController | null = null;

  async function work(collected: Collected, signal: AbortSignal): Promise<void> {
    const jobs = viewJobs(state.get());
    const missing = jobs.filter(({ path }) => !held.has(path));
    const told = (): void =>
      state.patch({ steps: { done: jobs.length - missing.length + fresh, total: jobs.length } });
    let fresh = 0;
    // A function, so that the compiler does not take the answer of a moment ago for the present one.
    const stopped = (): boolean => signal.aborted;
    told();
    if (missing.length > 0) {
      const { run, options } = state.get();
      const ready = await setup.ready(options.backend, run.options);
      if (!ready.ok) throw new Error(ready.error.message);
      if (!sameModels(state.get())) throw new Error(OTHER_MODELS);
      if (stopped()) return;
      const kept = held;
      await client.views(
        missing,
        run.options,
        (views) => {
          kept.set(views.path, views);
          if (stopped()) return;
          fresh++;
          told();
        },
        signal,
      );
    }
    if (stopped()) return;
    state.patch({ phase: 'weighing', steps: null });
    const { decisions, intervals } = state.get().verdict;
    const report = await client.branches(
      {
        run: {
          stages: state.get().run.options.stages,
          photos: withDecisions(collected, decisions).photos,
          matrix: collected.matrix,
        },
        views: [...held.values()],
        intervals: intervals === true || collected.counts.photos <= INTERVALS_UP_TO,
      },
      (done, total) => {
        if (!stopped()) state.patch({ steps: { done, total } });
      },
    );
    if (!stopped()) state.patch({ phase: 'ready', steps: null, of: collected, decisions, report });
  }

  return {
    start() {
      const { analysis, run } = state.get();
      const { collected } = analysis;
      if (collected === null || analysis.phase !== 'ready') return;
      if (['queued', 'running', 'stopping'].includes(run.phase)) return;
      abort?.abort();
      const mine = new AbortController();
      abort = mine;
      state.patch({ phase: 'embedding', steps: null, error: null });
      work(collected, mine.signal).catch((error: unknown) => {
        if (!mine.signal.aborted) {
          state.patch({ phase: 'failed', steps: null, error: messageOf(error) });
        }
      });
    },
    cancel() {
      abort?.abort();
      const { report } = state.get().branches;
      state.patch({ phase: report === null ? 'empty' : 'ready', steps: null });
    },
    reset(saved) {
      abort?.abort();
      held = new Map();
      const { branches } = (saved ?? {}) as { readonly branches?: FullBranchReport };
      state.patch(
        branches === undefined
          ? NO_BRANCHES
          : {
              ...NO_BRANCHES,
              phase: 'ready',
              report: branches,
              decisions: state.get().verdict.decisions,
            },
      );
    },
  };
}

const OTHER_MODELS = 'other models are in use now than those of this run. Run the folder again';

/** Whether the models that are ready are those of the run on the page, as far as vectors depend on them. */
function sameModels({ run, setup: { bundle } }: AppState): boolean {
  if (bundle === null) return false;
  if (run.saved === null) return run.bundle === bundle;
  const { models, recipe } = run.saved.facts;
  const parts = ({ embedder, crop }: Recipe): string => JSON.stringify([embedder, crop]);
  return (
    models.embedder?.sha256 === bundle.files.embedder?.sha256 &&
    parts(recipe) === parts(bundle.recipe)
  );
}

/** Whether the report is about the run on the page by the names as they are now. */
export function branchesStand({ branches, analysis, run, names, verdict }: AppState): boolean {
  const { report, of, decisions } = branches;
  const asRun =
    of === null ? run.saved !== null && names.source.from === 'saved' : of === analysis.collected;
  return report !== null && asRun && sameDecisions(decisions, verdict.decisions);
}

/** The report as it goes into the figures of the export: nothing where it is about another run or other names. */
export function branchesOf(state: AppState): { readonly branches?: FullBranchReport } {
  const { report } = state.branches;
  return report !== null && branchesStand(state) ? { branches: report } : {};
}

/** Photos that can be embedded another time. */
export function viewJobs({ run }: AppState): ViewsJob[] {
  return run.entries.flatMap(({ file, record: { path, status, dogs } }) =>
    file !== null && (status === 'embedded' || status === 'no-dog')
      ? [{ path, file, dog: dogs[0] ?? null }]
      : [],
  );
}
