import { FileQuestionMark } from 'lucide-react';
import { Notice } from './Notice';

/** An opened results.json that keeps its vectors in a file of their own, which did not come with it. */
export function MissingVectors({ file }: { file: string }) {
  return (
    <Notice icon={<FileQuestionMark />} title="The vectors are not here">
      This results.json keeps them in <b>{file}</b>, which lies beside it. Drop that file, or the
      whole folder of the run, on the page.
    </Notice>
  );
}
