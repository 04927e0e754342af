/** What we would merge after the library's clustering, and what can never be one dog: two dogs of one photo. */
import { Ban, Combine } from 'lucide-react';
import { useState } from 'react';
import type { MergeSuggestion } from '../../core/immich/mergeSuggestions';
import type { Rehearsal } from '../../core/immich/rehearse';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { ChipFigure } from '../shared/ChipFigure';
import { similarity, whole } from './format';
import styles from './Suggestions.module.css';

/** Pairs shown before one asks for all. */
const FIRST = 6;

export function Suggestions({ report }: { report: Rehearsal }) {
  const { merges, mergePairs, ruledOut, ruledOutPairs, cannotLinks, threshold } =
    report.suggestions;
  return (
    <div className={styles.suggestions}>
      <h3>To merge by hand afterwards</h3>
      <p className={styles.lead}>
        The library never merges two people by itself. These are, on average, as near as it lets two
        faces be (similarity {similarity(threshold)} or more).
      </p>
      {mergePairs === 0 && ruledOutPairs === 0 && (
        <p className={styles.none}>No two people of the library are that alike.</p>
      )}
      <Pairs
        title={`${plural(mergePairs, 'pair')} to look at`}
        pairs={merges}
        kind="merge"
        label="Suggested merges"
      />
      <Pairs
        title={`${plural(ruledOutPairs, 'pair')} alike, but seen in one photo together: never one dog`}
        pairs={ruledOut}
        kind="never"
        label="Ruled out"
      />
      {cannotLinks.length > 0 && (
        <div className={styles.cannot} data-cannot-links={cannotLinks.length}>
          <Ban aria-hidden="true" />
          <p>
            In {plural(new Set(cannotLinks.map(({ path }) => path)).size, 'photo')} the library
            makes two dogs of one photo the same person. They can’t be the same dog, but Immich does
            not know this: {listed(cannotLinks.map(({ path }) => path))}.
          </p>
        </div>
      )}
      {report.counts.photosWithSeveralDogs === 0 && (
        <p className={styles.none}>
          No photo of this run shows several dogs (with “All dogs” in Options each dog of a photo is
          embedded), so nothing is ruled out.
        </p>
      )}
    </div>
  );
}

function listed(paths: readonly string[]): string {
  const unique = [...new Set(paths)];
  const more = unique.length > 4 ? ` and ${unique.length - 4} more` : '';
  return unique.slice(0, 4).join(', ') + more;
}

function Pairs({
  title,
  label,
  pairs,
  kind,
}: {
  title: string;
  label: string;
  pairs: readonly MergeSuggestion[];
  kind: 'merge' | 'never';
}) {
  const actions = useActions();
  const rows = useApp((state) => state.analysis.rows);
  const [all, setAll] = useState(false);
  if (pairs.length === 0) return null;
  const shown = all ? pairs : pairs.slice(0, FIRST);
  const Icon = kind === 'merge' ? Combine : Ban;
  return (
    <>
      <h4 className={styles.title}>{title}</h4>
      <ul className={styles.pairs} aria-label={label}>
        {shown.map(({ a, b, similarity: alike, rows: [i, j] }) => {
          const [first, second] = [rows[i], rows[j]];
          if (first === undefined || second === undefined) return null;
          return (
            <li key={`${a} ${b}`}>
              <button
                type="button"
                data-kind={kind}
                onClick={() => actions.setView({ openPair: [i, j] })}
                aria-label={`Person ${a + 1} and person ${b + 1}, similarity ${similarity(alike)}: ${first.path} and ${second.path}. Open`}
              >
                <ChipFigure row={first} badge={false} />
                <span className={styles.between}>
                  <Icon aria-hidden="true" />
                  {similarity(alike)}
                </span>
                <ChipFigure row={second} badge={false} />
              </button>
            </li>
          );
        })}
      </ul>
      {shown.length < pairs.length && (
        <Button onClick={() => setAll(true)}>Show {whole(pairs.length)}</Button>
      )}
    </>
  );
}
