/** The keys of the mislabel queue. */
import type { Verdict } from '../../core/evaluation/decisions';
import type { Suspicion } from '../../core/evaluation/mislabels';
import type { VerdictActions } from '../../state/verdict';

/** What a key decides about the photo in question. */
const DECIDES: Readonly<Record<string, Verdict>> = { s: 'same', d: 'different', k: 'skip' };

/** Does what the key stands for; false where it stands for nothing. @param item null when all is reviewed. */
export function pressReviewKey(
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  item: Suspicion | null,
  actions: Pick<VerdictActions, 'decide' | 'undo'>,
): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const letter = key.toLowerCase();
  if (letter === 'u') {
    actions.undo();
    return true;
  }
  const verdict = DECIDES[letter];
  if (verdict === undefined || item === null) return false;
  actions.decide(item, verdict);
  return true;
}
