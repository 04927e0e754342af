import { recallText } from '../../state/selectors';
import { useApp } from '../shared/app';
import styles from './Figures.module.css';

/** The one figure that is looked for first, with its denominator, beside every view. */
export function Figures() {
  const text = useApp(recallText);
  // The galleries say it themselves, beside the queries they show.
  const told = useApp((state) => state.view.tab === 'galleries');
  if (text === null || told) return null;
  return <p className={styles.figures}>{text}</p>;
}
