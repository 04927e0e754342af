/** Entry of an inference worker: one set of sessions, one photo at a time. Side effects only below. */
import { expose, transfer } from 'comlink';
import { InferenceWorker } from './inferenceWorker';
import type { InferenceWorkerApi } from './contract';

const worker = new InferenceWorker();
const api: InferenceWorkerApi = {
  probeGpu: () => worker.probeGpu(),
  setup: (...args) => worker.setup(...args),
  inspect: (bundle) => worker.inspect(bundle),
  holdChip: (job) => worker.holdChip(job),
  embedHeld: async (rules) => {
    const matrix = await worker.embedHeld(rules);
    return transfer(matrix, [matrix.data.buffer as ArrayBuffer]);
  },
  process: async (job, options) => {
    const reply = await worker.process(job, options);
    return transfer(reply, [reply.embeddings.buffer as ArrayBuffer]);
  },
  views: (job, options) => worker.views(job, options),
};
expose(api);
