import type { Trial } from '../../core/doctor/diagnose';
import { sharesOf, type PairAxis } from './axes';
import styles from './Doctor.module.css';

const WIDTH = 168;
const HEIGHT = 44;

/** Similarities of the pairs under one recipe: one dog filled, different dogs hatched. */
export function PairsPlot({ trial, axis }: { trial: Trial; axis: PairAxis }) {
  const { genuine, impostor } = sharesOf(trial.histogram, axis);
  const top = Math.max(...genuine, ...impostor, 1e-9);
  const { genuineMean, impostorMean } = trial.separation;
  const hatch = `doctor-hatch-${trial.candidate.id.replace(/[^a-z0-9]+/gi, '-')}`;
  return (
    <svg
      className={styles.pairs}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Mean similarity of one dog’s photos ${genuineMean.toFixed(2)}, of different dogs’ ${impostorMean.toFixed(2)}`}
    >
      <defs>
        <pattern
          id={hatch}
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="5" height="5" fill="var(--wrong)" fillOpacity="0.14" />
          <rect width="1.6" height="5" fill="var(--wrong)" fillOpacity="0.65" />
        </pattern>
      </defs>
      <path d={steps(impostor, top)} fill={`url(#${hatch})`} stroke="var(--wrong)" />
      <path d={steps(genuine, top)} fill="var(--right)" fillOpacity="0.38" stroke="var(--right)" />
    </svg>
  );
}

function steps(shares: readonly number[], top: number): string {
  const x = (bin: number): string => ((WIDTH * bin) / shares.length).toFixed(1);
  const y = (share: number): string => (HEIGHT - 1 - ((HEIGHT - 3) * share) / top).toFixed(1);
  const line = shares.map((share, bin) => `L${x(bin)} ${y(share)}H${x(bin + 1)}`).join('');
  return `M0 ${HEIGHT - 1}${line}L${WIDTH} ${HEIGHT - 1}Z`;
}
