/** The doctor's workers: a few that embed, one that judges. They live for one examination. */
import { proxy } from 'comlink';
import type { EmbedderRules } from '../../core/doctor/candidates';
import { fail, ok, type EmbeddingMatrix } from '../../core/types';
import type { AnalysisWorkerApi, PipelineClient, RunOptions } from '../contract';
import type { WorkerHandle } from './handle';
import type { InferenceHandle } from './pool';

/** Each holds an embedder and up to 128 MB of chips. */
const MOST_WORKERS = 4;
const EMBEDDER_ONLY: RunOptions = { stages: 'embed', dogs: 'best' };

interface Starts {
  inference(): InferenceHandle;
  analysis(): WorkerHandle<AnalysisWorkerApi>;
  readonly size: number;
}

/** Never rejects. */
export async function examine(
  workers: Starts,
  ...[{ bundle, photos }, onProgress, signal]: Parameters<PipelineClient['examine']>
): ReturnType<PipelineClient['examine']> {
  const lanes: InferenceHandle[] = [];
  const judge = workers.analysis();
  const end = (): void => {
    for (const lane of lanes) lane.end();
    judge.end();
  };
  signal.addEventListener('abort', end, { once: true });
  // A function, so that the compiler does not take the answer of a moment ago for the present one.
  const stopped = (): boolean => signal.aborted;
  try {
    const size = Math.max(1, Math.min(workers.size, MOST_WORKERS, photos.length));
    for (let i = 0; i < size && !stopped(); i++) {
      onProgress({ step: 'models', done: i, total: size });
      const lane = workers.inference();
      lanes.push(lane);
      const ready = await lane.call((api) => api.setup(bundle, 'wasm', 1, EMBEDDER_ONLY, 0));
      if (!ready.ok) return ready;
    }

    const unread: { path: string; reason: string }[] = [];
    let cut = 0;
    onProgress({ step: 'chips', done: 0, total: photos.length });
    const shares = await Promise.all(
      lanes.map(async (lane, at) => {
        const share: string[] = [];
        for (let i = at; i < photos.length && !stopped(); i += lanes.length) {
          const { path, file, chip, identity } = photos[i]!;
          const reason = await lane.call((api) => api.holdChip({ path, file, chip }));
          if (reason === null) share.push(identity);
          else unread.push({ path, reason });
          onProgress({ step: 'chips', done: ++cut, total: photos.length });
        }
        return share;
      }),
    );

    const embed = async (rules: EmbedderRules): Promise<EmbeddingMatrix> =>
      stack(await Promise.all(lanes.map((lane) => lane.call((api) => api.embedHeld(rules)))));
    const progress = (done: number, total: number): void =>
      onProgress({ step: 'recipes', done, total });
    const request = { given: bundle.recipe.embedder, identities: shares.flat() };
    const result = await judge.call((api) => api.diagnose(request, proxy(embed), proxy(progress)));
    return result.ok ? ok({ diagnosis: result.value, unread }) : result;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return fail({
      message: `The recipes could not be tried (${text}). Try it again, or close other pages to free memory.`,
    });
  } finally {
    end();
    signal.removeEventListener('abort', end);
  }
}

/** One matrix under the other. A part in which no vector was found is zeros. */
function stack(parts: readonly EmbeddingMatrix[]): EmbeddingMatrix {
  const dim = Math.max(...parts.map((part) => part.dim));
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(rows * dim);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.rows * dim;
  }
  return { rows, dim, data };
}
