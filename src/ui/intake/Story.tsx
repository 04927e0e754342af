/** Photo -> dog and face -> comparison, told with photos of the sample and its own ground truth. */
import { ArrowRight, Check, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { readTruth, type TruthPhoto } from '../../state/sample';
import { useBound } from '../shared/app';
import styles from './Story.module.css';
import { castOf, faceBox, type Cast, type Square } from './cast';

export function Story() {
  const { sampleBase } = useBound();
  const [cast, setCast] = useState<Cast | null>(null);
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<void> => {
      const response = await fetch(`${sampleBase}truth.json`);
      const photos = response.ok ? readTruth(await response.text()) : null;
      if (!gone && photos !== null) setCast(castOf(photos));
    };
    // Without the sample the first screen has words only.
    load().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [sampleBase]);
  if (cast === null) return <div className={styles.story} />;
  const address = (photo: TruthPhoto): string =>
    sampleBase + photo.path.split('/').map(encodeURIComponent).join('/');
  return (
    <figure className={styles.story}>
      <div className={styles.photo}>
        <Seen photo={cast.query} src={address(cast.query)} />
      </div>
      <ol className={styles.steps}>
        <li>
          <b>Find</b> the dog (solid box) and its face (dots).
        </li>
        <li>
          <b>Cut</b> the chip (dashes): the face, or the body where no face is found.
        </li>
        <li>
          <b>Compare</b> it with every other chip.
        </li>
      </ol>
      <div className={styles.row}>
        <Chip photo={cast.query} src={address(cast.query)} kind="query" />
        <ArrowRight aria-hidden="true" className={styles.arrow} />
        {cast.same.map((photo) => (
          <Chip key={photo.path} photo={photo} src={address(photo)} kind="right" />
        ))}
        {cast.other.map((photo) => (
          <Chip key={photo.path} photo={photo} src={address(photo)} kind="wrong" />
        ))}
      </div>
      <figcaption>
        From the built-in sample, rendered dogs; marks are its own ground truth.
      </figcaption>
    </figure>
  );
}

function Seen({ photo, src }: { photo: TruthPhoto; src: string }) {
  const [size, setSize] = useState<readonly [number, number] | null>(null);
  const chip = faceBox(photo);
  return (
    <>
      <img
        src={src}
        alt="A rendered dog with a box around it, its eyes and nose marked and its face framed"
        onLoad={(event) => {
          const { naturalWidth, naturalHeight } = event.currentTarget;
          setSize([naturalWidth, naturalHeight]);
        }}
      />
      {size !== null && photo.bbox !== null && (
        <svg viewBox={`0 0 ${size[0]} ${size[1]}`} aria-hidden="true">
          <Frame square={boxSquare(photo.bbox)} className={styles.box} />
          {chip !== null && <Frame square={chip} className={styles.chip} />}
          {photo.keypoints
            .filter(({ visible }) => visible)
            .map(({ name, x, y }) => (
              <circle key={name} cx={x} cy={y} r={size[0] / 110} className={styles.point} />
            ))}
        </svg>
      )}
    </>
  );
}

function boxSquare([x1, y1, x2, y2]: readonly [number, number, number, number]): Square {
  return { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
}

function Frame({ square, className }: { square: Square; className: string | undefined }) {
  return (
    <>
      <rect {...square} className={styles.casing} />
      <rect {...square} className={className} />
    </>
  );
}

const WORDS = {
  query: { text: 'Query', Icon: null },
  right: { text: 'Same dog', Icon: Check },
  wrong: { text: 'Other dog', Icon: X },
} as const;

function Chip({
  photo,
  src,
  kind,
}: {
  photo: TruthPhoto;
  src: string;
  kind: 'query' | 'right' | 'wrong';
}) {
  const square = faceBox(photo);
  if (square === null) return null;
  const { text, Icon } = WORDS[kind];
  return (
    <div className={styles.cell} data-kind={kind}>
      <svg
        viewBox={`${square.x} ${square.y} ${square.width} ${square.height}`}
        preserveAspectRatio="xMidYMid slice"
        role="img"
        aria-label={`Face of ${photo.identity ?? 'a dog'}`}
      >
        <image href={src} />
      </svg>
      <span>
        {Icon !== null && <Icon aria-hidden="true" strokeWidth={2.5} />}
        {text}
      </span>
    </div>
  );
}
