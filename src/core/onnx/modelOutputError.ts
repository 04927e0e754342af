import type { FailureCode } from '../types';

/** A network returned what its contract does not allow. The pipeline turns it into a failure of the photo. */
export class ModelOutputError extends Error {
  constructor(
    readonly code: Extract<FailureCode, 'non-finite-output' | 'model-error'>,
    message: string,
  ) {
    super(message);
    this.name = 'ModelOutputError';
  }
}
