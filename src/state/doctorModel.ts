/** What the page knows of the doctor's examination. */
import type { ExamineProgress, Examined, ModelBundle } from '../worker/contract';

export type ExamineStep = ExamineProgress['step'];

export interface DoctorSlice {
  readonly open: boolean;
  readonly phase: 'idle' | 'working' | 'done' | 'failed';
  readonly progress: ExamineProgress | null;
  /** The models that were examined. */
  readonly bundle: ModelBundle | null;
  readonly result: Examined | null;
  readonly error: string | null;
}

export const NO_DOCTOR: DoctorSlice = {
  open: false,
  phase: 'idle',
  progress: null,
  bundle: null,
  result: null,
  error: null,
};
