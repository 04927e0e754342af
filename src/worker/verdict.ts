/** The verdict on a run: the report that the headless run makes, too. */
import { COLOUR_DIM } from '../core/evaluation/colourHistogram';
import { reportRun } from '../core/evaluation/report';
import type { OnSteps, VerdictReport, VerdictRequest } from './contract';

/** @param onProgress `done` of `total` steps; the bootstrap takes most of them. */
export function judge(request: VerdictRequest, onProgress: OnSteps): VerdictReport {
  const { dim, embeddings, colours } = request;
  const rows = request.rows.length;
  return reportRun({
    ...request,
    matrix: { rows, dim, data: embeddings },
    colours: colours === null ? null : { rows, dim: COLOUR_DIM, data: colours },
    onProgress,
  });
}
