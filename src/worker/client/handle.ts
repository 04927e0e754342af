/** A worker behind Comlink whose calls always settle: Comlink alone waits for ever on a worker that died. */
import { wrap } from 'comlink';

/** The worker died or was ended while a call was waiting. */
export class WorkerLost extends Error {}

export interface WorkerHandle<Api> {
  /** Runs `work` on the remote; rejects with WorkerLost when the worker dies first. */
  call<T>(work: (api: Api) => Promise<T>): Promise<T>;
  /** Ends the worker; calls that wait are rejected. */
  end(reason?: string): void;
  readonly lost: boolean;
}

/** Takes over a fresh worker. */
export function handleWorker<Api>(worker: Worker): WorkerHandle<Api> {
  // Every method of our contracts takes and returns clonable data and a promise, so the remote has the same type.
  const remote = wrap<Api>(worker) as unknown as Api;
  const waiting = new Set<(error: WorkerLost) => void>();
  let lostBecause: string | null = null;

  const lose = (reason: string): void => {
    if (lostBecause !== null) return;
    lostBecause = reason;
    worker.terminate();
    for (const reject of waiting) reject(new WorkerLost(reason));
    waiting.clear();
  };
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    lose(event.message === '' ? 'the worker could not be started or crashed' : event.message);
  });
  worker.addEventListener('messageerror', () => lose('a message could not be read'));

  return {
    get lost() {
      return lostBecause !== null;
    },
    call: (work) =>
      new Promise((resolve, reject) => {
        if (lostBecause !== null) {
          reject(new WorkerLost(lostBecause));
          return;
        }
        waiting.add(reject);
        work(remote)
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      }),
    end: (reason = 'the worker was ended') => lose(reason),
  };
}
