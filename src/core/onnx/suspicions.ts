/** Things about a file that are probably wrong for dogs. They are told, never a reason to refuse. */
import type { OnnxFileInfo } from './file';

const FACE_RECOGNISER_SIDE = 112;

/** Sentences to follow the file's name; empty when nothing looks odd. */
export function suspicions(info: OnnxFileInfo): string[] {
  return [humanFaces(info), bgr(info)].filter((sentence) => sentence !== null);
}

function humanFaces(info: OnnxFileInfo): string | null {
  const [input] = info.inputs;
  const vectorOut = info.outputs.length === 1 && info.outputs[0]!.shape.length === 2;
  const sides = input?.shape.filter((n) => n === FACE_RECOGNISER_SIDE).length ?? 0;
  if (vectorOut && sides === 2) {
    return 'takes 112 x 112 px, the size of human-face recognisers (ArcFace, InsightFace), which expect aligned faces and (x - 127.5) / 127.5. Check that it was trained on dogs, and its mean and std in the recipe.';
  }
  const names = [...info.inputs, ...info.outputs].map(({ name }) => name).join(' ');
  const landmarks = /landmark|lmk|kps/i.test(names);
  const ten = info.outputs.some(({ shape }) => shape.at(-1) === 10) && info.outputs.length >= 3;
  if (landmarks || ten) {
    return 'has face-landmark inputs or outputs, as human-face detectors (RetinaFace, SCRFD) and recognisers do. Check that it was trained on dogs.';
  }
  return null;
}

/** Exporters whose networks are usually fed as OpenCV loads pictures. */
const BGR_TOOLS = /caffe|paddle|darknet|mmdeploy|opencv/i;

function bgr(info: OnnxFileInfo): string | null {
  const said = Object.entries(info.metadata).some(
    ([key, value]) =>
      /\bbgr\b/i.test(value) || (/colou?r|channel/i.test(key) && /bgr/i.test(value)),
  );
  const named = [...info.inputs].some(({ name }) => /bgr/i.test(name));
  if (said || named) {
    return 'mentions BGR: it may expect its colours in the order blue, green, red. Check "colour" in the recipe.';
  }
  if (BGR_TOOLS.test(info.producer)) {
    return `was written by ${info.producer}, whose models often expect their colours in the order blue, green, red. Check "colour" in the recipe.`;
  }
  return null;
}

/**
 * Weights kept in files beside the model that were not given, as a sentence; null when all are there.
 * @param available names of the other files at hand
 */
export function missingExternalData(
  info: OnnxFileInfo,
  available: readonly string[],
): string | null {
  const base = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
  const have = new Set(available.map(base));
  const missing = info.externalData.map(base).filter((name) => !have.has(name));
  return missing.length === 0
    ? null
    : `keeps its weights in ${missing.map((name) => `"${name}"`).join(', ')}, which is missing. Add that file beside the model (drop both together).`;
}
