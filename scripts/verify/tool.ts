import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { PREVIEW } from '../../src/core/immich/preview';
import type { Results } from '../../src/core/results/schema';
import type { VerifyArguments } from './arguments';

/** What ran, for the record: versions of the app, the runtime and the decoder. */
export function toolFacts(
  args: Pick<VerifyArguments, 'stages' | 'dogs' | 'top' | 'immichPreview'>,
): Results['tool'] {
  const own = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(own, 'utf8')) as { version: string };
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
    version: string;
  };
  return {
    name: 'samedog',
    version,
    platform: 'node',
    backend: `onnxruntime-node ${runtime.version} cpu`,
    decoder: `sharp ${sharp.versions.sharp} libvips ${sharp.versions.vips}`,
    stages: args.stages,
    dogs: args.dogs,
    topK: args.top,
    ...(args.immichPreview ? { preview: PREVIEW } : {}),
  };
}
