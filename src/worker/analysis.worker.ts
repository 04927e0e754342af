/** Entry of the analysis worker: everything quadratic. */
import { expose, transfer } from 'comlink';
import { analyse } from './analyse';
import type { AnalysisWorkerApi } from './contract';

const api: AnalysisWorkerApi = {
  analyse: (request) => {
    const analysis = analyse(request);
    const { similarity, neighbours } = analysis;
    return Promise.resolve(
      transfer(analysis, [similarity.buffer as ArrayBuffer, neighbours.buffer as ArrayBuffer]),
    );
  },
};
expose(api);
