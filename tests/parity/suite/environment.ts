/** What the suite needs from the place where it runs, and the form of the fixtures. */
import type { ImageDecoder, Session, Sha256 } from '../../../src/core/ports';
import type { Recipe } from '../../../src/core/recipe/schema';
import type { ChipReason, Branch, RgbImage } from '../../../src/core/types';
import { assert } from './check';

export interface Environment {
  /** Bytes of a file under tests/fixtures. */
  read(path: string): Promise<Uint8Array>;
  /** A model under tests/fixtures. */
  openSession(path: string): Promise<Session>;
  readonly decoder: ImageDecoder;
  readonly sha256: Sha256;
}

/** One named comparison. */
export interface Case {
  readonly name: string;
  run(environment: Environment): Promise<void>;
}

export type Samples = readonly (readonly [number, number])[];

export interface PhotoRow {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly takenAt: string | null;
  readonly sha256: string;
  readonly samples: Samples;
  readonly opaque: boolean;
}

export interface ResizeRow {
  readonly source: { readonly file?: string; readonly numbers?: readonly [number, number, number] };
  readonly width: number;
  readonly height: number;
  readonly kernel: Recipe['detector']['resize'];
  readonly sha256: string;
  readonly samples: Samples;
  readonly pixels?: string;
}

export interface RawOutputRow {
  readonly export: string;
  readonly boxed: string;
  readonly inputSamples: Samples;
  readonly shape: readonly number[];
  readonly outputSamples: Samples;
  readonly outputMax: number;
}

export interface ChipRow {
  readonly photo: readonly [number, number];
  readonly bbox: Four;
  readonly crop: Partial<Recipe['crop']>;
  readonly pose: readonly [number, number, number, number, number] | null;
  readonly points: readonly (readonly number[])[] | null;
  readonly branch: Branch;
  readonly reason: ChipReason;
  readonly chip: Four;
}

export interface EmbeddingRow {
  readonly name: string;
  readonly section: Recipe['embedder'];
  readonly photo: string;
  readonly box: Four;
  readonly view: string;
  readonly tensorSamples: Samples;
  readonly embedding: readonly number[];
}

export interface Reference {
  readonly madeBy: string;
  readonly photos: readonly PhotoRow[];
  readonly resized: readonly ResizeRow[];
  /** [w, h, target w, target h, new w, new h, left, top] */
  readonly letterboxes: readonly (readonly number[])[];
  readonly rawOutputs: readonly RawOutputRow[];
  readonly chips: readonly ChipRow[];
  readonly embeddings: readonly EmbeddingRow[];
}

export interface ExpectedBox {
  readonly box: Four;
  readonly score: number;
  readonly cls: number;
  readonly keypoints?: readonly (readonly number[])[];
}

export interface ExportRow {
  readonly name: string;
  readonly file: string;
  readonly note: string;
  readonly task: 'detect' | 'pose';
  readonly picture: string;
  readonly imgsz: readonly [number, number];
  readonly conf: number;
  readonly iou: number;
  readonly classes: readonly string[];
  readonly metadata: 'as exported' | 'strip' | 'old' | 'oldest';
  /** Where the metadata was edited: all of it. The graph is the file's. */
  readonly metadataProps?: Readonly<Record<string, string>>;
  readonly keypoints: readonly [number, number] | null;
  readonly keypointNames: readonly string[] | null;
  readonly endToEnd: boolean;
  readonly nms: boolean;
  /** What ultralytics' predictor gave, px of the picture. */
  readonly boxes: readonly ExpectedBox[];
}

export interface Fixtures {
  readonly reference: Reference;
  readonly exports: readonly ExportRow[];
}

export type Four = readonly [number, number, number, number];

export const REFERENCE_FILE = 'reference/reference.json';
export const EXPORTS_FILE = 'exports/exports.json';

export function parseFixtures(reference: Uint8Array, exports: Uint8Array): Fixtures {
  const text = new TextDecoder();
  return {
    reference: JSON.parse(text.decode(reference)) as Reference,
    exports: (JSON.parse(text.decode(exports)) as { exports: ExportRow[] }).exports,
  };
}

/** The fixtures are read once for each place: cases share them. */
export async function decodeFile(environment: Environment, path: string): Promise<RgbImage> {
  const decoded = await environment.decoder.decode(await environment.read(path));
  assert(decoded.ok, `${path} was not decoded: ${decoded.ok ? '' : decoded.error.message}`);
  return decoded.value;
}

/** Paths in reference.json are relative to its folder, unless they point to the exports. */
export const referencePath = (path: string): string =>
  path.startsWith('exports/') ? path : `reference/${path}`;
