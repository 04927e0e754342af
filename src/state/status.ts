/** The one sentence that says what the page is doing. Scripts and screen readers rely on its wording. */
import type { PrepareProgress } from '../worker/contract';
import type { AppState } from './model';

/** A count with its noun, for prose. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

const PREPARE_TEXT: Readonly<Record<PrepareProgress['step'], string>> = {
  download: 'Loading models',
  verify: 'Checking models',
  sessions: 'Starting the models',
  'self-check': 'Comparing backends',
};

export function prepareText(progress: PrepareProgress | null): string {
  if (progress === null) return PREPARE_TEXT.download;
  const { step, done, total } = progress;
  if (total <= 1) return PREPARE_TEXT[step];
  if (step === 'download') {
    return `${PREPARE_TEXT[step]}: ${Math.floor((100 * done) / total)} %`;
  }
  return `${PREPARE_TEXT[step]}: ${done} of ${total}`;
}

export function statusText({ setup, intake, run }: AppState): string {
  const { counts } = run;
  if (intake.phase === 'reading') {
    return `Reading the folder: ${plural(intake.filesSeen, 'file')} so far`;
  }
  // Plain digits and always "photos": the wording is fixed, so that a script can read it.
  const ofAll = `${counts.done} of ${counts.photos} photos`;
  switch (run.phase) {
    case 'idle':
      if (setup.phase === 'error') return `The models are not ready: ${setup.error ?? ''}`;
      if (setup.phase === 'loading') return prepareText(setup.progress);
      return 'Ready for a folder of dog photos';
    case 'queued':
      return `Queued: ${counts.photos} photos. ${prepareText(setup.progress)}`;
    case 'running':
      return `Running: ${ofAll}`;
    case 'stopping':
      return `Stopping: ${ofAll}`;
    case 'comparing':
      return `Comparing ${counts.embedded} embedded photos`;
    case 'cancelled':
      return `Cancelled: ${ofAll}`;
    case 'failed':
      return `Stopped: ${ofAll}. ${run.error ?? ''}`;
    case 'done': {
      const left = counts.photos - counts.done;
      const parts = [
        `${counts.photos} photos`,
        `${counts.embedded} embedded`,
        `${counts.noDog} no dog`,
        `${counts.failed} failed`,
      ];
      const ignored = intake.folder?.ignored.length ?? 0;
      if (ignored > 0) parts.push(`${plural(ignored, 'other file')} ignored`);
      if (left > 0) parts.push(`${left} not run`);
      return `${run.saved === null ? 'Done' : 'Opened'}: ${parts.join(', ')}`;
    }
  }
}

/** `3 min 20 s`, rounded to what one can act on. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const tens = Math.round(seconds / 10);
  const minutes = Math.floor(tens / 6);
  if (minutes < 60) return `${minutes} min ${(tens % 6) * 10} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
