/** A usage, model or recipe error: one clear line, exit status 2. */
export class UsageError extends Error {}
