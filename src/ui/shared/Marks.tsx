/** Box, keypoints and chip over a photo. Told apart by shape (solid, dots, dashes) as well as by colour. */
import type { DogRecord, PhotoRecord } from '../../core/results/schema';
import type { Overlay } from '../../state/model';
import styles from './Marks.module.css';
import { markSizes, pointLetter, type MarkSizes } from './markGeometry';

interface MarksProps {
  readonly photo: PhotoRecord;
  readonly show: readonly Overlay[];
  /** Longer side of the photo on screen, CSS px. */
  readonly shown: number;
  /** Draw words and letters. */
  readonly labels?: boolean;
}

export function Marks({ photo, show, shown, labels = false }: MarksProps) {
  const { width, height, dogs } = photo;
  if (width === null || height === null || dogs.length === 0) return null;
  const sizes = markSizes(width, height, shown);
  return (
    <svg
      className={styles.marks}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid meet"
      aria-hidden="true"
      data-marks={show.join(' ')}
    >
      {dogs.map((dog, i) => (
        <DogMarks key={i} dog={dog} show={show} sizes={sizes} labels={labels} photo={photo} />
      ))}
    </svg>
  );
}

function DogMarks({
  dog,
  show,
  sizes,
  labels,
  photo,
}: {
  dog: DogRecord;
  show: readonly Overlay[];
  sizes: MarkSizes;
  labels: boolean;
  photo: PhotoRecord;
}) {
  const [x1, y1, x2, y2] = dog.bbox;
  const [cx1, cy1, cx2, cy2] = dog.chip;
  const chipName =
    dog.branch === 'face' ? 'face chip' : dog.branch === 'body' ? 'body crop' : 'whole photo';
  return (
    <g>
      {show.includes('box') && <Framed x1={x1} y1={y1} x2={x2} y2={y2} kind="box" />}
      {show.includes('chip') && <Framed x1={cx1} y1={cy1} x2={cx2} y2={cy2} kind="chip" />}
      {show.includes('keypoints') &&
        dog.keypoints.map((point) => (
          <g key={point.name}>
            <circle cx={point.x} cy={point.y} r={sizes.point * 1.35} className={styles.casingDot} />
            <circle cx={point.x} cy={point.y} r={sizes.point} className={styles.point} />
            {labels && (
              <text
                x={point.x + sizes.point * 1.8}
                y={point.y + sizes.font * 0.35}
                fontSize={sizes.font}
                className={styles.pointText}
              >
                {pointLetter(point.name)}
              </text>
            )}
          </g>
        ))}
      {labels && show.includes('box') && (
        <Label
          x={x1}
          y={y1}
          text={dog.score === null ? 'dog' : `dog ${dog.score.toFixed(2)}`}
          kind="box"
          sizes={sizes}
          photo={photo}
          above
        />
      )}
      {labels && show.includes('chip') && (
        <Label x={cx1} y={cy2} text={chipName} kind="chip" sizes={sizes} photo={photo} />
      )}
    </g>
  );
}

function Framed(props: { x1: number; y1: number; x2: number; y2: number; kind: 'box' | 'chip' }) {
  const { x1, y1, x2, y2, kind } = props;
  const place = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
  return (
    <>
      <rect {...place} className={styles.casing} />
      <rect {...place} className={styles[kind]} data-mark={kind} />
    </>
  );
}

function Label(props: {
  x: number;
  y: number;
  text: string;
  kind: 'box' | 'chip';
  sizes: MarkSizes;
  photo: PhotoRecord;
  above?: boolean;
}) {
  const { text, kind, sizes, photo, above = false } = props;
  const [width, height] = [text.length * sizes.font * 0.6 + sizes.font * 0.8, sizes.font * 1.5];
  // Labels stay inside the photo.
  const x = Math.max(0, Math.min(props.x, (photo.width ?? 0) - width));
  const wanted = above ? props.y - height : props.y;
  const y = Math.max(0, Math.min(wanted, (photo.height ?? 0) - height));
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} className={styles[`${kind}Label`]} />
      <text
        x={x + sizes.font * 0.4}
        y={y + sizes.font * 1.1}
        fontSize={sizes.font}
        className={styles.labelText}
      >
        {text}
      </text>
    </g>
  );
}
