import { FolderClock } from 'lucide-react';
import { useActions } from '../shared/app';
import { buttonClass } from '../shared/Button';

/** Picks a saved results.json (and the .npy beside it, where the vectors lie there). Needs no models. */
export function OpenRun({ className = '' }: { className?: string | undefined }) {
  const actions = useActions();
  return (
    <label className={`${buttonClass('quiet')} ${className}`}>
      <FolderClock aria-hidden="true" />
      Open a saved run
      <input
        type="file"
        className="sr-only"
        multiple
        accept=".json,.npy,application/json"
        onChange={(event) => {
          const files = Array.from(event.currentTarget.files ?? [], (file) => ({
            path: file.name,
            file,
          }));
          event.currentTarget.value = '';
          const [first] = files;
          if (first !== undefined) void actions.take(first.path, () => Promise.resolve(files));
        }}
      />
    </label>
  );
}
