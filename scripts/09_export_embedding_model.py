"""Embedder checkpoint (state dict, .pt) -> models/onnx/embedding.onnx.

EfficientNet-B0 of torchvision plus the 512-d head, L2-normalised inside the graph; input float32
NCHW `input` with a dynamic batch, `output` [batch, 512].

    python scripts/09_export_embedding_model.py [--checkpoint X.pt] [--output Y.onnx] [--imgsz N] [--check]
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from samedog_train import onnx_files, recipe
from samedog_train.chips import to_input
from samedog_train.networks import EMBEDDING_DIM, Embedder, fold_norms, load_embedder

OPSET = 17
TOLERANCE = 2e-5  # unit vectors


class Served(nn.Module):
    """The embedder with its batch norms folded: convolutions, one linear layer, L2."""

    def __init__(self, model: Embedder) -> None:
        super().__init__()
        fold_norms(model.features)
        self.features = model.features
        self.linear = folded_head(model)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.linear(self.features(x).mean(dim=(2, 3)))
        return y / y.norm(dim=1, keepdim=True).clamp(min=1e-12)


def folded_head(model: Embedder) -> nn.Linear:
    """bn -> fc -> bn2 as one affine map."""
    one = model.bn.weight / (model.bn.running_var + model.bn.eps).sqrt()
    two = 1 / (model.bn2.running_var + model.bn2.eps).sqrt()
    linear = nn.Linear(one.numel(), EMBEDDING_DIM)
    with torch.no_grad():
        linear.weight.copy_(two[:, None] * model.fc.weight * one[None])
        shift = model.fc.weight @ (model.bn.bias - model.bn.running_mean * one)
        linear.bias.copy_(two * (shift - model.bn2.running_mean))
    return linear


def to_onnx(served: Served, size: int, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the legacy exporter: one file, opset 17
        torch.onnx.export(
            served,
            (torch.zeros(1, 3, size, size),),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input"],
            output_names=["output"],
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
        )


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--checkpoint", type=Path, default=recipe.MODELS / "checkpoints/embedder.pt")
    p.add_argument("--output", type=Path, default=recipe.MODELS / "onnx/embedding.onnx")
    p.add_argument("--imgsz", type=int, help="default: the recipe's embedder.size")
    p.add_argument("--images", type=Path, default=recipe.REPO / "public/sample")
    p.add_argument("--count", type=int, default=24, help="crops to verify with")
    p.add_argument("--tolerance", type=float, default=TOLERANCE)
    p.add_argument(
        "--check",
        action="store_true",
        help="write nothing: re-export to a temporary file and compare with --output",
    )
    return p.parse_args()


def main() -> None:
    a = arguments()
    recipe_file = a.output.parent.parent / "pipeline.json"
    size = a.imgsz or int(recipe.read(recipe_file)["embedder"]["size"])
    # load_embedder loads strict=True: features.* are torchvision's efficientnet_b0, nothing else.
    original = load_embedder(a.checkpoint)
    served = Served(load_embedder(a.checkpoint)).eval()
    onnx_files.round_weights_half(served)
    _, dogs = onnx_files.photos_and_dogs(a.images, a.count)
    images = to_input(dogs, size).contiguous()
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "embedding.onnx"
        to_onnx(served, size, raw)
        model = onnx.load(str(raw))
        dims = model.graph.output[0].type.tensor_type.shape.dim
        dims[1].ClearField("value")
        dims[1].dim_value = EMBEDDING_DIM
        halves = onnx_files.store_weights_half(model)
        onnx_files.set_metadata(
            model,
            {
                "description": "SameDog embedder: EfficientNet-B0, 512-d, L2 in the graph",
                "author": "SameDog",
                "task": "embed",
                "imgsz": str([size, size]),
                "stride": "32",
            },
        )
        target = Path(scratch) / "embedding.half.onnx" if a.check else a.output
        onnx_files.write(model, target)
        print(f"{halves} weights stored as fp16")
        mine = onnx_files.run(target, images)
        with torch.no_grad():
            rounded, exact = served(images).numpy(), original(images).numpy()
        onnx_files.compare(f"{target.name} against PyTorch", mine, rounded, a.tolerance)
        cosine = float((mine * exact).sum(axis=1).min())
        print(f"least cosine to the checkpoint before fp16 rounding: {cosine:.7f}")
        if not cosine > 0.9995 or not np.allclose(np.linalg.norm(mine, axis=1), 1, atol=1e-5):
            raise SystemExit("the exported file is not the checkpoint, or not L2-normalised")
        if a.check:
            onnx_files.check_against(a.output, target, images, a.tolerance)
            return
    recipe.update("embedder", a.output, {"size": size}, recipe_file)


if __name__ == "__main__":
    main()
