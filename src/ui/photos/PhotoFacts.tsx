import { APPROXIMATE_TEXT } from '../../core/results/prose';
import type { PhotoEntry } from '../../state/model';
import { troubleOf, troubleText } from '../../state/selectors';
import { Fact } from './DogFacts';
import styles from './PhotoDialog.module.css';

/** The file itself: what it is, what went wrong, how long it took. */
export function PhotoFacts({ entry }: { entry: PhotoEntry }) {
  const { record, timings } = entry;
  const trouble = troubleText(entry);
  const approximate = record.format == null ? undefined : APPROXIMATE_TEXT[record.format];
  const steps = Object.entries(timings);
  const total = steps.reduce((sum, [, ms]) => sum + ms, 0);
  return (
    <>
      {trouble !== null && (
        <p className={styles.trouble}>
          <strong>{troubleOf(entry)}</strong>
          {trouble}
        </p>
      )}
      <section>
        <h3 className={styles.heading}>Photo</h3>
        <dl className={styles.facts}>
          <Fact name="Folder’s dog" value={record.identity ?? 'no label'} />
          {record.width !== null && record.height !== null && (
            <Fact name="Size, upright" value={`${record.width} × ${record.height} px`} />
          )}
          {record.format != null && <Fact name="Format" value={record.format.toUpperCase()} />}
          {record.takenAt !== null && (
            <Fact name="Taken" value={record.takenAt.replace('T', ' ')} />
          )}
          {record.sha256 !== null && (
            <Fact name="SHA-256" value={`${record.sha256.slice(0, 16)}…`} />
          )}
          {steps.length > 0 && <Fact name="Time in all" value={`${total.toFixed(0)} ms`} />}
          {steps.map(([step, ms]) => (
            <Fact key={step} name={`\u2003${step}`} value={`${ms.toFixed(1)} ms`} />
          ))}
        </dl>
        {approximate !== undefined && <p className={styles.note}>{approximate}</p>}
      </section>
    </>
  );
}
