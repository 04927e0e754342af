/** Entry of the analysis worker: everything quadratic. */
import { expose, transfer } from 'comlink';
import { diagnose } from '../core/doctor/diagnose';
import { reportBranches } from '../core/evaluation/branchReport';
import { reportComparison } from '../core/evaluation/compareReport';
import { analyse } from './analyse';
import type { AnalysisWorkerApi } from './contract';
import { pictureOf } from './picture';
import { judge } from './verdict';
import { rehearseRun } from './verdictLibrary';

const api: AnalysisWorkerApi = {
  analyse: (request) => {
    const analysis = analyse(request);
    const { similarity, neighbours } = analysis;
    return Promise.resolve(
      transfer(analysis, [similarity.buffer as ArrayBuffer, neighbours.buffer as ArrayBuffer]),
    );
  },
  judge: (request, onProgress) => Promise.resolve(judge(request, onProgress)),
  picture: pictureOf,
  rehearse: (request, onProgress) => Promise.resolve(rehearseRun(request, onProgress)),
  branches: ({ run, views, intervals }, onProgress) =>
    Promise.resolve(reportBranches(run, views, { intervals, onProgress })),
  compare: ({ a, b }, onProgress) => Promise.resolve(reportComparison(a, b, { onProgress })),
  diagnose: (request, embed, onProgress) => diagnose({ ...request, embed, onProgress }),
};
expose(api);
