import { recallText } from '../../state/selectors';
import { useApp } from '../shared/app';
import styles from './Figures.module.css';

/** The one figure that is looked for first, with its denominator, beside every view. */
export function Figures() {
  const text = useApp(recallText);
  if (text === null) return null;
  return <p className={styles.figures}>{text}</p>;
}
