export type YoloTask = 'detect' | 'pose';

/** What the recipe knows; may settle what the file leaves open. */
export interface YoloHints {
  /** [height, width], needed only where the graph's size is dynamic. */
  readonly imgsz?: readonly [number, number] | undefined;
  /** Names of the classes that are dogs (recipe.detector.classes). Default: dog. */
  readonly classes?: readonly string[] | undefined;
  /** Keypoint names in output order (recipe.keypoint.names). */
  readonly names?: readonly string[] | undefined;
}
