import { FolderOpen } from 'lucide-react';
import { listInput } from '../../state/listing';
import { useActions } from '../shared/app';
import { buttonClass } from '../shared/Button';

/** The directory input. Choosing starts the run; there is nothing else to press. */
export function ChooseFolder({ look = 'plain' }: { look?: 'primary' | 'plain' }) {
  const actions = useActions();
  return (
    <label className={buttonClass(look)}>
      <FolderOpen aria-hidden="true" />
      Choose folder
      <input
        type="file"
        className="sr-only"
        multiple
        // React knows no such attribute by type; browsers do.
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files === null || files.length === 0) return;
          const { name, files: list } = listInput(files);
          // Emptied, so that the same folder can be chosen again.
          event.currentTarget.value = '';
          void actions.take(name, () => Promise.resolve(list));
        }}
      />
    </label>
  );
}
