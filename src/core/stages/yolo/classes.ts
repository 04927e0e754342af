/** Which classes of a model are dogs. */
import type { UltralyticsMetadata } from '../../onnx/ultralyticsMetadata';
import type { ResolvedForm } from './form';
import type { YoloHints } from './hints';
import type { KeypointLayout } from './keypoints';
import { Refusal } from './refusal';
import { shapeText } from './task';

export interface ResolvedClasses {
  readonly classCount: number | null;
  readonly classNames: readonly string[] | null;
  readonly dogClasses: readonly number[];
}

const COCO_CLASSES = 80;
const COCO_DOG = 16;
const DEFAULT_CLASSES = ['dog'];
/** Sole classes that are certainly not dogs: the stock models that are dropped by mistake. */
const NOT_DOGS = new Set(['person', 'human', 'hand', 'cat', 'tiger', 'car']);

const plain = (name: string): string => name.trim().toLowerCase();

/** @throws Refusal */
export function resolveClasses(
  metadata: UltralyticsMetadata,
  hints: YoloHints,
  form: ResolvedForm,
  keypoints: KeypointLayout | null,
  ambiguities: string[],
): ResolvedClasses {
  const names = metadata.names;
  const fromShape =
    form.form === 'raw' && form.width !== null
      ? form.width - 4 - (keypoints === null ? 0 : keypoints.count * keypoints.dims)
      : null;
  if (fromShape !== null && (fromShape < 1 || (names !== null && names.length !== fromShape))) {
    throw new Refusal(classMismatch(fromShape, names, form));
  }
  return names === null
    ? unnamed(fromShape, form, keypoints, ambiguities)
    : named(names, hints.classes ?? DEFAULT_CLASSES, keypoints !== null, ambiguities);
}

function classMismatch(
  fromShape: number,
  names: readonly string[] | null,
  form: ResolvedForm,
): string {
  if (names !== null && fromShape === names.length + 1) {
    return `returns ${shapeText(form.shape)}: one value more than its ${names.length} classes need, an objectness score as YOLOv5 and YOLOX have. Export YOLOv8 or newer.`;
  }
  return `returns ${shapeText(form.shape)}, which does not fit ${names === null ? 'any number of classes' : `the ${names.length} classes in its metadata`}.`;
}

function named(
  names: readonly string[],
  wanted: readonly string[],
  pose: boolean,
  ambiguities: string[],
): ResolvedClasses {
  const dogs = new Set(wanted.map(plain));
  const dogClasses = names.flatMap((name, index) => (dogs.has(plain(name)) ? [index] : []));
  const only = names[0]!;
  if (dogClasses.length === 0 && (names.length > 1 || NOT_DOGS.has(plain(only)))) {
    const some = names.slice(0, 5).join(', ');
    throw new Refusal(
      `knows no class called ${wanted.map((name) => `"${name}"`).join(' or ')}; it knows ${names.length === 1 ? `only "${only}"` : `${names.length} classes (${some}${names.length > 5 ? ', ...' : ''})`}. ${pose ? 'Use a keypoint model of dogs.' : 'Use a dog model, or name its dog class in the recipe (detector.classes).'}`,
    );
  }
  if (dogClasses.length === 0 && /dog|puppy/i.test(only)) {
    return { classCount: 1, classNames: names, dogClasses: [0] };
  }
  if (dogClasses.length === 0) {
    ambiguities.push(
      `The only class is called "${only}", not ${wanted.map((name) => `"${name}"`).join(' or ')}; it is taken for dogs.${pose ? '' : ' Name it in the recipe (detector.classes) if it is.'}`,
    );
    return { classCount: 1, classNames: names, dogClasses: [0] };
  }
  return { classCount: names.length, classNames: names, dogClasses };
}

/** Metadata lost: one class can only be the dog, 80 are COCO's, anything else cannot be known. */
function unnamed(
  count: number | null,
  form: ResolvedForm,
  keypoints: KeypointLayout | null,
  ambiguities: string[],
): ResolvedClasses {
  if (count === COCO_CLASSES && keypoints === null) {
    ambiguities.push(
      'The file names no classes; its 80 are taken for those of COCO, where dog is number 16.',
    );
    return { classCount: count, classNames: null, dogClasses: [COCO_DOG] };
  }
  if (count !== null && count > 1) {
    throw new Refusal(
      `has lost its metadata: ${shapeText(form.shape)} is a model of ${count} classes without names${keypoints === null ? ', or one with keypoints' : ''}, so the dog cannot be told. Export it again without stripping the metadata.`,
    );
  }
  ambiguities.push(
    count === 1
      ? 'The file names no classes; its only class is taken for dogs.'
      : 'The file names no classes; class 0 is taken for dogs.',
  );
  return { classCount: count, classNames: null, dogClasses: [0] };
}
