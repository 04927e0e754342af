/** The lifecycle of models and sessions: fetched once, made ready again whenever backend or stages change. */
import type { Result } from '../core/types';
import type { BackendChoice, ModelBundle, PipelineReady, RunOptions } from '../worker/contract';
import type { SetupSlice } from './model';
import type { AppPorts } from './ports';

type Answer<T> = Result<T, { readonly message: string }>;

export interface Setup {
  /** Resolves once the pool is ready for these options. Calls are served one after the other. */
  ready(choice: BackendChoice, options: RunOptions): Promise<Answer<PipelineReady>>;
  /** The models served with the page, fetched once. */
  bundled(): Promise<Answer<ModelBundle>>;
  /** What the next `ready` makes ready; null for the bundled models. */
  use(bundle: ModelBundle | null): void;
}

export function createSetup(
  client: AppPorts['client'],
  set: (patch: Partial<SetupSlice>) => void,
): Setup {
  let fetched: Promise<Answer<ModelBundle>> | null = null;
  /** Models of the researcher's own. */
  let own: ModelBundle | null = null;
  let held: {
    readonly key: string;
    readonly own: ModelBundle | null;
    readonly ready: PipelineReady;
  } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  async function make(choice: BackendChoice, options: RunOptions): Promise<Answer<PipelineReady>> {
    const key = `${choice} ${options.stages}`;
    if (held?.key === key && held.own === own) return { ok: true, value: held.ready };
    held = null;
    set({ phase: 'loading', progress: null, error: null });
    try {
      // `use` may be called while this waits: what was wanted at the start is what is held at the end.
      const wanted = own;
      const models: Answer<ModelBundle> =
        wanted === null ? await bundled() : { ok: true, value: wanted };
      if (!models.ok) return failed(models.error.message);
      const bundle = models.value;
      const ready = await client.prepare(bundle, choice, options, (progress) => set({ progress }));
      if (!ready.ok) return failed(ready.error.message);
      held = { key, own: wanted, ready: ready.value };
      const { report, dim } = ready.value;
      set({ phase: 'ready', progress: null, report, dim, bundle });
      return ready;
    } catch (error) {
      return failed(messageOf(error));
    }
  }

  function bundled(): Promise<Answer<ModelBundle>> {
    fetched ??= client
      .bundledModels((progress) => set({ progress }))
      .then((models) => {
        // A failed fetch is tried again by the next caller.
        if (models.ok) set({ bundled: models.value });
        else fetched = null;
        return models;
      });
    return fetched;
  }

  function failed(message: string): Result<never, { readonly message: string }> {
    set({ phase: 'error', progress: null, error: message });
    return { ok: false, error: { message } };
  }

  return {
    ready(choice, options) {
      const turn = queue.then(() => make(choice, options));
      queue = turn;
      return turn;
    },
    bundled,
    use(bundle) {
      own = bundle;
    },
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
