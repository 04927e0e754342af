/** The pictures of a photo whose numbers are known already: nothing is inferred, the chips are cut anew. */
import { COLOUR_DIM, colourHistogram } from '../core/evaluation/colourHistogram';
import { cropImage } from '../core/image/crop';
import { libraryPreview, Rescale } from '../core/immich/preview';
import { fitToEmbedder } from '../core/stages/embed';
import { createBrowserDecoder } from '../platform/browser/decoder';
import { exactPng, thumbnail } from '../platform/browser/pictures';
import { sha256 } from '../platform/browser/sha256';
import type { PictureReply, PictureRequest } from './contract';

const NOTHING = { thumb: null, chips: [], colours: undefined };

/** Never rejects: a file that cannot be read has no hash, one that cannot be decoded no pictures. */
export async function pictureOf(request: PictureRequest): Promise<PictureReply> {
  let hash: string | null = null;
  try {
    const bytes = new Uint8Array(await request.file.arrayBuffer());
    hash = await sha256(bytes);
    if (hash !== request.sha256) return { sha256: hash, ...NOTHING };
    const decoded = await createBrowserDecoder().decode(bytes);
    if (!decoded.ok) return { sha256: hash, ...NOTHING };
    const photo = decoded.value;
    const image = request.preview === true ? libraryPreview(photo) : photo;
    const onImage = new Rescale(photo, image);
    const seen = request.chips.map(([x1, y1, x2, y2]) =>
      fitToEmbedder(cropImage(image, onImage.region({ x1, y1, x2, y2 })), request.embedder),
    );
    const colours = new Float32Array(seen.length * COLOUR_DIM);
    seen.forEach((chip, i) => colours.set(colourHistogram(chip), i * COLOUR_DIM));
    const chips = await Promise.all(seen.map(exactPng));
    return { sha256: hash, thumb: await thumbnail(photo), chips, colours };
  } catch {
    return { sha256: hash, ...NOTHING };
  }
}
