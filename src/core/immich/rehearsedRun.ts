/** A rehearsal with the marks of the run that it is about: what it cannot show depends on how the run was made. */
import type { Results } from '../results/schema';
import type { Rehearsal } from './rehearse';

export interface RunRehearsal extends Rehearsal {
  readonly run: {
    readonly tool: Results['tool'];
    readonly models: Results['models'];
    /** How the photos became the library's previews; null where the run saw them as they are. */
    readonly preview: NonNullable<Results['tool']['preview']> | null;
    /** Whether second dogs of photos are among the faces. */
    readonly secondDogs: boolean;
    /** Decisions of the reviewer that the names follow. */
    readonly decisions: number;
  };
}

export function withRun(
  report: Rehearsal,
  { tool, models, decisions = [] }: Pick<Results, 'tool' | 'models' | 'decisions'>,
): RunRehearsal {
  return {
    ...report,
    run: {
      tool,
      models,
      preview: tool.preview ?? null,
      secondDogs: secondDogs(tool),
      decisions: decisions.length,
    },
    notes: [...report.notes, ...runNotes(tool)],
  };
}

/** A chip holds one dog, so nothing is missing there. */
const secondDogs = ({ dogs, stages }: Pick<Results['tool'], 'dogs' | 'stages'>): boolean =>
  dogs === 'all' || stages === 'embed';

/** What the rehearsal of a run lacks. */
export function runNotes(tool: Pick<Results['tool'], 'dogs' | 'stages'>): string[] {
  if (secondDogs(tool)) return [];
  return [
    'The run took only the best dog of each photo: second dogs of photos are not in this rehearsal, and the library ' +
      'would cluster them, too. A run with all dogs has them.',
  ];
}
