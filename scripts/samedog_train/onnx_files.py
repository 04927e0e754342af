"""ONNX files: fp16 storage with fp32 arithmetic, metadata, and comparison with PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from .chips import IMAGE_SUFFIXES, Rgb, read_rgb

# Only real weights are stored in half precision; small constants and biases stay as they are.
MIN_ELEMENTS = 1024
MAX_BYTES = 25_000_000


def is_stored_half(values: npt.NDArray[Any] | torch.Tensor) -> bool:
    """Whether a float32 tensor is stored as fp16: matrices and kernels of some size."""
    count = values.numel() if isinstance(values, torch.Tensor) else values.size
    return values.ndim >= 2 and count >= MIN_ELEMENTS


def store_weights_half(model: onnx.ModelProto) -> int:
    """Store large float32 initialisers as fp16 behind a Cast to fp32, in place; returns how many.

    The runtime folds the casts when it loads the file, so it computes exactly the fp32 network of
    the rounded weights, in every runtime, from half the bytes.
    """
    graph, casts, kept = model.graph, [], []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            kept.append(tensor)
            continue
        values = numpy_helper.to_array(tensor)
        if not is_stored_half(values):
            kept.append(tensor)
            continue
        if np.abs(values).max() > 65504:
            raise ValueError(f"{tensor.name}: a weight does not fit fp16")
        half = f"{tensor.name}__fp16"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(
            helper.make_node("Cast", [half], [tensor.name], name=f"{half}_cast", to=TensorProto.FLOAT)
        )
    nodes = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend([*casts, *nodes])
    return len(casts)


def round_weights_half(model: nn.Module) -> None:
    """What `store_weights_half` does to a file, for a PyTorch module."""
    with torch.no_grad():
        for p in model.parameters():
            if is_stored_half(p):
                p.copy_(p.half().float())


def set_metadata(model: onnx.ModelProto, values: dict[str, str]) -> None:
    """Add or replace metadata_props."""
    merged = {**metadata(model), **values}
    del model.metadata_props[:]
    for key, value in merged.items():
        model.metadata_props.add(key=key, value=value)


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    return {p.key: p.value for p in model.metadata_props}


def write(model: onnx.ModelProto, path: Path) -> None:
    """Check and write one single file under the size limit."""
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString(deterministic=True)
    if len(data) > MAX_BYTES:
        raise SystemExit(f"{path}: {len(data)} bytes, more than {MAX_BYTES}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    opsets = {o.domain or "ai.onnx": o.version for o in model.opset_import}
    print(f"{path}: {len(data) / 1e6:.2f} MB, IR {model.ir_version}, opset {opsets}")


def run(path: Path, images: torch.Tensor) -> npt.NDArray[np.float32]:
    """The file's output for a float32 NCHW batch, one image at a time (batch may be static)."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rows = [session.run(None, {name: images[i : i + 1].numpy()})[0] for i in range(len(images))]
    return np.concatenate(rows)


def photos_and_dogs(folder: Path, count: int) -> tuple[list[Rgb], list[Rgb]]:
    """`count` photos of a folder and a dog's crop of each (truth.json's box; else the middle)."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)
    if not paths:
        raise SystemExit(f"{folder}: no photos; give a folder of dog photos with --images")
    truth_file = folder / "truth.json"
    items = json.loads(truth_file.read_text())["photos"] if truth_file.exists() else []
    boxes = {item["path"]: item["bbox"] for item in items}
    photos, crops = [], []
    for path in paths[:: max(1, len(paths) // count)][:count]:
        pixels = read_rgb(path)
        h, w = pixels.shape[:2]
        box = boxes.get(path.relative_to(folder).as_posix())
        x1, y1, x2, y2 = (int(v) for v in box or (w * 0.1, h * 0.1, w * 0.9, h * 0.9))
        photos.append(pixels)
        crops.append(np.ascontiguousarray(pixels[y1:y2, x1:x2]))
    return photos, crops


def compare(
    name: str, mine: npt.NDArray[np.float32], torch_out: npt.NDArray[np.float32], tolerance: float
) -> None:
    """Print the largest difference; exit when it is over the tolerance."""
    if mine.shape != torch_out.shape:
        raise SystemExit(f"{name}: ONNX gives {mine.shape}, PyTorch {torch_out.shape}")
    difference = float(np.abs(mine - torch_out).max())
    print(f"{name}: {len(mine)} crops, output {list(mine.shape)}, max difference {difference:.3g}")
    if not difference <= tolerance:
        raise SystemExit(f"{name}: difference {difference:.3g} is over the tolerance {tolerance:g}")


def check_against(committed: Path, fresh: Path, images: torch.Tensor, tolerance: float) -> None:
    """A re-export must give the committed file's outputs up to float tolerance, and its metadata."""
    compare(f"re-export of {committed.name}", run(fresh, images), run(committed, images), tolerance)
    volatile = {"date"}
    old, new = (
        {k: v for k, v in metadata(onnx.load(str(p))).items() if k not in volatile}
        for p in (committed, fresh)
    )
    if old != new:
        differing = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
        raise SystemExit(f"{committed.name}: metadata differs in {', '.join(differing)}")
    print(f"{committed.name}: reproduced")
