/** What the embedder sees, its tensor and its vector, for each family of preprocessing. */
import { cropImage } from '../../../src/core/image/crop';
import type { Session } from '../../../src/core/ports';
import {
  embedChip,
  embedderInput,
  fitToEmbedder,
  normalise,
  type EmbedderIo,
} from '../../../src/core/stages/embed';
import { assert, assertCloseToOpenCv, assertSamples, cosine, pixelDifference } from './check';
import {
  decodeFile,
  referencePath,
  type Case,
  type EmbeddingRow,
  type Environment,
  type Fixtures,
} from './environment';

/** From the same tensor, and from the same file. */
export const SAME_TENSOR = 0.999999;
export const SAME_FILE = 0.9999;
export const EMBEDDER = 'reference/pipeline/embedding.onnx';
export const EMBEDDER_IO: EmbedderIo = {
  inputName: 'input',
  outputName: 'output',
  inputType: 'float32',
  layout: 'nchw',
};

export function embeddingCases({ reference }: Fixtures): Case[] {
  return reference.embeddings.map((row) => ({
    name: `embedding "${row.name}" of ${row.photo} is Python's`,
    run: (environment) =>
      withEmbedder(environment, (session) => compare(environment, session, row)),
  }));
}

export async function withEmbedder(
  environment: Environment,
  body: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await environment.openSession(EMBEDDER);
  try {
    await body(session);
  } finally {
    await session.dispose();
  }
}

async function compare(
  environment: Environment,
  session: Session,
  row: EmbeddingRow,
): Promise<void> {
  const photo = await decodeFile(environment, referencePath(row.photo));
  const [x1, y1, x2, y2] = row.box;
  const seen = fitToEmbedder(cropImage(photo, { x1, y1, x2, y2 }), row.section);
  const view = await decodeFile(environment, referencePath(row.view));
  if (row.section.resize.startsWith('pil-')) {
    const { largest } = pixelDifference(seen, view);
    assert(largest === 0, `what the embedder sees differs from Pillow's by up to ${largest}`);
  } else {
    assertCloseToOpenCv(seen, view, 'what the embedder sees');
  }
  const tensor = embedderInput(view, EMBEDDER_IO, row.section);
  assert(tensor.type === 'float32', 'a float32 tensor is expected');
  assertSamples(tensor.data, row.tensorSamples, 1e-6, 'input');
  const output = (await session.run({ input: tensor }))['output'];
  assert(output?.type === 'float32', 'no output');
  const unit = normalise(output.data);
  assert(unit.ok, 'the embedding has no direction');
  const fromTensor = cosine(unit.value, row.embedding);
  assert(fromTensor >= SAME_TENSOR, `cosine ${fromTensor} from the same tensor`);
  const fromFile = await embedOne(session, photo, row);
  assert(fromFile >= SAME_FILE, `cosine ${fromFile} from the same file`);
}

/** Cosine to the reference of the crop embedded under `row.section`. */
export async function embedOne(
  session: Session,
  photo: Parameters<typeof embedChip>[2],
  row: EmbeddingRow,
): Promise<number> {
  const [x1, y1, x2, y2] = row.box;
  const embedded = await embedChip(session, EMBEDDER_IO, photo, { x1, y1, x2, y2 }, row.section);
  assert(embedded.ok, 'the crop was not embedded');
  return cosine(embedded.value.embedding, row.embedding);
}
