/** What the core needs from a platform. Adapters are chosen at the entry point; the core never sniffs its environment. */
import type { Result, RgbImage } from './types';

/** Element types that cross the port. float16 travels as its raw bits in a Uint16Array. */
export type TensorData =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'float16'; readonly dims: readonly number[]; readonly data: Uint16Array };

/** Declared input or output of a model; a string or -1 in `shape` is a symbolic axis. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** One loaded network. `run` may be called again only after the previous call settled. Throws on a runtime error. */
export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  run(feeds: Readonly<Record<string, TensorData>>): Promise<Readonly<Record<string, TensorData>>>;
  dispose(): Promise<void>;
}

/** Decodes a photo's bytes to upright RGB (EXIF applied, ICC ignored, alpha on white). Expected failures are data. */
export interface ImageDecoder {
  decode(bytes: Uint8Array): Promise<Result<RgbImage>>;
}

/** Milliseconds from any fixed origin. */
export interface Clock {
  now(): number;
}

/** SHA-256 as 64 lowercase hex digits. */
export type Sha256 = (bytes: Uint8Array) => Promise<string>;
