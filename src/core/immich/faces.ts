/** What the rehearsal runs over: every embedded dog of every photo is a "face" to the photo library. */
import type { Row } from '../retrieval/rows';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';

export interface Faces {
  readonly matrix: EmbeddingMatrix;
  readonly similarity: SimilarityMatrix;
  readonly rows: readonly Row[];
}

/** The two settings of the library's face clustering. */
export interface LibrarySettings {
  /** Cosine distance (1 - similarity) up to which two faces may be one person. */
  readonly maxDistance: number;
  /** Faces, itself included, that make a face a core face. */
  readonly minFaces: number;
}

/** The library's own defaults. */
export const LIBRARY_DEFAULTS: LibrarySettings = { maxDistance: 0.5, minFaces: 3 };

/** Person of every face, numbered from 0 in order of creation; -1 stays unassigned. */
export interface Assignment {
  readonly person: Int32Array;
  readonly people: number;
}
