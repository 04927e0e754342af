/** What the page is doing, in words and as a bar; and what can be done about it. */
import { CircleCheck, CirclePause, OctagonAlert, Play, RotateCcw, X } from 'lucide-react';
import { Progress } from 'radix-ui';
import type { AppState } from '../../state/model';
import { modelsChanged } from '../../state/selectors';
import { durationText, statusText } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { BackendNote } from './BackendNote';
import styles from './StatusStrip.module.css';

export function StatusStrip() {
  const actions = useActions();
  const text = useApp(statusText);
  const phase = useApp((state) => state.run.phase);
  const pace = useApp(paceText);
  const part = useApp(progressOf);
  const changed = useApp(optionsChanged);
  const otherModels = useApp(modelsChanged);
  // A run is never continued with other models: its vectors would not be comparable.
  const resumable = (phase === 'cancelled' || phase === 'failed') && !otherModels;
  return (
    <section className={styles.strip} aria-label="Status" data-phase={phase}>
      <div className={styles.line}>
        <PhaseIcon phase={phase} />
        <p role="status" className={styles.text}>
          {text}
        </p>
        {pace !== null && <p className={styles.pace}>{pace}</p>}
        <div className={styles.end}>
          <BackendNote />
          {(phase === 'queued' || phase === 'running') && (
            <Button look="plain" onClick={actions.cancel}>
              <X aria-hidden="true" />
              Cancel
            </Button>
          )}
          {resumable && (
            <Button look="primary" onClick={actions.resume}>
              <Play aria-hidden="true" />
              Resume
            </Button>
          )}
          {changed && (
            <Button look="plain" onClick={actions.runAgain}>
              <RotateCcw aria-hidden="true" />
              Run again
            </Button>
          )}
        </div>
      </div>
      {part !== null && (
        <Progress.Root
          className={styles.track}
          value={part === 'unknown' ? null : Math.round(part * 100)}
          aria-label="Progress"
        >
          <Progress.Indicator
            className={styles.fill}
            style={part === 'unknown' ? {} : { transform: `scaleX(${part})` }}
          />
        </Progress.Root>
      )}
    </section>
  );
}

function PhaseIcon({ phase }: { phase: AppState['run']['phase'] }) {
  if (phase === 'done') return <CircleCheck className={styles.done} aria-hidden="true" />;
  if (phase === 'cancelled') return <CirclePause className={styles.paused} aria-hidden="true" />;
  if (phase === 'failed') return <OctagonAlert className={styles.failed} aria-hidden="true" />;
  return null;
}

/** Photos per second and time left, once there is enough to tell. */
function paceText({ run }: AppState): string | null {
  if (run.phase !== 'running' || run.rate === null) return null;
  const left = run.secondsLeft === null ? '' : `, about ${durationText(run.secondsLeft)} left`;
  return `${run.rate.toFixed(run.rate < 10 ? 1 : 0)} photos/s${left}`;
}

/** How far the work has come, `unknown` where that cannot be told, null when there is none. */
function progressOf({ run, setup, intake }: AppState): number | 'unknown' | null {
  if (intake.phase === 'reading' || run.phase === 'comparing') return 'unknown';
  if (run.phase === 'running' || run.phase === 'stopping') {
    return run.counts.photos === 0 ? 'unknown' : run.counts.done / run.counts.photos;
  }
  if (setup.phase === 'loading') {
    const { progress } = setup;
    return progress === null || progress.total === 0 ? 'unknown' : progress.done / progress.total;
  }
  return run.phase === 'queued' ? 'unknown' : null;
}

/** Options or models that would give other results than those on the page. */
function optionsChanged(state: AppState): boolean {
  const { run, options } = state;
  // An opened run can be made anew once its photos are here.
  if (run.saved !== null) return run.phase === 'done' && run.saved.pictures?.finished === true;
  const ended = run.phase === 'done' || run.phase === 'cancelled' || run.phase === 'failed';
  const { stages, dogs, preview } = run.options;
  const same = stages === options.stages && dogs === options.dogs && preview === options.preview;
  return ended && (!same || modelsChanged(state));
}
