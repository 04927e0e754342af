"""Exporting a YOLO checkpoint: what scripts 10 and 11 share."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch

from . import onnx_files, recipe
from .networks import fold_norms
from .yolo import DetectionModel, letterbox, load_yolo, to_tensor

OPSET = 17
# Decoded boxes and points are in input pixels (0..imgsz), so this is a thousandth of a pixel.
TOLERANCE = 2e-3


def arguments(doc: str | None, name: str, checkpoint: str) -> argparse.Namespace:
    p = argparse.ArgumentParser(description=doc)
    p.add_argument("--checkpoint", type=Path, default=recipe.MODELS / "checkpoints" / checkpoint)
    p.add_argument("--output", type=Path, default=recipe.MODELS / "onnx" / name)
    p.add_argument("--imgsz", type=int, help="default: what the checkpoint was trained at")
    p.add_argument("--images", type=Path, default=recipe.REPO / "public/sample")
    p.add_argument("--count", type=int, default=12, help="crops to verify with")
    p.add_argument("--tolerance", type=float, default=TOLERANCE)
    p.add_argument(
        "--check",
        action="store_true",
        help="write nothing: re-export to a temporary file and compare with --output",
    )
    return p.parse_args()


def export(
    a: argparse.Namespace,
    stage: recipe.Stage,
    crops: bool,
    inspect: Callable[[dict[str, str]], dict[str, object]],
) -> None:
    """ultralytics' export -> fp16 storage -> verification -> recipe.

    `crops`: verify on dog crops (keypoints) or whole photos. `inspect` checks the metadata and
    returns what it adds to the stage's part of the recipe.
    """
    from ultralytics import YOLO

    folded, train_args = folded_model(a.checkpoint)
    imgsz = a.imgsz or int(train_args["imgsz"])
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / f"{stage}.pt"  # ultralytics writes the ONNX beside the checkpoint
        torch.save({"epoch": -1, "model": folded, "train_args": train_args}, copy)
        made = YOLO(str(copy)).export(format="onnx", imgsz=imgsz, opset=OPSET, simplify=True)
        model = onnx.load(made)
        halves = onnx_files.store_weights_half(model)
        onnx_files.set_metadata(model, {"description": f"SameDog {stage}", "author": "SameDog"})
        found = inspect(onnx_files.metadata(model))
        target = copy.with_suffix(".half.onnx") if a.check else a.output
        onnx_files.write(model, target)
        print(f"{halves} weights stored as fp16")

        photos, dogs = onnx_files.photos_and_dogs(a.images, a.count)
        images = to_tensor([letterbox(p, imgsz)[0] for p in (dogs if crops else photos)])
        images = images.contiguous()
        onnx_files.compare(
            f"{target.name} against PyTorch",
            onnx_files.run(target, images),
            torch_outputs(folded, images),
            a.tolerance,
        )
        if a.check:
            onnx_files.check_against(a.output, target, images, a.tolerance)
            return
    recipe.update(stage, a.output, {"imgsz": [imgsz, imgsz], **found}, a.output.parent.parent / "pipeline.json")


def folded_model(checkpoint: Path) -> tuple[DetectionModel, dict[str, Any]]:
    """The checkpoint's fp32 network with batch norms folded into the convolutions and the weights
    rounded to fp16, so that storing them as fp16 loses nothing more; and its train_args."""
    train_args = torch.load(checkpoint, map_location="cpu", weights_only=False)["train_args"]
    model = load_yolo(checkpoint).fuse(verbose=False).eval()
    fold_norms(model)
    onnx_files.round_weights_half(model)
    del model.args, model.pt_path
    return model, train_args


@torch.no_grad()
def torch_outputs(model: DetectionModel, images: torch.Tensor) -> npt.NDArray[np.float32]:
    """Decoded outputs of the PyTorch network."""
    rows: npt.NDArray[np.float32] = torch.cat(
        [model(images[i : i + 1])[0] for i in range(len(images))]
    ).numpy()
    return rows


__all__ = ["arguments", "export"]
