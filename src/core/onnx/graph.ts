/** Reads GraphProto: inputs, outputs, operators, and where the weights are. */
import type { TensorInfo } from '../ports';
import { readEntry } from './entry';
import type { Field, WireReader } from './wire';

export interface GraphFacts {
  /** Graph inputs that are fed at run time (initialisers left out). */
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** How many nodes of each operator the graph has. */
  readonly ops: Readonly<Record<string, number>>;
  /** Operators just before the first output, nearest first (at most 12). */
  readonly tailOps: readonly string[];
  /** Files outside this one that hold weights. */
  readonly externalData: readonly string[];
  /** Initialisers by element type. */
  readonly weightTypes: Readonly<Record<string, number>>;
  /** fp16 initialisers widened by Cast nodes: half the download, float32 arithmetic. */
  readonly halfWeights: boolean;
  /** Holds QuantizeLinear / DequantizeLinear. */
  readonly quantized: boolean;
}

const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, opType: 4 };
const TENSOR = { dataType: 2, name: 8, externalData: 13, dataLocation: 14 };
const EXTERNAL = 1;
const TAIL = 12;

/** TensorProto.DataType, named as onnxruntime names them. */
const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

const elementType = (code: number): string => ELEMENT_TYPES[code] ?? `type ${code}`;

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
}

/** Collects facts while the graph is walked once. */
export class GraphReader {
  private readonly inputs: TensorInfo[] = [];
  private readonly outputs: TensorInfo[] = [];
  private readonly ops = new Map<string, number>();
  private readonly producers = new Map<string, Node>();
  private readonly initializers = new Set<string>();
  private readonly weightTypes = new Map<string, number>();
  private readonly external = new Set<string>();
  private castsOfHalves = 0;
  private readonly halves = new Set<string>();
  private readonly casts: string[] = [];

  /** @throws WireError */
  read(reader: WireReader): void {
    for (let field = reader.next(); field !== null; field = reader.next()) {
      if (field.wire !== 'bytes') continue;
      if (field.number === GRAPH.node) this.node(reader.nested(field));
      if (field.number === GRAPH.initializer) this.initializer(reader.nested(field));
      if (field.number === GRAPH.input) this.inputs.push(valueInfo(reader.nested(field)));
      if (field.number === GRAPH.output) this.outputs.push(valueInfo(reader.nested(field)));
    }
    this.castsOfHalves = this.casts.filter((name) => this.halves.has(name)).length;
  }

  facts(): GraphFacts {
    return {
      inputs: this.inputs.filter((input) => !this.initializers.has(input.name)),
      outputs: this.outputs,
      ops: Object.fromEntries(this.ops),
      tailOps: this.tail(),
      externalData: [...this.external].sort(),
      weightTypes: Object.fromEntries(this.weightTypes),
      halfWeights: this.castsOfHalves > 0,
      quantized: this.ops.has('QuantizeLinear') || this.ops.has('DequantizeLinear'),
    };
  }

  private node(reader: WireReader): void {
    let op = '';
    const inputs: string[] = [];
    const outputs: string[] = [];
    for (let field = reader.next(); field !== null; field = reader.next()) {
      if (field.wire !== 'bytes') continue;
      if (field.number === NODE.input) inputs.push(reader.text(field));
      if (field.number === NODE.output) outputs.push(reader.text(field));
      if (field.number === NODE.opType) op = reader.text(field);
    }
    this.ops.set(op, (this.ops.get(op) ?? 0) + 1);
    if (op === 'Cast') this.casts.push(...inputs);
    for (const output of outputs) this.producers.set(output, { op, inputs });
  }

  private initializer(reader: WireReader): void {
    let type = 0;
    let name = '';
    let isExternal = false;
    let location = '';
    for (let field = reader.next(); field !== null; field = reader.next()) {
      if (field.wire === 'varint') {
        if (field.number === TENSOR.dataType) type = field.value;
        if (field.number === TENSOR.dataLocation) isExternal = field.value === EXTERNAL;
      } else if (field.number === TENSOR.name) {
        name = reader.text(field);
      } else if (field.number === TENSOR.externalData && field.wire === 'bytes') {
        const entry = readEntry(reader.nested(field));
        if (entry.key === 'location') location = entry.value;
      }
    }
    this.initializers.add(name);
    const named = elementType(type);
    this.weightTypes.set(named, (this.weightTypes.get(named) ?? 0) + 1);
    if (named === 'float16') this.halves.add(name);
    if (isExternal) this.external.add(location);
  }

  /** Breadth first from the first output back through the graph. */
  private tail(): string[] {
    const ops: string[] = [];
    const queue = this.outputs.slice(0, 1).map((output) => output.name);
    const seen = new Set(queue);
    for (let i = 0; i < queue.length && ops.length < TAIL; i++) {
      const node = this.producers.get(queue[i]!);
      if (node === undefined) continue;
      ops.push(node.op);
      for (const input of node.inputs) {
        if (seen.has(input)) continue;
        seen.add(input);
        queue.push(input);
      }
    }
    return ops;
  }
}

/** ValueInfoProto: name, and the element type and shape of a tensor. */
function valueInfo(reader: WireReader): TensorInfo {
  let name = '';
  let type = 'non-tensor';
  let shape: (number | string)[] = [];
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1) name = reader.text(field);
    if (field.number === 2) {
      const tensor = onlyField(reader.nested(field), 1);
      if (tensor !== null) ({ type, shape } = tensorType(tensor));
    }
  }
  return { name, type, shape };
}

function onlyField(reader: WireReader, number: number): WireReader | null {
  let found: WireReader | null = null;
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.number === number && field.wire === 'bytes') found = reader.nested(field);
  }
  return found;
}

function tensorType(reader: WireReader): { type: string; shape: (number | string)[] } {
  let type = 'undefined';
  const shape: (number | string)[] = [];
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.number === 1 && field.wire === 'varint') type = elementType(field.value);
    if (field.number === 2 && field.wire === 'bytes') {
      const dims = reader.nested(field);
      for (let dim = dims.next(); dim !== null; dim = dims.next()) {
        if (dim.number === 1 && dim.wire === 'bytes') shape.push(dimension(dims, dim));
      }
    }
  }
  return { type, shape };
}

/** A whole number >= 0, or the axis's name; an axis without either is "?". */
function dimension(dims: WireReader, field: Field): number | string {
  const reader = dims.nested(field);
  let value: number | string = '?';
  for (let part = reader.next(); part !== null; part = reader.next()) {
    if (part.number === 1 && part.wire === 'varint') value = part.value < 0 ? '?' : part.value;
    if (part.number === 2 && part.wire === 'bytes') value = reader.text(part) || '?';
  }
  return value;
}
