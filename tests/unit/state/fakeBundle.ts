import { recipeSchema } from '../../../src/core/recipe/schema';
import type { ModelBundle } from '../../../src/worker/contract';

/** A valid recipe and models without bytes. */
export function fakeBundle(): ModelBundle {
  const file = (name: string) => ({ name, bytes: new Uint8Array(0), sha256: 'a'.repeat(64) });
  return {
    recipe: recipeSchema.parse({
      schema: 'samedog.recipe/1',
      detector: { file: 'detector.onnx', conf: 0.4, iou: 0.5, classes: ['dog'] },
      keypoint: {
        file: 'keypoint.onnx',
        conf: 0.3,
        kptConf: 0.3,
        names: ['left_eye', 'right_eye', 'nose'],
        roles: { left_eye: 'left_eye', right_eye: 'right_eye', nose: 'nose' },
      },
      crop: { bodyPad: 0.1, chipMode: 'hull', chipPad: 0.4, minChip: 24 },
      embedder: {
        file: 'embedding.onnx',
        size: 224,
        resize: 'pil-bilinear',
        fit: 'squash',
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        scale: 255,
        colour: 'rgb',
        l2: 'in-graph',
      },
      ingest: { exif: true, icc: 'ignore', alpha: 'white' },
      sha256: {},
    }),
    files: {
      detector: file('detector.onnx'),
      keypoint: file('keypoint.onnx'),
      embedder: file('embedding.onnx'),
    },
  };
}
