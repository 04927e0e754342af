/** Statistics and photo records of a synthetic folder. */
import { runStatistics, type RunStatistics } from '../../../src/core/evaluation/statistics';
import type { PhotoRecord } from '../../../src/core/results/schema';
import { similarityMatrix } from '../../../src/core/retrieval/similarity';
import type { Folder } from './random';

export const statisticsOf = ({ matrix, rows }: Folder): RunStatistics =>
  runStatistics(matrix, rows, similarityMatrix(matrix));

export function photoOf(path: string, identity: string | null, row: number): PhotoRecord {
  return {
    path,
    identity,
    sha256: null,
    takenAt: null,
    status: 'embedded',
    failure: null,
    width: 400,
    height: 300,
    dogs: [
      {
        identity,
        bbox: [100, 50, 300, 250],
        score: 0.9,
        keypoints: [
          { name: 'left_eye', x: 220, y: 100, score: 0.9 },
          { name: 'right_eye', x: 180, y: 100, score: 0.9 },
          { name: 'nose', x: 200, y: 130, score: 0.9 },
        ],
        branch: 'face',
        reason: 'face-found',
        chip: [160, 80, 240, 160],
        row,
      },
    ],
  };
}

export const photosOf = ({ rows }: Folder): PhotoRecord[] =>
  rows.map(({ path, identity }, row) => photoOf(path, identity, row));

export function lost(path: string, identity: string, status: 'no-dog' | 'failed'): PhotoRecord {
  const failure =
    status === 'failed'
      ? ({ code: 'corrupt-image', stage: 'decode', message: 'The file ends early.' } as const)
      : null;
  return { ...photoOf(path, identity, 0), status, failure, dogs: [] };
}
