import type { StageCard } from '../../state/modelsModel';
import styles from './Models.module.css';
import { inputSize, outputText } from './words';

/** Input and output of a model at a glance: a frame in the input's proportions, and what comes out. */
export function StageTile({ stage }: { stage: StageCard }) {
  const size = inputSize(stage);
  const output = outputText(stage);
  const [height, width] = size ?? [1, 1];
  const scale = 44 / Math.max(height, width);
  return (
    <svg
      viewBox="0 0 220 64"
      preserveAspectRatio="xMinYMid meet"
      className={styles.tile}
      aria-hidden="true"
    >
      <rect
        x={32 - (width * scale) / 2}
        y={32 - (height * scale) / 2}
        width={width * scale}
        height={height * scale}
        rx="3"
        className={styles.frame}
        data-unknown={size === null}
      />
      <g transform="translate(32 32)" className={styles.inFrame}>
        <Sign slot={stage.slot} />
      </g>
      <text x="64" y="29" className={styles.big}>
        {size === null ? 'size unknown' : `${width} × ${height} px`}
      </text>
      <text x="64" y="47" className={styles.small}>
        {output === null ? 'not run yet' : `→ ${output}`}
      </text>
    </svg>
  );
}

/** A box, points of a face, or a vector. */
function Sign({ slot }: { slot: StageCard['slot'] }) {
  if (slot === 'detector') return <rect x="-11" y="-9" width="22" height="18" rx="2" />;
  if (slot === 'keypoint') {
    return (
      <>
        {[
          [-8, -4],
          [8, -4],
          [0, 6],
          [-12, -11],
          [12, -11],
        ].map(([x, y]) => (
          <circle key={`${x} ${y}`} cx={x} cy={y} r="2.4" className={styles.dot} />
        ))}
      </>
    );
  }
  return (
    <>
      {[6, 12, 4, 9, 14, 7].map((height, i) => (
        <rect
          key={i}
          x={-13 + i * 4.6}
          y={7 - height}
          width="3"
          height={height}
          className={styles.dot}
        />
      ))}
    </>
  );
}
