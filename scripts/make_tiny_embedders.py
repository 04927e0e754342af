"""Tiny embedders whose contracts differ from the bundled one, for the tests of models that are dropped in.

Two strided convolutions, a global average and a linear layer with seeded weights: no training, no photo, no download.

    python scripts/make_tiny_embedders.py [--out tests/fixtures/exports]

Writes embedder-nhwc.onnx (NHWC input 56 x 72, 96 values, not normalised), embedder-half-io.onnx (48 px, float16 in and
out, 64 values, L2 inside) and embedder-external.onnx with embedder-external.onnx.data (free size, 80 values).
"""
from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

ROOT = Path(__file__).resolve().parent.parent
IR_VERSION, OPSET = 8, 17
CHANNELS = (3, 12, 24)


@dataclass(frozen=True)
class Form:
    """One embedder: its layout, its size (None: free) and what it gives."""

    name: str
    seed: int
    size: tuple[int, int] | None
    dim: int
    nhwc: bool = False
    half: bool = False
    l2: bool = False
    external: bool = False


FORMS = (
    Form("embedder-nhwc", 21, (56, 72), 96, nhwc=True),
    Form("embedder-half-io", 22, (48, 48), 64, half=True, l2=True),
    Form("embedder-external", 23, None, 80, external=True),
)


def centred(form: Form) -> onnx.ModelProto:
    """The graph with a bias that centres its outputs, so that unlike pictures get unlike directions."""
    plain = replace(form, half=False, l2=False, nhwc=False, external=False)
    evaluator = ReferenceEvaluator(build(plain, np.zeros(form.dim)))
    random = np.random.default_rng(0)
    height, width = form.size or (64, 64)
    blobs = random.normal(size=(32, 3, 4, 4)).repeat(-(-height // 4), axis=2).repeat(-(-width // 4), axis=3)
    pictures = blobs[:, :, :height, :width].astype(np.float32)
    outputs: NDArray[np.float32] = evaluator.run(None, {"image": pictures})[0]
    return build(form, -outputs.mean(axis=0).astype(np.float64))


def build(form: Form, offset: NDArray[np.float64]) -> onnx.ModelProto:
    """The graph of `form`: image in, [batch, dim] out; `offset` [dim] is added before any normalisation."""
    random = np.random.default_rng(form.seed)
    kind = np.float16 if form.half else np.float32
    weights: list[TensorProto] = []

    def weight(name: str, values: NDArray[np.float64]) -> str:
        weights.append(numpy_helper.from_array(values.astype(kind), name))
        return name

    nodes: list[NodeProto] = []
    at = "image"
    if form.nhwc:
        nodes.append(helper.make_node("Transpose", [at], ["chw"], perm=[0, 3, 1, 2]))
        at = "chw"
    for i in range(2):
        fan_in, out = CHANNELS[i] * 25, CHANNELS[i + 1]
        kernel = weight(f"conv{i}", random.normal(0, (2 / fan_in) ** 0.5, (out, CHANNELS[i], 5, 5)))
        bias = weight(f"bias{i}", random.normal(0, 0.1, out))
        nodes.append(helper.make_node("Conv", [at, kernel, bias], [f"c{i}"], strides=[3, 3], pads=[2, 2, 2, 2]))
        nodes.append(helper.make_node("Relu", [f"c{i}"], [f"r{i}"]))
        at = f"r{i}"
    nodes.append(helper.make_node("GlobalAveragePool", [at], ["pool"]))
    nodes.append(helper.make_node("Flatten", ["pool"], ["flat"]))
    linear = weight("linear", random.normal(0, 0.4, (form.dim, CHANNELS[-1])))
    vector = "vector" if form.l2 else "embedding"
    nodes.append(helper.make_node("Gemm", ["flat", linear, weight("offset", offset)], [vector], transB=1))
    if form.l2:
        nodes.append(helper.make_node("LpNormalization", [vector], ["embedding"], axis=1, p=2))

    element = TensorProto.FLOAT16 if form.half else TensorProto.FLOAT
    height, width = form.size if form.size is not None else ("height", "width")
    shape = ["batch", height, width, 3] if form.nhwc else ["batch", 3, height, width]
    graph = helper.make_graph(
        nodes,
        form.name,
        [helper.make_tensor_value_info("image", element, shape)],
        [helper.make_tensor_value_info("embedding", element, ["batch", form.dim])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="samedog")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "tests/fixtures/exports")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for form in FORMS:
        path = out / f"{form.name}.onnx"
        data = f"{path.name}.data"
        (out / data).unlink(missing_ok=True)
        onnx.save(
            centred(form), path, save_as_external_data=form.external, location=data, size_threshold=256
        )
        if form.external:
            (out / data).chmod(0o644)
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
