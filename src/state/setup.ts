/** The lifecycle of models and sessions: fetched once, made ready again whenever backend or stages change. */
import type { Result } from '../core/types';
import type { BackendChoice, ModelBundle, PipelineReady, RunOptions } from '../worker/contract';
import type { SetupSlice } from './model';
import type { AppPorts } from './ports';

export interface Setup {
  /** Resolves once the pool is ready for these options. Calls are served one after the other. */
  ready(
    choice: BackendChoice,
    options: RunOptions,
  ): Promise<Result<PipelineReady, { readonly message: string }>>;
  /** The models of the last successful `ready`. */
  bundle(): ModelBundle | null;
}

export function createSetup(
  client: AppPorts['client'],
  set: (patch: Partial<SetupSlice>) => void,
): Setup {
  let bundle: ModelBundle | null = null;
  let held: { readonly key: string; readonly ready: PipelineReady } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  async function make(
    choice: BackendChoice,
    options: RunOptions,
  ): Promise<Result<PipelineReady, { readonly message: string }>> {
    const key = `${choice} ${options.stages}`;
    if (held?.key === key) return { ok: true, value: held.ready };
    held = null;
    set({ phase: 'loading', progress: null, error: null });
    try {
      if (bundle === null) {
        const models = await client.bundledModels((progress) => set({ progress }));
        if (!models.ok) return failed(models.error.message);
        bundle = models.value;
      }
      const ready = await client.prepare(bundle, choice, options, (progress) => set({ progress }));
      if (!ready.ok) return failed(ready.error.message);
      held = { key, ready: ready.value };
      set({ phase: 'ready', progress: null, report: ready.value.report, dim: ready.value.dim });
      return ready;
    } catch (error) {
      return failed(messageOf(error));
    }
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
    bundle: () => bundle,
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
