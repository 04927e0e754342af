/** What has to be asked when neither a file nor a recipe tells it: fields, suggestions and their values. */
import type { RecipeSection } from '../../core/models/layers';
import type { MissingKey } from '../../core/recipe/resolve';
import { RESIZE_KERNELS, type Recipe } from '../../core/recipe/schema';

export interface Field {
  /** `slot.name`, unique. */
  readonly id: string;
  readonly label: string;
  /** Choices of a select; null for a typed value. */
  readonly choices: readonly { readonly value: string; readonly text: string }[] | null;
  /** What is usual, to begin with; '' where nothing may be assumed. */
  readonly suggestion: string;
  /** The sections of the recipe for a value, or null when the value will not do. */
  readonly read: (value: string) => RecipeSection | null;
}

const VALUES = [
  { value: 'imagenet', text: 'ImageNet mean and std', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], scale: 255 },
  { value: 'half', text: '−1 to 1, (x − 127.5) / 127.5', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], scale: 255 },
  { value: 'unit', text: '0 to 1, x / 255', mean: [0, 0, 0], std: [1, 1, 1], scale: 255 },
  { value: 'bytes', text: '0 to 255, as stored', mean: [0, 0, 0], std: [1, 1, 1], scale: 1 },
] as const; // prettier-ignore

const KERNEL_TEXT: Readonly<Record<string, string>> = {
  'pil-bilinear': 'Pillow bilinear (torchvision)',
  'pil-bicubic': 'Pillow bicubic (timm)',
  'cv-linear': 'OpenCV linear',
  'cv-area': 'OpenCV area',
};

const FITS = [
  { value: 'squash', text: 'Squashed to the input' },
  { value: 'pad', text: 'Padded to the input' },
  { value: 'center-crop', text: 'Resized, then centre-cropped' },
];

/** Keypoint names and roles are given on photos, not in a field. */
export const givenOnPhotos = ({ slot, name }: MissingKey): boolean =>
  slot === 'keypoint' && (name === 'names' || name === 'roles');

/** The fields for what is missing. `bundled` lends its thresholds as suggestions. */
export function fieldsFor(unknown: readonly MissingKey[], bundled: Recipe | null): Field[] {
  const fields: Field[] = [];
  const values = unknown.filter(({ slot, name }) => slot === 'embedder' && isValue(name));
  for (const key of unknown) {
    if (givenOnPhotos(key)) continue;
    if (key.slot === 'embedder' && isValue(key.name)) {
      if (key === values[0]) fields.push(valuesField(values.length < 3));
    } else fields.push(fieldFor(key, bundled));
  }
  return fields;
}

const isValue = (name: string): boolean => ['mean', 'std', 'scale'].includes(name);

/** Mean, std and scale belong together: a preset sets all three, also where only one of them is missing. */
function valuesField(replaces: boolean): Field {
  return {
    id: 'embedder.values',
    label: replaces ? 'Pixel values (replaces mean, std and scale together)' : 'Pixel values',
    choices: VALUES,
    suggestion: '',
    read: (value) => {
      const preset = VALUES.find((one) => one.value === value);
      if (preset === undefined) return null;
      const { mean, std, scale } = preset;
      return { embedder: { mean, std, scale } };
    },
  };
}

function fieldFor({ slot, name }: MissingKey, bundled: Recipe | null): Field {
  const id = `${slot}.${name}`;
  const one = (value: unknown): RecipeSection => ({ [slot]: { [name]: value } });
  const select = (label: string, choices: Field['choices']): Field => ({
    ...{ id, label, choices, suggestion: '' },
    read: (value) => (choices?.some((choice) => choice.value === value) ? one(value) : null),
  });
  switch (name) {
    case 'resize':
      return select(
        'Resampling',
        RESIZE_KERNELS.map((value) => ({ value, text: KERNEL_TEXT[value] ?? value })),
      );
    case 'fit':
      return select('Fit', FITS);
    case 'colour':
      return select('Colour order', [
        { value: 'rgb', text: 'Red, green, blue' },
        { value: 'bgr', text: 'Blue, green, red' },
      ]);
    case 'classes':
      return {
        ...{ id, label: 'Class that is the dog', choices: null, suggestion: 'dog' },
        read: (value) => {
          const names = value.split(',').map((part) => part.trim());
          return names.every((part) => part !== '') ? one(names) : null;
        },
      };
    case 'size':
      return {
        ...{ id, label: 'Input side in px', choices: null, suggestion: '' },
        read: (value) => {
          const side = Number(value);
          return Number.isInteger(side) && side >= 16 && side <= 4096 ? one(side) : null;
        },
      };
    default:
      return {
        ...{ id, label: THRESHOLD_TEXT[id] ?? id, choices: null },
        suggestion: suggested(slot, name, bundled),
        read: (value) => {
          const number = Number(value);
          return value.trim() !== '' && number >= 0 && number <= 1 ? one(number) : null;
        },
      };
  }
}

const THRESHOLD_TEXT: Readonly<Record<string, string>> = {
  'detector.conf': 'A dog needs a score above',
  'detector.iou': 'NMS keeps boxes up to IoU',
  'keypoint.conf': 'A pose needs a score above',
  'keypoint.kptConf': 'A keypoint needs a score above',
};

function suggested(slot: MissingKey['slot'], name: string, bundled: Recipe | null): string {
  const section: Readonly<Record<string, unknown>> = bundled?.[slot] ?? {};
  const value = section[name];
  return typeof value === 'number' ? String(value) : '';
}

/** What is usual for an embedder: filled in at one press, and then marked as set here. */
export const USUAL_CHOICES: Readonly<Record<string, string>> = {
  'embedder.values': 'imagenet',
  'embedder.resize': 'pil-bilinear',
  'embedder.fit': 'squash',
  'embedder.colour': 'rgb',
  'embedder.size': '224',
};
