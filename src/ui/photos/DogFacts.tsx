/** The chip as the embedder got it, why it is that one, and the numbers behind it. */
import type { DogRecord } from '../../core/results/schema';
import { CHIP_REASON_TEXT } from '../../state/selectors';
import { BranchBadge } from '../shared/BranchBadge';
import { pointName } from '../shared/markGeometry';
import { Picture } from '../shared/Picture';
import styles from './PhotoDialog.module.css';

export function DogFacts({ dog, chip }: { dog: DogRecord; chip: Blob | null }) {
  return (
    <>
      <section className={styles.chipRow} aria-label="Chip">
        {chip !== null && (
          <div className={styles.chip}>
            <Picture blob={chip} alt="The chip, exactly the pixels the embedder got" lazy={false} />
          </div>
        )}
        <div>
          <p className={styles.heading}>What the embedder got</p>
          <BranchBadge branch={dog.branch} />
          <p className={styles.why}>{CHIP_REASON_TEXT[dog.reason]}</p>
        </div>
      </section>
      <section>
        <h3 className={styles.heading}>Dog</h3>
        <dl className={styles.facts}>
          <Fact name="Carries the name" value={dog.identity ?? 'none'} />
          <Fact
            name="Detection score"
            value={dog.score === null ? 'not detected, taken whole' : dog.score.toFixed(4)}
          />
          <Fact name="Box (px)" value={dog.bbox.map((value) => value.toFixed(1)).join(', ')} />
          <Fact name="Chip (px)" value={dog.chip.join(', ')} />
        </dl>
      </section>
      {dog.keypoints.length > 0 && (
        <section>
          <h3 className={styles.heading}>Keypoints (the dog’s own left and right)</h3>
          <table className={styles.points}>
            <thead>
              <tr>
                <th scope="col">Point</th>
                <th scope="col">x</th>
                <th scope="col">y</th>
                <th scope="col">Score</th>
              </tr>
            </thead>
            <tbody>
              {dog.keypoints.map((point) => (
                <tr key={point.name}>
                  <th scope="row" style={{ textAlign: 'left' }}>
                    {pointName(point.name)}
                  </th>
                  <td>{point.x.toFixed(1)}</td>
                  <td>{point.y.toFixed(1)}</td>
                  <td>{point.score === null ? 'none' : point.score.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

export function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
