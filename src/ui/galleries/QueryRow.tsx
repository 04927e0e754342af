import type { RowSource } from '../../state/model';
import { CALL_TEXT, callOf, calledSame, type Call } from '../../state/calls';
import { decidedRows, matchesOf, type Match } from '../../state/selectors';
import { Equal, EqualNot } from 'lucide-react';
import { useActions, useApp } from '../shared/app';
import { ChipFigure } from '../shared/ChipFigure';
import { verdictOf } from '../shared/pairVerdict';
import { VerdictBadge } from '../shared/VerdictBadge';
import styles from './Galleries.module.css';

/** A query and its top K. */
export function QueryRow({ row }: { row: number }) {
  const actions = useActions();
  const analysis = useApp((state) => state.analysis);
  const query = useApp((state) => decidedRows(state)[row]);
  if (query === undefined) return null;
  const matches = matchesOf(analysis, row);
  return (
    <section className={styles.query} aria-label={`Query ${query.path}`}>
      <button
        type="button"
        className={styles.self}
        aria-label={`Query ${query.path}: open photo`}
        onClick={() => actions.setView({ openPhoto: query.entry })}
      >
        <span className={styles.selfMark}>Query</span>
        <ChipFigure row={query} />
      </button>
      <ol className={styles.matches}>
        {matches.map((match) => (
          <MatchCard key={match.rank} query={query} queryRow={row} match={match} />
        ))}
      </ol>
    </section>
  );
}

function MatchCard({
  query,
  queryRow,
  match,
}: {
  query: RowSource;
  queryRow: number;
  match: Match;
}) {
  const actions = useActions();
  const other = useApp((state) => decidedRows(state)[match.row]);
  const called = useApp(({ analysis, verdict: { threshold } }) =>
    threshold === null ? null : calledSame(analysis, [queryRow, match.row], threshold),
  );
  const call = useApp((state) => {
    const { threshold } = state.verdict;
    const pair = [queryRow, match.row] as const;
    return threshold === null ? null : callOf(state.analysis, decidedRows(state), pair, threshold);
  });
  if (other === undefined) return null;
  const verdict = verdictOf(query.identity, other.identity);
  const words = { right: 'same dog', wrong: 'other dog', unknown: 'no label' }[verdict];
  return (
    <li>
      <button
        type="button"
        className={styles.match}
        data-verdict={verdict}
        data-called={called ?? undefined}
        aria-label={`Rank ${match.rank}: ${other.path}, similarity ${match.similarity.toFixed(3)}, ${words}${called === null ? '' : `, ${call === null ? calledText(called) : CALL_TEXT[call]}`}`}
        onClick={() => actions.setView({ openPair: [queryRow, match.row] })}
      >
        <span className={styles.matchTop}>
          <span>{match.rank}</span>
          <strong>{match.similarity.toFixed(3)}</strong>
        </span>
        <ChipFigure row={other} badge={false} />
        <VerdictBadge verdict={verdict} />
        {called !== null && <CallMark called={called} call={call} />}
      </button>
    </li>
  );
}

const calledText = (called: boolean): string =>
  called ? 'called the same dog' : 'called another dog';

/** What the threshold says of the match; a wrong call says which kind. */
function CallMark({ called, call }: { called: boolean; call: Call | null }) {
  const Icon = called ? Equal : EqualNot;
  const wrong = call === 'merge' || call === 'split';
  return (
    <span className={styles.call} data-wrong={wrong}>
      <Icon aria-hidden="true" strokeWidth={2.5} />
      {call === 'merge'
        ? 'Wrong merge'
        : call === 'split'
          ? 'Wrong split'
          : called
            ? 'Same'
            : 'Not same'}
    </span>
  );
}
