/** Writes small ONNX files for tests, independent of the reader under test. */

export interface ValueSpec {
  readonly name: string;
  /** TensorProto.DataType; 1 is float32. */
  readonly type?: number;
  readonly shape: readonly (number | string)[];
}

export interface InitializerSpec {
  readonly name: string;
  readonly type?: number;
  readonly raw?: Uint8Array;
  /** File that holds the weights instead. */
  readonly location?: string;
}

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface ModelSpec {
  readonly irVersion?: number;
  readonly opset?: number;
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  readonly initializers?: readonly InitializerSpec[];
  readonly nodes?: readonly NodeSpec[];
}

const utf8 = new TextEncoder();

export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return bytes;
}

export const integer = (field: number, value: number): number[] => [
  ...varint(field * 8),
  ...varint(value),
];

export function bytes(field: number, content: Iterable<number>): number[] {
  const inner = [...content];
  return [...varint(field * 8 + 2), ...varint(inner.length), ...inner];
}

export const text = (field: number, content: string): number[] =>
  bytes(field, utf8.encode(content));

function value(spec: ValueSpec): number[] {
  const dims = spec.shape.flatMap((axis) =>
    bytes(1, typeof axis === 'number' ? integer(1, axis) : text(2, axis)),
  );
  const tensor = [...integer(1, spec.type ?? 1), ...bytes(2, dims)];
  return [...text(1, spec.name), ...bytes(2, bytes(1, tensor))];
}

function initializer(spec: InitializerSpec): number[] {
  const raw = spec.raw ?? Uint8Array.of(0, 0, 0, 0);
  const place =
    spec.location === undefined
      ? bytes(9, raw)
      : [...bytes(13, [...text(1, 'location'), ...text(2, spec.location)]), ...integer(14, 1)];
  return [...integer(1, 1), ...integer(2, spec.type ?? 1), ...text(8, spec.name), ...place];
}

function node(spec: NodeSpec): number[] {
  return [
    ...spec.inputs.flatMap((name) => text(1, name)),
    ...spec.outputs.flatMap((name) => text(2, name)),
    ...text(4, spec.op),
  ];
}

export function encodeModel(spec: ModelSpec): Uint8Array {
  const graph = [
    ...(spec.nodes ?? []).flatMap((n) => bytes(1, node(n))),
    ...text(2, 'main'),
    ...(spec.initializers ?? []).flatMap((i) => bytes(5, initializer(i))),
    ...spec.inputs.flatMap((v) => bytes(11, value(v))),
    ...spec.outputs.flatMap((v) => bytes(12, value(v))),
  ];
  return Uint8Array.from([
    ...integer(1, spec.irVersion ?? 8),
    ...text(2, spec.producer ?? 'pytorch'),
    ...text(3, '2.15.0'),
    ...bytes(7, graph),
    ...bytes(8, integer(2, spec.opset ?? 17)),
    ...Object.entries(spec.metadata ?? {}).flatMap(([key, entry]) =>
      bytes(14, [...text(1, key), ...text(2, entry)]),
    ),
  ]);
}
