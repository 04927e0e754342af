import { FilePlus2 } from 'lucide-react';
import { listInput } from '../../state/listing';
import { useActions } from '../shared/app';
import { buttonClass } from '../shared/Button';

/** Picks model files: .onnx with their .onnx.data, pipeline.json, embedding.json, or a zip of them. */
export function ChooseModels({ look = 'plain' }: { look?: 'primary' | 'plain' }) {
  const { models } = useActions();
  return (
    <label className={buttonClass(look)}>
      <FilePlus2 aria-hidden="true" />
      Choose model files
      <input
        type="file"
        className="sr-only"
        multiple
        accept=".onnx,.data,.json,.zip"
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files === null || files.length === 0) return;
          const { files: list } = listInput(files);
          // Emptied, so that the same files can be chosen again.
          event.currentTarget.value = '';
          void models.take(list);
        }}
      />
    </label>
  );
}
