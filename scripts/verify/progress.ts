import { SingleBar } from 'cli-progress';

/** A bar on stderr with photos/s and time left; silent where stderr is not a terminal. */
export function progressBar(total: number, unit = 'photos'): { step(): void; end(): void } {
  const bar = new SingleBar({
    format: `{bar} {value}/{total} ${unit}  {rate} ${unit}/s  {eta_formatted} left`,
    stream: process.stderr,
    noTTYOutput: false,
    clearOnComplete: true,
  });
  const start = performance.now();
  let done = 0;
  bar.start(total, 0, { rate: '-' });
  return {
    step: () => {
      done += 1;
      bar.update(done, { rate: (done / ((performance.now() - start) / 1000)).toFixed(1) });
    },
    end: () => bar.stop(),
  };
}
