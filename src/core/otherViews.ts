/**
 * One photo, embedded in the ways that its run did not: as body crop where a face chip was cut, and as whole photo.
 * Together with the run's own vectors this answers whether the keypoint stage helps. Nothing is embedded twice.
 */
import { bodyCrop, wholeFrame } from './geometry/chip';
import { libraryPreview, Rescale } from './immich/preview';
import type { Session } from './ports';
import type { Recipe } from './recipe/schema';
import type { DogRecord } from './results/schema';
import { embedChip, type EmbedderIo } from './stages/embed';
import { ok, type IntBox, type Result, type RgbImage } from './types';

/** The dog that carries the photo's name, as the run recorded it. */
export type SeenDog = Pick<DogRecord, 'bbox' | 'branch'>;

/** Unit vectors; null where the run has that view already, or the photo has no dog to crop. */
export interface OtherViews {
  readonly body: Float32Array | null;
  readonly photo: Float32Array | null;
}

/** What of a pipeline is needed here. */
export interface ViewDeps {
  readonly embedder: { readonly session: Session; readonly contract: EmbedderIo };
  readonly recipe: Recipe;
  readonly preview?: boolean | undefined;
}

/**
 * @param photo the upright photo, not yet made a preview. @param dog null for a photo in which no dog was found.
 * Fails as the embedder does; throws only when the runtime does.
 */
export async function embedOtherViews(
  { embedder, recipe, preview }: ViewDeps,
  photo: RgbImage,
  dog: SeenDog | null,
): Promise<Result<OtherViews>> {
  const image = preview ? libraryPreview(photo) : photo;
  const embed = (chip: IntBox<'photo'>): ReturnType<typeof embedChip> =>
    embedChip(embedder.session, embedder.contract, image, chip, recipe.embedder);
  let body: Float32Array | null = null;
  if (dog?.branch === 'face') {
    const [x1, y1, x2, y2] = dog.bbox;
    const box = new Rescale(photo, image).box({ x1, y1, x2, y2 });
    const embedded = await embed(bodyCrop(box, image, recipe.crop));
    if (!embedded.ok) return embedded;
    body = embedded.value.embedding;
  }
  if (dog?.branch === 'photo') return ok({ body, photo: null });
  const whole = await embed(wholeFrame(image));
  return whole.ok ? ok({ body, photo: whole.value.embedding }) : whole;
}
