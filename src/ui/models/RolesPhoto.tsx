/** A photo, close on the best dog's head, with its keypoints: an index at each, and the role where it has one. */
import { useState } from 'react';
import type { KeypointRole } from '../../core/recipe/schema';
import type { PhotoEntry } from '../../state/model';
import { useBound } from '../shared/app';
import { useSize } from '../shared/useSize';
import styles from './Roles.module.css';
import { plain } from './words';

/** Around the points, as a fraction of their longer side. */
const MARGIN = 0.35;
/** At least this part of the dog's longer side is in view. */
const DOG_PART = 0.7;

export function RolesPhoto({
  entry,
  roleOf,
  pointed,
}: {
  entry: PhotoEntry;
  roleOf: (name: string) => KeypointRole | null;
  pointed: string | null;
}) {
  const { pictures } = useBound();
  const { ref, width, height } = useSize<HTMLDivElement>();
  const [useThumb, setUseThumb] = useState(false);
  const { record, file, thumb } = entry;
  const points = record.dogs[0]?.keypoints ?? [];
  const blob = useThumb || file === null ? thumb : file;
  if (blob === null || record.width === null || record.height === null) return null;
  const view = closeUp(points, record.dogs[0]?.bbox ?? [0, 0, 0, 0], record.width, record.height);
  const scale = Math.min(width / view.width, height / view.height);
  const upright = record.width > record.height;
  const place = ({ x, y }: { x: number; y: number }) => ({
    x: (x - view.x) * scale + (width - view.width * scale) / 2,
    y: (y - view.y) * scale + (height - view.height * scale) / 2,
  });
  const corner = place({ x: 0, y: 0 });
  return (
    <div ref={ref} className={styles.photo}>
      <img
        src={pictures.url(blob)}
        alt={`${record.path} with ${points.length} numbered keypoints`}
        style={{
          width: record.width * scale,
          height: record.height * scale,
          transform: `translate(${corner.x}px, ${corner.y}px)`,
        }}
        draggable={false}
        onError={() => setUseThumb(true)}
        onLoad={(event) => {
          // Where the browser does not turn a file upright the points would lie; the thumbnail is upright.
          const { naturalWidth, naturalHeight } = event.currentTarget;
          if (naturalWidth !== naturalHeight && naturalWidth > naturalHeight !== upright) {
            setUseThumb(true);
          }
        }}
      />
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {points.map((point, i) => {
            const role = roleOf(point.name);
            const { x, y } = place(point);
            return (
              <g
                key={point.name}
                transform={`translate(${x} ${y})`}
                className={styles.point}
                data-role={role ?? 'none'}
                data-pointed={pointed === point.name}
              >
                <circle r="10" />
                <text y="4" textAnchor="middle" className={styles.number}>
                  {i}
                </text>
                {role !== null && (
                  <text x="15" y="4.5" className={styles.roleText}>
                    {plain(role)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

/** The part of the photo that holds the points, and enough of the dog to know where they are. */
function closeUp(
  points: readonly { readonly x: number; readonly y: number }[],
  [bx1, by1, bx2, by2]: readonly [number, number, number, number],
  width: number,
  height: number,
): { x: number; y: number; width: number; height: number } {
  if (points.length === 0) return { x: 0, y: 0, width, height };
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [x1, x2] = [Math.min(...xs), Math.max(...xs)];
  const [y1, y2] = [Math.min(...ys), Math.max(...ys)];
  const span = Math.max(x2 - x1, y2 - y1);
  const margin = MARGIN * span;
  const side = Math.max(span + 2 * margin, DOG_PART * Math.max(bx2 - bx1, by2 - by1));
  return { x: (x1 + x2 - side) / 2, y: (y1 + y2 - side) / 2, width: side, height: side };
}
