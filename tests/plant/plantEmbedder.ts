/**
 * The bundled embedder made to want another input: a few nodes put before its first one. Bytes are edited, so
 * that no further model has to be kept. Field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto,
 * TensorProto).
 */
import { bytes, integer, text } from '../unit/onnx/encode';
import { concat, contents, rewrite } from './protobuf';

/** `bgr`: channels in the order blue, green, red. `plain`: 0..1, mean and std are inside. `bgr-plain`: both. */
export type Plant = 'bgr' | 'plain' | 'bgr-plain';

/** The name of the planted graph's input; the bundled one's becomes an inner value. */
export const PLANTED_INPUT = 'pixels';

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_INPUT = 11;
const FLOAT = 1;
const INT64 = 7;

/** The model that wants what `plant` says where `model` wants RGB less `mean`, divided by `std`. */
export function plantEmbedder(
  model: Uint8Array,
  plant: Plant,
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
): Uint8Array {
  return rewrite(model, MODEL_GRAPH, (graph) => {
    const input = inputName(graph);
    const { nodes, initializers } = before(plant, input, mean, std);
    const renamed = rewrite(graph, GRAPH_INPUT, (value) =>
      rewrite(value, 1, () => new TextEncoder().encode(PLANTED_INPUT)),
    );
    // Nodes have to stand before those that read what they make.
    return concat([
      ...nodes.map((node) => Uint8Array.from(bytes(GRAPH_NODE, node))),
      renamed,
      ...initializers.map((tensor) => Uint8Array.from(bytes(GRAPH_INITIALIZER, tensor))),
    ]);
  });
}

/** The nodes from the new input to the old one, and their constants. */
function before(
  plant: Plant,
  to: string,
  mean: readonly number[],
  std: readonly number[],
): { nodes: number[][]; initializers: number[][] } {
  const swap = (from: string, out: string): number[] => [
    ...node('Gather', [from, 'plant_order'], out),
    ...bytes(5, [...text(1, 'axis'), ...integer(3, 1), ...integer(20, 2)]),
  ];
  const order = tensor('plant_order', INT64, [3], new BigInt64Array([2n, 1n, 0n]));
  const perChannel = [1, 3, 1, 1];
  const values = [
    tensor('plant_mean', FLOAT, perChannel, new Float32Array(mean)),
    tensor('plant_std', FLOAT, perChannel, new Float32Array(std)),
  ];
  const normalise = (from: string): number[][] => [
    node('Sub', [from, 'plant_mean'], 'plant_centred'),
    node('Div', ['plant_centred', 'plant_std'], to),
  ];
  switch (plant) {
    case 'bgr':
      return { nodes: [swap(PLANTED_INPUT, to)], initializers: [order] };
    case 'plain':
      return { nodes: normalise(PLANTED_INPUT), initializers: values };
    case 'bgr-plain':
      return {
        nodes: [swap(PLANTED_INPUT, 'plant_rgb'), ...normalise('plant_rgb')],
        initializers: [order, ...values],
      };
  }
}

function node(op: string, inputs: readonly string[], output: string): number[] {
  return [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, op)];
}

function tensor(
  name: string,
  type: number,
  dims: readonly number[],
  data: ArrayBufferView,
): number[] {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [
    ...dims.flatMap((dim) => integer(1, dim)),
    ...integer(2, type),
    ...text(8, name),
    ...bytes(9, raw),
  ];
}

function inputName(graph: Uint8Array): string {
  const [input] = contents(graph, GRAPH_INPUT);
  const [name] = input === undefined ? [] : contents(input, 1);
  if (name === undefined) throw new Error('the model has no input');
  return new TextDecoder().decode(name);
}
