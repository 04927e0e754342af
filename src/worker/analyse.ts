import { withDecisions } from '../core/evaluation/decisions';
import { evaluate } from '../core/evaluation/evaluate';
import { similarityMatrix } from '../core/retrieval/similarity';
import { queriesOnePerDog, topK } from '../core/retrieval/topk';
import type { Analysis, AnalysisRequest } from './contract';

/** Similarity, neighbours and queries of a run, with figures without intervals: matrix and galleries do not wait for a bootstrap. */
export function analyse(request: AnalysisRequest): Analysis {
  const { rows, dim, embeddings, topK: k, counts, decisions } = request;
  const matrix = { rows: rows.length, dim, data: embeddings };
  const similarity = similarityMatrix(matrix);
  const neighbours = topK(matrix, rows, k, similarity);
  const queries = queriesOnePerDog(matrix, rows, k, neighbours);
  const metrics = evaluate({
    ...withDecisions(request, decisions),
    matrix,
    counts,
    similarity,
    options: { intervals: false },
  });
  return { similarity: similarity.data, neighbours, k, queries, metrics };
}
