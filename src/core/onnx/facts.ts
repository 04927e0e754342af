/** What a model file tells of its part of the recipe. */
import type { GraphFacts } from '../recipe/resolve';
import type { ModelSlot } from '../recipe/schema';
import type { OnnxFileInfo } from './file';
import { readUltralyticsMetadata } from './ultralyticsMetadata';

/** Facts of a file in a slot; `file` and `sha256` are the caller's to add. Only what the file says, no guess. */
export function graphFacts(
  info: OnnxFileInfo,
  slot: ModelSlot,
): Omit<GraphFacts, 'file' | 'sha256'> {
  const metadata = readUltralyticsMetadata(info.metadata);
  const fixed = staticSize(info);
  const imgsz = fixed ?? metadata.imgsz ?? undefined;
  const common = { imgsz, imgszFixed: fixed !== null };
  switch (slot) {
    case 'detector':
      return { ...common, classNames: metadata.names ?? undefined };
    case 'keypoint':
      return {
        ...common,
        keypointNames: metadata.keypointNames ?? undefined,
        keypointCount: metadata.keypointShape?.[0],
      };
    case 'embedder':
      return common;
  }
}

/** [height, width] where the first input's axes are numbers; the axis of 3 is the channels. */
function staticSize(info: OnnxFileInfo): readonly [number, number] | null {
  const shape = info.inputs[0]?.shape;
  if (shape?.length !== 4) return null;
  const [height, width] = shape[1] === 3 ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const known = (side: number | string | undefined): side is number =>
    typeof side === 'number' && side > 0;
  return known(height) && known(width) ? [height, width] : null;
}
