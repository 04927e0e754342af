import { evaluate } from '../core/evaluation/evaluate';
import { similarityMatrix } from '../core/retrieval/similarity';
import { queriesOnePerDog, topK } from '../core/retrieval/topk';
import type { Analysis, AnalysisRequest } from './contract';

/** Similarity, neighbours, queries and figures of a run: the same calls as the headless run makes. */
export function analyse(request: AnalysisRequest): Analysis {
  const { rows, dim, embeddings, topK: k, counts, photos } = request;
  const matrix = { rows: rows.length, dim, data: embeddings };
  const similarity = similarityMatrix(matrix);
  const neighbours = topK(matrix, rows, k, similarity);
  const queries = queriesOnePerDog(matrix, rows, k, neighbours);
  const metrics = evaluate({ matrix, rows, counts, similarity, photos });
  return { similarity: similarity.data, neighbours, k, queries, metrics };
}
