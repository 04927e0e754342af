/** The parity suite: one definition, run in Node and in Chromium. */
import { chipCases } from './chips';
import { defectCases } from './defects';
import { embeddingCases } from './embeddings';
import type { Case, Fixtures } from './environment';
import { exportCases } from './exports';
import { pipelineCases } from './pipeline';
import { pixelCases } from './pixels';

export function suite(fixtures: Fixtures): Case[] {
  return [
    ...pixelCases(fixtures),
    ...exportCases(fixtures),
    ...chipCases(fixtures),
    ...embeddingCases(fixtures),
    ...pipelineCases(),
    ...defectCases(fixtures),
  ];
}
