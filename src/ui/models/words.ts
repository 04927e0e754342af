/** Words and numbers of the model cards. */
import type { FactSource, RecipeFact } from '../../core/models/sources';
import type { ModelSlot } from '../../core/recipe/schema';
import { formNotes } from '../../core/stages/yolo/form';
import type { TensorInfo } from '../../core/ports';
import type { StageCard } from '../../state/modelsModel';

export const STAGE_NAME: Readonly<Record<ModelSlot, string>> = {
  detector: 'Detector',
  keypoint: 'Keypoints',
  embedder: 'Embedder',
};

export const SOURCE_TEXT: Readonly<Record<FactSource, string>> = {
  file: 'model file',
  recipe: 'pipeline.json',
  manifest: 'embedding.json',
  page: 'set here',
  bundled: 'bundled recipe',
  default: 'app’s rule',
  assumed: 'assumption',
};

/** What a key of the recipe means, in the words of the field. */
const KEY_TEXT: Readonly<Record<string, string>> = {
  imgsz: 'Input (height × width)',
  size: 'Input (height × width)',
  conf: 'Score above',
  iou: 'NMS IoU up to',
  classes: 'Dog classes',
  resize: 'Resampling',
  kptConf: 'Keypoint score above',
  names: 'Keypoint order',
  roles: 'Roles',
  fit: 'Fit',
  padValue: 'Pad value',
  cropPct: 'Crop fraction',
  mean: 'Mean',
  std: 'Std',
  scale: 'Divide by',
  colour: 'Colour order',
  l2: 'L2 normalised',
  bodyPad: 'Body padding',
  padBasis: 'Padding of',
  chipMode: 'Chip rule',
  chipPad: 'Chip padding',
  chipPadNoEars: 'Chip padding, no ears',
  chipSquare: 'Square chip',
  minChip: 'Smallest chip (px)',
  minChipFraction: 'Smallest chip (of crop)',
};

export const keyText = (key: string): string => KEY_TEXT[key] ?? key;

export function valueText(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(key === 'imgsz' || key === 'size' ? ' × ' : ', '); // prettier-ignore
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([role, name]) => (role === name ? plain(role) : `${plain(role)} = ${String(name)}`))
      .join(', ');
  }
  if (value === 'in-graph') return 'in the graph';
  if (value === 'app') return 'by the app';
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

export const plain = (name: string): string => name.replaceAll('_', ' ');

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kb = bytes / 1024;
  return kb < 1024 ? `${kb.toFixed(0)} KiB` : `${(kb / 1024).toFixed(1)} MiB`;
}

export const tensorText = ({ name, type, shape }: TensorInfo): string =>
  `${name}: ${type} [${shape.join(', ')}]`;

/** Input size as [height, width], from the run where there was one. */
export function inputSize({ verified, card }: StageCard): readonly [number, number] | null {
  if (verified === null) return card.imgsz;
  const { height, width } = verified.kind === 'yolo' ? verified.contract.input : verified.contract;
  return [height, width];
}

/** What comes out, in three words. */
export function outputText({ slot, verified, card }: StageCard): string | null {
  if (verified?.kind === 'embedder') return `${verified.facts.dim} values`;
  if (slot === 'keypoint') {
    const count = verified?.contract.keypoints?.count ?? card.keypointShape?.[0];
    return count === undefined ? null : `${count} points`;
  }
  if (slot === 'detector') {
    const count = verified?.contract.classCount ?? card.classNames?.length;
    return count === undefined ? null : `${count} class${count === 1 ? '' : 'es'}`;
  }
  return null;
}

const FORM_TEXT = {
  raw: 'every candidate (raw); NMS is the app’s',
  nms: 'finished boxes (NMS inside)',
  end2end: 'finished boxes (end-to-end head)',
} as const;

export interface Check {
  /** `good`: verified. `note`: worth knowing. `doubt`: to be checked. */
  readonly kind: 'good' | 'note' | 'doubt';
  readonly text: string;
}

/** What the warm-up run and the file's reading showed, good and bad. */
export function checksOf({ verified, card, assumptions }: StageCard): Check[] {
  const checks: Check[] = [];
  const good = (text: string): void => void checks.push({ kind: 'good', text });
  const note = (text: string): void => void checks.push({ kind: 'note', text });
  const doubt = (text: string): void => void checks.push({ kind: 'doubt', text });
  if (verified?.kind === 'yolo') {
    const { contract, facts } = verified;
    if (facts.output !== null) good(`Ran: output ${facts.output.join(' × ')}, no NaN`);
    good(`Gives ${FORM_TEXT[contract.form]}`);
    formNotes(contract).forEach(note);
    const names = contract.classNames;
    if (names !== null && names.length > 1) {
      good(`Of ${names.length} classes, ${contract.dogClasses.map((i) => names[i]).join(', ')} is used`); // prettier-ignore
    }
  }
  if (verified?.kind === 'embedder') {
    const { facts } = verified;
    if (facts.finite) good(`Ran ${facts.probes} pictures: ${facts.dim} values each, no NaN`);
    // Of vectors without a length nothing can be said.
    if (facts.meanCosine !== null) {
      good(
        facts.unitLength
          ? 'L2 normalisation is inside the graph'
          : 'Not L2-normalised in the graph: the app does it',
      );
    }
    if (!facts.collapsed && facts.meanCosine !== null) {
      good(`Unlike pictures get unlike vectors (mean cosine ${facts.meanCosine.toFixed(2)})`);
    }
  }
  if (verified !== null) {
    for (const text of verified.facts.problems) doubt(`${card.file} ${text}`);
  }
  // A completed recipe no longer shows what was assumed; a run may show what the file alone did not.
  for (const text of new Set([...assumptions, ...(verified?.contract.ambiguities ?? [])])) {
    doubt(text);
  }
  const { confidence, reason } = card.assignment;
  if (confidence === 'unsure') doubt(`${card.file} ${reason}`);
  if (confidence === 'likely') note(`${card.file} ${reason}`);
  for (const text of card.warnings) doubt(`${card.file} ${text}`);
  return checks;
}

/** Rows of the recipe that mean something with the fit in it. */
export function tellingFacts(facts: readonly RecipeFact[]): readonly RecipeFact[] {
  const fit = facts.find(({ key }) => key === 'fit')?.value;
  return facts.filter(
    ({ key }) =>
      (key !== 'padValue' || fit === 'pad') && (key !== 'cropPct' || fit === 'center-crop'),
  );
}
