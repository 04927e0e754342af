/**
 * Reads what an ONNX file says about itself, without a runtime: the runtimes give a page neither the metadata
 * nor the opset. Weights are skipped, not copied.
 * Source of the field numbers: onnx/onnx.proto (IR 3-13).
 */
import type { TensorInfo } from '../ports';
import { fail, ok, type Result } from '../types';
import { readEntry } from './entry';
import { GraphReader, type GraphFacts } from './graph';
import { notOnnx } from './notOnnx';
import { WireError, WireReader } from './wire';

export type OnnxFileProblem = 'empty' | 'not-onnx' | 'truncated' | 'corrupt';

export interface OnnxFileError {
  readonly code: OnnxFileProblem;
  /** A sentence to follow the file's name. */
  readonly message: string;
}

/** Facts read from the file's bytes. */
export interface OnnxFileInfo extends GraphFacts {
  /** Bytes. */
  readonly size: number;
  readonly irVersion: number;
  readonly producer: string;
  readonly producerVersion: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  /** Version of the default operator set, or null when none is declared. */
  readonly opset: number | null;
  /** `metadata_props`, as written. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** Field numbers of ModelProto. */
const MODEL = { irVersion: 1, producer: 2, producerVersion: 3, graph: 7, opset: 8, metadata: 14 };

/** Reads an ONNX file. Never throws and never hangs: whatever the bytes are, the answer is a value. */
export function readOnnxFile(bytes: Uint8Array): Result<OnnxFileInfo, OnnxFileError> {
  const foreign = notOnnx(bytes);
  if (foreign !== null) return fail(foreign);
  try {
    return readModel(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return fail(
      error.reason === 'truncated'
        ? {
            code: 'truncated',
            message: `ends too early (${bytes.length} bytes): the copy or download is incomplete. Copy it again.`,
          }
        : {
            code: 'corrupt',
            message: `is damaged (${error.message}). Copy or export it again.`,
          },
    );
  }
}

function readModel(bytes: Uint8Array): Result<OnnxFileInfo, OnnxFileError> {
  const reader = new WireReader(bytes);
  const graph = new GraphReader();
  let graphs = 0;
  let irVersion = 0;
  let producer = '';
  let producerVersion = '';
  const opsets: { domain: string; version: number }[] = [];
  const metadata = new Map<string, string>();
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.number === MODEL.irVersion && field.wire === 'varint') irVersion = field.value;
    if (field.wire !== 'bytes') continue;
    if (field.number === MODEL.producer) producer = reader.text(field);
    if (field.number === MODEL.producerVersion) producerVersion = reader.text(field);
    if (field.number === MODEL.graph) {
      graphs++;
      graph.read(reader.nested(field));
    }
    if (field.number === MODEL.opset) opsets.push(readOpset(reader.nested(field)));
    if (field.number === MODEL.metadata) {
      const { key, value } = readEntry(reader.nested(field));
      metadata.set(key, value);
    }
  }
  const facts = graph.facts();
  if (graphs === 0 || irVersion < 1 || facts.outputs.length === 0) {
    return fail({
      code: graphs === 0 && irVersion >= 1 ? 'truncated' : 'not-onnx',
      message:
        graphs === 0 && irVersion >= 1
          ? 'begins like an ONNX model but holds no graph: the copy or download is incomplete. Copy it again.'
          : 'is not an ONNX model. Export one with format="onnx".',
    });
  }
  return ok({
    ...facts,
    size: bytes.length,
    irVersion,
    producer,
    producerVersion,
    opsets,
    opset: opsets.find((o) => o.domain === '' || o.domain === 'ai.onnx')?.version ?? null,
    metadata: Object.fromEntries(metadata),
  });
}

function readOpset(reader: WireReader): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.number === 1 && field.wire === 'bytes') domain = reader.text(field);
    if (field.number === 2 && field.wire === 'varint') version = field.value;
  }
  return { domain, version };
}
