/** How a chip becomes the embedder's input, against torchvision. */
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/sha256';
import { fitToEmbedder } from '../../../src/core/stages/embed';
import type { RgbImage } from '../../../src/core/types';
import { testRecipe } from '../recipe/testRecipe';

function picture(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      data.set([(x * 7 + y * 3) % 256, (x * x + y * 5) % 256, (y * 11) % 256], at);
    }
  }
  return { width, height, data };
}

/**
 * sha256 of the pixels that `Compose([Resize(floor(min(size) / cropPct)), CenterCrop(size)])` of torchvision gives for
 * `picture` as a PIL image (Resize's default, antialiased bilinear).
 */
const TORCHVISION = [
  [40, 40, [56, 72], 1, '2b24a0927b4b814318ae870d2eaf5e41cf19501f63d1bd0c4826874835baa69b'],
  [40, 40, [56, 72], 0.875, '5846dd0699362684010e70bcb5d4d5f78676ebc1b280885505736ad646464c5d'],
  [90, 40, [56, 72], 1, '92a47b35d9a6407ce59eb46371385ca0e0c95f862043c5fcf46fba3f812d4c0a'],
  [40, 90, [56, 72], 0.875, '4976def78b9c0ff69dcb58a1b88438e2cc3948fead0d1dbf64ee18ec468fe2c6'],
  [33, 47, [72, 55], 1, 'a2b9b0e11183a536d1685cfad4446a382d72d426b4a8e170ebd07b615050eb13'],
  [33, 47, [64, 64], 0.875, '4c104b06814886c5a834e379676225753c498d4052649ff527afe38f0af3d5f9'],
] as const;

describe('center-crop', () => {
  it.each(TORCHVISION)(
    '%d x %d px to %j (height, width) at %d is torchvision’s, black where the picture ends',
    (width, height, size, cropPct, sha256) => {
      const rules = {
        ...testRecipe.embedder,
        ...({ fit: 'center-crop', resize: 'pil-bilinear', cropPct } as const),
        size: [size[0], size[1]] as [number, number],
      };
      const seen = fitToEmbedder(picture(width, height), rules);
      expect([seen.height, seen.width]).toEqual(size);
      expect(sha256Hex(seen.data)).toBe(sha256);
    },
  );
});
