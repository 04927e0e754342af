/** The lifecycle of a run: queued, running, stopping, comparing, and how it ended. */
import type { PhotoReply, RunOptions } from '../worker/contract';
import { collectEntries, countEntries, entriesOf, jobsOf, withReplies } from './entries';
import {
  NO_ANALYSIS,
  type AnalysisSlice,
  type AppState,
  type Folder,
  type PhotoEntry,
  type RunSlice,
  type SavedRunSlice,
} from './model';
import { modelsChanged } from './selectors';
import type { AppPorts } from './ports';
import { messageOf, type Setup } from './setup';

/** Replies are gathered for this long, so that a fast run does not redraw the page for every photo. */
const FLUSH_MS = 120;
/** A rate is told once the run has gone on for this long. */
const RATE_AFTER_MS = 1000;

export interface Runner {
  /** Starts on a folder, whatever was before. */
  start(folder: Folder): void;
  /** Shows a run that was made elsewhere: its photos are compared, none is run. */
  show(entries: readonly PhotoEntry[], saved: SavedRunSlice): void;
  /** Does what is left of a cancelled or failed run. */
  resume(): void;
  cancel(): void;
  /** Compares again, for another top K or other names. */
  compare(): void;
  /** The same, where only pictures came: what was exported stays exported. */
  refresh(): void;
  /** Resolves when no run and no comparison is under way. */
  settled(): Promise<void>;
}

interface Access {
  get(): AppState;
  run(patch: Partial<RunSlice>): void;
  analysis(slice: AnalysisSlice): void;
}

export function createRunner(ports: AppPorts, setup: Setup, state: Access): Runner {
  /** Raised by every start, resume and cancel of a queued run: what an older turn brings is dropped. */
  let turn = 0;
  let abort = new AbortController();
  let work: Promise<void> = Promise.resolve();
  let comparison = 0;

  function enqueue(task: () => Promise<void>): void {
    work = work.then(task);
  }

  function begin(options: RunOptions): void {
    abort.abort();
    abort = new AbortController();
    const id = ++turn;
    const { signal } = abort;
    state.run({ phase: 'queued', rate: null, secondsLeft: null, error: null });
    enqueue(() => execute(id, options, signal));
  }

  /** Notes which models the results come from. False where a part of them comes from others: they are never mixed. */
  function claimModels(): boolean {
    const { run, setup: made } = state.get();
    if (run.bundle !== null && run.bundle !== made.bundle) return false;
    state.run({ bundle: made.bundle });
    return true;
  }

  async function execute(id: number, options: RunOptions, signal: AbortSignal): Promise<void> {
    if (id !== turn) return;
    const ready = await setup.ready(state.get().options.backend, options);
    if (id !== turn) return;
    if (!ready.ok) {
      state.run({ phase: 'failed', error: ready.error.message });
      return;
    }
    if (!claimModels()) {
      state.run({ phase: 'failed', error: 'other models are in use now. Run the folder again' });
      return;
    }
    const jobs = jobsOf(state.get().run.entries);
    const indexOf = new Map(
      state.get().run.entries.map(({ record, index }) => [record.path, index]),
    );
    const startedAt = ports.now();
    let finished = 0;
    let gathered: PhotoReply[] = [];
    let cancelTimer: (() => void) | null = null;

    const flush = (): void => {
      cancelTimer?.();
      cancelTimer = null;
      if (gathered.length === 0 || id !== turn) return;
      const replies = gathered;
      gathered = [];
      finished += replies.length;
      const { run, names } = state.get();
      const entries = withReplies(run.entries, indexOf, replies, names.naming);
      const elapsed = ports.now() - startedAt;
      const rate = elapsed >= RATE_AFTER_MS ? (1000 * finished) / elapsed : null;
      state.run({
        entries,
        counts: countEntries(entries),
        rate,
        secondsLeft: rate === null ? null : (jobs.length - finished) / rate,
        exported: false,
      });
    };

    state.run({ phase: 'running' });
    let failure: string | null = null;
    try {
      await ports.client.run(
        jobs,
        options,
        (reply) => {
          if (id !== turn) return;
          gathered.push(reply);
          cancelTimer ??= ports.later(flush, FLUSH_MS);
        },
        signal,
      );
    } catch (error) {
      failure = messageOf(error);
    }
    if (id !== turn) return;
    flush();
    const left = jobsOf(state.get().run.entries).length;
    if (failure === null && left > 0 && !signal.aborted) {
      failure = `the workers ended early with ${left} photos not run`;
    }
    if (left === 0) {
      state.run({ phase: 'comparing', rate: null, secondsLeft: null });
      await analyse();
      if (id === turn) state.run({ phase: 'done' });
      return;
    }
    state.run({
      phase: failure === null ? 'cancelled' : 'failed',
      error: failure,
      rate: null,
      secondsLeft: null,
    });
    await analyse();
  }

  async function analyse(): Promise<void> {
    const id = ++comparison;
    const { run, options, verdict } = state.get();
    const { decisions } = verdict;
    const base = { ...NO_ANALYSIS, topK: options.topK, decisions };
    try {
      const { collected, rows } = collectEntries(run.entries);
      state.analysis({ ...base, phase: 'working', collected, rows });
      const result = await ports.client.analyse({
        rows: collected.rows,
        dim: collected.matrix.dim,
        embeddings: collected.matrix.data,
        topK: options.topK,
        counts: collected.counts,
        photos: collected.photos,
        decisions,
      });
      if (id === comparison) state.analysis({ ...base, phase: 'ready', collected, rows, result });
    } catch (error) {
      if (id === comparison) state.analysis({ ...base, phase: 'failed', error: messageOf(error) });
    }
  }

  return {
    start(folder) {
      comparison++;
      const entries = entriesOf(folder, state.get().names.naming);
      const { stages, dogs, preview } = state.get().options;
      state.analysis(NO_ANALYSIS);
      state.run({
        entries,
        counts: countEntries(entries),
        options: { stages, dogs, preview },
        bundle: null,
        exported: false,
        saved: null,
      });
      begin({ stages, dogs, preview });
    },
    show(entries, saved) {
      comparison++;
      abort.abort();
      const id = ++turn;
      const { stages, dogs, preview } = saved.facts.tool;
      state.analysis(NO_ANALYSIS);
      const whole = saved.missing === null;
      state.run({
        phase: whole ? 'comparing' : 'done',
        entries,
        counts: countEntries(entries),
        options: { stages, dogs, preview: preview !== undefined },
        bundle: null,
        rate: null,
        secondsLeft: null,
        error: null,
        exported: true,
        saved,
      });
      if (!whole) return;
      enqueue(async () => {
        if (id !== turn) return;
        await analyse();
        if (id === turn) state.run({ phase: 'done' });
      });
    },
    resume() {
      const { run } = state.get();
      if (run.phase !== 'cancelled' && run.phase !== 'failed') return;
      if (modelsChanged(state.get())) return;
      begin(run.options);
    },
    cancel() {
      const { phase } = state.get().run;
      if (phase === 'queued') {
        turn++;
        state.run({ phase: 'cancelled' });
      } else if (phase === 'running') {
        state.run({ phase: 'stopping' });
        abort.abort();
      }
    },
    compare() {
      if (state.get().analysis.phase === 'empty') return;
      state.run({ exported: false });
      enqueue(analyse);
    },
    refresh() {
      if (state.get().analysis.phase !== 'empty') enqueue(analyse);
    },
    async settled() {
      let seen: Promise<void>;
      do {
        seen = work;
        await seen;
      } while (seen !== work);
    },
  };
}
