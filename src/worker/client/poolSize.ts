/** How many inference workers a machine can carry. */

/** More workers than this gain nothing measurable and cost memory each. */
const MAX_WORKERS = 8;
/** Memory of one worker with the networks and one large photo, in GiB, generously. */
const WORKER_GIB = 0.75;

/**
 * One one-thread worker per core, capped by memory. `deviceMemory` is the browser's estimate in GiB (at most 8, and
 * only Chromium gives one).
 */
export function poolSize(cores: number, deviceMemory: number | undefined): number {
  const byMemory = deviceMemory === undefined ? MAX_WORKERS : Math.floor(deviceMemory / WORKER_GIB);
  return Math.max(1, Math.min(cores, byMemory, MAX_WORKERS));
}
