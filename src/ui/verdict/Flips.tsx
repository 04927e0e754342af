/** Queries whose first match changed between right and wrong: query, old answer, new answer. */
import { ArrowRight, Check, ImageOff, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Flip } from '../../core/evaluation/compare';
import type { Row } from '../../core/retrieval/rows';
import type { Baseline } from '../../state/baselineModel';
import type { PhotoEntry } from '../../state/model';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { Picture } from '../shared/Picture';
import styles from './Compare.module.css';
import { whole } from './format';

/** Queries shown before one asks for all. */
const FIRST = 8;

export function Flips({
  title,
  flips,
  baseline,
  gain,
  queries,
}: {
  title: string;
  flips: readonly Flip[];
  baseline: Baseline;
  /** Whether the new answer is the right one. */
  gain: boolean;
  queries: number;
}) {
  const [all, setAll] = useState(false);
  const find = usePictures(baseline);
  const shown = all ? flips : flips.slice(0, FIRST);
  return (
    <div className={styles.flips} data-flips={gain ? 'gained' : 'lost'}>
      <h3>
        {title}: {plural(flips.length, 'query', 'queries')} of {whole(queries)}
      </h3>
      <ul>
        {shown.map((flip) => (
          <FlipItem key={flip.path} flip={flip} gain={gain} find={find} />
        ))}
      </ul>
      {shown.length < flips.length && (
        <Button onClick={() => setAll(true)}>Show all {whole(flips.length)}</Button>
      )}
    </div>
  );
}

type Find = (path: string, of: 'baseline' | 'run') => PhotoEntry | undefined;

/** Pictures of both runs come from the photos on the page: those of the baseline by the hash of the file. */
function usePictures(baseline: Baseline): Find {
  const entries = useApp((state) => state.run.entries);
  return useMemo(() => {
    const byPath = new Map(entries.map((entry) => [entry.record.path, entry]));
    const byHash = new Map(
      entries.flatMap((entry) =>
        entry.record.sha256 === null ? [] : [[entry.record.sha256, entry] as const],
      ),
    );
    const hashes = new Map(baseline.run.photos.map(({ path, sha256 }) => [path, sha256]));
    return (path, of) => {
      const hash = of === 'baseline' ? hashes.get(path) : null;
      return hash == null ? byPath.get(path) : byHash.get(hash);
    };
  }, [entries, baseline]);
}

function FlipItem({ flip, gain, find }: { flip: Flip; gain: boolean; find: Find }) {
  const actions = useActions();
  const { path, identity, rankA, rankB, matchA, matchB } = flip;
  const query = find(path, 'run');
  const answer = (match: Row | null): string => match?.identity ?? 'none';
  return (
    <li>
      <button
        type="button"
        className={styles.flip}
        disabled={query === undefined}
        onClick={() => {
          if (query !== undefined) actions.setView({ openPhoto: query.index });
        }}
        aria-label={`${path}, ${identity}: the baseline answered ${answer(matchA)}, this run ${answer(matchB)}. Open`}
      >
        <Shot entry={query} title={identity} path={path} caption="query" />
        <ArrowRight aria-hidden="true" />
        <Shot
          entry={matchA === null ? undefined : find(matchA.path, 'baseline')}
          title={answer(matchA)}
          path={matchA?.path ?? ''}
          caption={`before: ${rankText(rankA)}`}
          right={!gain}
        />
        <ArrowRight aria-hidden="true" />
        <Shot
          entry={matchB === null ? undefined : find(matchB.path, 'run')}
          title={answer(matchB)}
          path={matchB?.path ?? ''}
          caption={`now: ${rankText(rankB)}`}
          right={gain}
        />
      </button>
    </li>
  );
}

const rankText = (rank: number): string =>
  rank === 1 ? 'own dog first' : `own dog at rank ${rank}`;

function Shot({
  entry,
  title,
  path,
  caption,
  right,
}: {
  entry: PhotoEntry | undefined;
  title: string;
  path: string;
  caption: string;
  right?: boolean;
}) {
  const blob = entry?.chips[0] ?? entry?.thumb ?? null;
  return (
    <span className={styles.shot} data-right={right}>
      <span className={styles.picture}>
        {blob === null ? <ImageOff aria-hidden="true" /> : <Picture blob={blob} alt="" />}
      </span>
      <b title={path}>
        {right !== undefined && (right ? <Check aria-hidden="true" /> : <X aria-hidden="true" />)}
        {title}
      </b>
      <small>{caption}</small>
    </span>
  );
}
