import { recipeSchema, type Recipe } from '../../../src/core/recipe/schema';

/** A complete recipe for tests. */
export const testRecipe: Recipe = recipeSchema.parse({
  schema: 'samedog.recipe/1',
  detector: { file: 'detector.onnx', imgsz: [256, 256], conf: 0.5, iou: 0.45, classes: ['dog'] },
  keypoint: {
    file: 'keypoint.onnx',
    imgsz: [192, 192],
    conf: 0.5,
    kptConf: 0.3,
    names: ['left_eye', 'right_eye', 'nose', 'left_ear', 'right_ear'],
    roles: {
      left_eye: 'left_eye',
      right_eye: 'right_eye',
      nose: 'nose',
      left_ear: 'left_ear',
      right_ear: 'right_ear',
    },
  },
  crop: { bodyPad: 0.1, chipMode: 'hull', chipPad: 0.25, chipPadNoEars: 0.6, minChip: 24 },
  embedder: {
    file: 'embedding.onnx',
    size: 160,
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
});
