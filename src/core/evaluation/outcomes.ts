/** What became of every photo of a run, as far as evaluation cares. A `PhotoRecord` of results.json fits. */
import type { PhotoStatus } from '../results/schema';
import type { BurstFacts } from './bursts';

export interface PhotoOutcome extends BurstFacts {
  readonly path: string;
  readonly identity: string | null;
  readonly status: PhotoStatus;
}
