import type { ModelCard } from '../../core/onnx/inspect';
import styles from './Models.module.css';
import { sizeText, tensorText } from './words';

/** Everything the file says about itself, folded away. */
export function FileFacts({ card }: { card: ModelCard }) {
  const list = (names: readonly string[] | null): string | null =>
    names === null ? null : names.join(', ');
  const facts: readonly (readonly [string, string | null])[] = [
    ['Task', card.task ?? 'not said'],
    ['Description', card.description],
    ['Classes', list(card.classNames)],
    ['Input (height × width)', card.imgsz?.join(' × ') ?? null],
    ['Stride', card.stride?.toString() ?? null],
    ['Keypoints', card.keypointShape?.join(' × ') ?? null],
    ['Keypoint names', list(card.keypointNames)],
    ['Inputs', card.inputs.map(tensorText).join('\n')],
    ['Outputs', card.outputs.map(tensorText).join('\n')],
    ['Weights', card.weights],
    ['External data', card.externalData.length === 0 ? null : card.externalData.join(', ')],
    ['Opset', card.opset?.toString() ?? 'not said'],
    ['Producer', card.producer === '' ? null : card.producer],
    ['Version', card.version],
    ['Author', card.author],
    ['Licence', card.license ?? 'not said'],
    ['Date', card.date],
    ['Size', sizeText(card.size)],
    ['SHA-256', card.sha256],
  ];
  return (
    <details className={styles.details}>
      <summary>What the file says</summary>
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </details>
  );
}
