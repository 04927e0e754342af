"""YOLO detector and pose model on a Lite0 backbone, and the training loop they share.

The networks are plain ultralytics modules (backbone: ultralytics' `TorchVision` wrapper around
torchvision's efficientnet_b0, with Lite0's ReLU6 and without squeeze-and-excitation), so a saved
checkpoint loads, predicts and exports with ultralytics alone. The loop is our own because the
data pipelines (served crops, hard negatives, renders) and the keypoint loss are.
"""

from __future__ import annotations

import copy
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

os.environ.setdefault("YOLO_OFFLINE", "1")

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.distributed as dist
from torch import nn
from ultralytics import __version__ as ultralytics_version
from ultralytics.cfg import get_cfg
from ultralytics.nn.modules import Conv
from ultralytics.nn.tasks import DetectionModel, PoseModel, load_checkpoint
from ultralytics.utils import DEFAULT_CFG
from ultralytics.utils.loss import v8DetectionLoss, v8PoseLoss

from .networks import fill_from_lite0, strip_to_lite0

Rgb = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
PAD_VALUE = 114

_BACKBONE = [[-1, 1, "TorchVision", [320, "efficientnet_b0", None, True, 3, True]]]
_NECK: list[list[Any]] = [
    [0, 1, "Index", [40, 4]],
    [0, 1, "Index", [112, 6]],
    [0, 1, "Index", [320, 8]],
    [3, 1, "SPPF", [512, 5]],
    [2, 1, "Conv", [512, 1, 1]],
    [1, 1, "Conv", [256, 1, 1]],
    [4, 1, "nn.Upsample", ["None", 2, "nearest"]],
    [[-1, 5], 1, "Concat", [1]],
    [-1, 2, "C3k2", [512, False]],
    [-1, 1, "nn.Upsample", ["None", 2, "nearest"]],
    [[-1, 6], 1, "Concat", [1]],
    [-1, 2, "C3k2", [256, False]],
    [-1, 1, "Conv", [256, 3, 2]],
    [[-1, 9], 1, "Concat", [1]],
    [-1, 2, "C3k2", [512, False]],
    [-1, 1, "Conv", [512, 3, 2]],
    [[-1, 4], 1, "Concat", [1]],
    [-1, 2, "C3k2", [1024, True]],
]


def _config(head: list[Any], **extra: Any) -> dict[str, Any]:
    return {
        "nc": 1,
        "scales": {"n": [0.5, 0.25, 1024]},
        "scale": "n",
        "backbone": copy.deepcopy(_BACKBONE),
        "head": [*copy.deepcopy(_NECK), head],
        **extra,
    }


def _backbone(model: DetectionModel) -> nn.Module:
    module: nn.Module = model.model[0].m
    return module


def new_detector() -> DetectionModel:
    """Detector with ImageNet (Lite0) backbone; everything else random."""
    model = DetectionModel(_config([[12, 15, 18], 1, "Detect", ["nc"]]), nc=1, verbose=False)
    strip_to_lite0(_backbone(model))
    fill_from_lite0(_TruncatedLite0(_backbone(model)), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    model.names = {0: "dog"}
    return model


class _TruncatedLite0(nn.Module):
    """Views the backbone (without conv_head) as a 49-convolution network for the copy."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        from torchvision.models import efficientnet_b0

        self.backbone = backbone
        self.rest = efficientnet_b0().features[-1]


def new_pose(names: Sequence[str], class_name: str, width: int = 48) -> PoseModel:
    """Pose model: same backbone and neck, keypoint branch `width` channels wide."""
    shape = [len(names), 3]
    head = [[12, 15, 18], 1, "Pose", ["nc", "kpt_shape"]]
    model = PoseModel(_config(head, kpt_shape=shape), nc=1, verbose=False)
    strip_to_lite0(_backbone(model))
    pose = model.model[-1]
    pose.cv4 = nn.ModuleList(
        nn.Sequential(Conv(b[0].conv.in_channels, width, 3), Conv(width, width, 3), nn.Conv2d(width, pose.nk, 1))
        for b in pose.cv4
    )
    for branch in pose.cv4:
        for norm in (m for m in branch.modules() if isinstance(m, nn.BatchNorm2d)):
            norm.eps, norm.momentum = 1e-3, 0.03
    model.names = {0: class_name}
    model.kpt_names = {0: list(names)}
    return model


def copy_matching(model: nn.Module, source: nn.Module) -> int:
    """Copy every tensor of the same name and shape; returns how many."""
    mine, theirs = model.state_dict(), source.float().state_dict()
    same = {k: v for k, v in theirs.items() if k in mine and mine[k].shape == v.shape}
    model.load_state_dict(same, strict=False)
    return len(same)


def load_yolo(path: Path) -> DetectionModel:
    """The fp32 network of an ultralytics checkpoint."""
    model, _ = load_checkpoint(str(path))
    return model


def save_yolo(model: DetectionModel, path: Path, task: str, train_args: dict[str, Any]) -> None:
    """fp16 ultralytics checkpoint without optimizer state."""
    half = copy.deepcopy(model).cpu().half().eval()
    half.criterion = None
    for name in ("args", "pt_path"):
        if hasattr(half, name):
            delattr(half, name)
    half.task = task
    torch.save(
        {
            "epoch": -1,
            "best_fitness": None,
            "model": half,
            "ema": None,
            "updates": None,
            "optimizer": None,
            "train_args": {**train_args, "task": task},
            "date": datetime.now(timezone.utc).isoformat(),
            "version": ultralytics_version,
        },
        path,
    )


# --- samples ---------------------------------------------------------------------------------


@dataclass
class Sample:
    """One network input with its truth, in input pixels.

    image: [S, S, 3] RGB; boxes: [n, 4] xyxy; points: [n, K, 3] (x, y, v), v = 1 labelled,
    0 known to be invisible or unlabelled, -1 unknown (no loss at all).
    """

    image: Rgb
    boxes: Floats
    points: Floats | None = None
    features: tuple[npt.NDArray[np.float16], ...] | None = None  # see `with_features`


def collate(samples: list[Sample]) -> dict[str, torch.Tensor]:
    """ultralytics' batch: img 0..1, batch_idx, cls, bboxes (normalised xywh), keypoints."""
    size = samples[0].image.shape[0]
    boxes = torch.from_numpy(np.concatenate([s.boxes for s in samples]).astype(np.float32)) / size
    xywh = torch.cat([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], dim=1)
    counts = [len(s.boxes) for s in samples]
    batch = {
        "batch_idx": torch.repeat_interleave(torch.arange(len(samples)), torch.tensor(counts)).float(),
        "cls": torch.zeros(len(boxes), 1),
        "bboxes": xywh,
    }
    if samples[0].points is not None:
        points = np.concatenate([s.points for s in samples if s.points is not None])
        keypoints = torch.from_numpy(points.astype(np.float32))
        keypoints[..., :2] /= size
        batch["keypoints"] = keypoints
    if samples[0].features is None:
        batch["img"] = to_tensor([s.image for s in samples])
    else:
        levels = zip(*(s.features for s in samples if s.features is not None), strict=True)
        for i, level in enumerate(levels):
            x = torch.from_numpy(np.stack(level)).float()
            batch[f"level{i}"] = x.contiguous(memory_format=torch.channels_last)
    return batch


_LEVELS = (4, 6, 8)  # the backbone outputs that the neck takes (its Index modules)


@torch.no_grad()
def with_features(
    model: DetectionModel, samples: list[Sample], device: torch.device
) -> list[Sample]:
    """The samples with the fixed backbone's outputs, so that only neck and head have to run.

    Three and a half times as many samples per second, at the price of a finite set of views.
    """
    model.eval()
    outputs = model.model[0](to_tensor([s.image for s in samples]).to(device))
    levels = [outputs[i].cpu().half().numpy() for i in _LEVELS]
    return [
        Sample(s.image, s.boxes, s.points, tuple(level[i] for level in levels))
        for i, s in enumerate(samples)
    ]


def fixed_views(
    model: nn.Module, source: Iterator[list[Sample]], count: int, seed: int, device: torch.device
) -> Iterator[list[Sample]]:
    """Endless shuffled batches of `count` augmented views, their backbone features computed once."""
    pool: list[Sample] = []
    size = 0
    model = model.to(device, memory_format=torch.channels_last)
    while len(pool) < count:
        batch = next(source)
        size = len(batch)
        pool.extend(with_features(model, batch, device))
        if len(pool) // size % 20 == 0:
            print(f"views {len(pool)}/{count}", flush=True)
    rng = np.random.default_rng(seed)

    def batches() -> Iterator[list[Sample]]:
        while True:
            order = rng.permutation(len(pool))
            for i in range(0, len(order) - size + 1, size):
                yield [pool[j] for j in order[i : i + size]]

    return batches()


def predictions(model: DetectionModel, batch: dict[str, torch.Tensor]) -> Any:
    """The training output for images, or for backbone features computed before."""
    if "img" in batch:
        return model(batch["img"])
    outputs: list[Any] = [None]
    for layer in model.model[1:]:
        if layer.i <= len(_LEVELS):
            outputs.append(batch[f"level{layer.i - 1}"])
            continue
        sources = [layer.f] if isinstance(layer.f, int) else layer.f
        taken = [outputs[-1] if f == -1 else outputs[f] for f in sources]
        outputs.append(layer(taken[0] if isinstance(layer.f, int) else taken))
    return outputs[-1]


# --- letterbox and decoding (evaluation; the served twin is src/core) -------------------------


@dataclass(frozen=True)
class Letterbox:
    """Geometry of one letterboxed image: x_in = x * sx + left."""

    sx: float
    sy: float
    left: int
    top: int


def letterbox(pixels: Rgb, size: int) -> tuple[Rgb, Letterbox]:
    """ultralytics' LetterBox (auto=False): cv2 INTER_LINEAR, pad 114, centred."""
    h, w = pixels.shape[:2]
    r = min(size / h, size / w)
    nw, nh = max(round(w * r), 1), max(round(h * r), 1)
    left, top = round((size - nw) / 2 - 0.1), round((size - nh) / 2 - 0.1)
    resized = pixels if (nw, nh) == (w, h) else cv2.resize(pixels, (nw, nh), interpolation=cv2.INTER_LINEAR)
    canvas = np.full((size, size, 3), PAD_VALUE, np.uint8)
    canvas[top : top + nh, left : left + nw] = resized
    return canvas, Letterbox(nw / w, nh / h, left, top)


def to_tensor(images: list[Rgb]) -> torch.Tensor:
    """HWC uint8 list -> float32 NCHW in 0..1."""
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div_(255)
    return x.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def raw_outputs(model: nn.Module, images: list[Rgb], device: torch.device, batch: int = 16) -> Floats:
    """Decoded head output [N, C, A] for square inputs (as the ONNX file gives)."""
    model.eval()
    rows = []
    for i in range(0, len(images), batch):
        out = model(to_tensor(images[i : i + batch]).to(device))
        rows.append((out[0] if isinstance(out, tuple) else out).float().cpu().numpy())
    return np.concatenate(rows)


def padded_crop(box: Sequence[float], width: int, height: int, pad: float = 0.1) -> tuple[int, int, int, int]:
    """The served crop: the box with `pad` of its width on every side, clipped, whole pixels."""
    p = pad * (box[2] - box[0])
    return (
        max(0, math.floor(box[0] - p)),
        max(0, math.floor(box[1] - p)),
        min(width, math.ceil(box[2] + p)),
        min(height, math.ceil(box[3] + p)),
    )


# --- losses ----------------------------------------------------------------------------------


def with_hyperparameters(model: DetectionModel, **gains: float) -> DetectionModel:
    model.args = get_cfg(DEFAULT_CFG, {k: v for k, v in gains.items()})
    return model


class FacePoseLoss(v8PoseLoss):
    """ultralytics' pose loss with a direct keypoint term instead of OKS.

    OKS has almost no gradient for a point that is far off. Here a point costs the smooth L1 of
    its error divided by the face box's size, and a visibility of -1 (unknown) costs nothing.
    """

    def calculate_keypoints_loss(
        self,
        masks: torch.Tensor,
        target_gt_idx: torch.Tensor,
        keypoints: torch.Tensor,
        stride_tensor: torch.Tensor,
        target_bboxes: torch.Tensor,
        pred_kpts: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        truth = keypoints[masks.nonzero(as_tuple=True)[0], target_gt_idx[masks]]
        stride = stride_tensor.view(1, -1).expand(masks.shape[0], -1)[masks][:, None, None]
        box = target_bboxes[masks]
        face = (box[:, 2:] - box[:, :2]).prod(dim=1).sqrt()[:, None]  # pixels
        predicted = pred_kpts[masks]
        error = (predicted[..., :2] * stride - truth[..., :2]).abs() / face[..., None]
        beta = 0.02
        cost = torch.where(error < beta, 0.5 * error**2 / beta, error - 0.5 * beta).sum(dim=-1)
        labelled = truth[..., 2] > 0
        location = (cost * labelled).sum() / labelled.sum().clamp(min=1)
        known = truth[..., 2] >= 0
        bce = nn.functional.binary_cross_entropy_with_logits(
            predicted[..., 2], labelled.float(), reduction="none"
        )
        return location, (bce * known).sum() / known.sum().clamp(min=1)


def detection_loss(model: DetectionModel) -> v8DetectionLoss:
    return v8DetectionLoss(model)


# --- loop ------------------------------------------------------------------------------------


@dataclass
class Plan:
    """What one run does; everything that a resume must agree on."""

    out: Path
    task: str
    steps: int
    eval_every: int
    lr: float
    freeze: int
    backbone_lr: float = 0.3  # relative to lr
    ema: float = 0.995
    warmup: int = 60
    minutes: float = 0.0  # if set: decay over this much time instead, and stop then
    weight_decay: float = 5e-4
    resume: bool = False
    train_args: dict[str, Any] = field(default_factory=dict)


def average_gradients(params: list[nn.Parameter], clock: float, world: int) -> float:
    """Mean of the gradients over all processes, in place; returns the mean of `clock`."""
    held = [p for p in params if p.grad is not None]
    flat = torch.cat([*(p.grad.reshape(-1) for p in held), torch.tensor([clock])])
    dist.all_reduce(flat)
    flat /= world
    at = 0
    for p in held:
        p.grad.copy_(flat[at : at + p.numel()].view_as(p))
        at += p.numel()
    return float(flat[-1])


def fit(
    model: DetectionModel,
    criterion_of: Callable[[DetectionModel], v8DetectionLoss],
    stream: Iterator[list[Sample]],
    plan: Plan,
    device: torch.device,
    evaluate: Callable[[nn.Module], dict[str, float]],
) -> None:
    """AdamW, linear warm-up, cosine decay, EMA; a checkpoint at every evaluation.

    With RANK, WORLD_SIZE and SAMEDOG_RENDEZVOUS (a file path) in the environment, several
    processes train one network: gradients are averaged, rank 0 evaluates and writes.

    The backbone's first `freeze` children are run without gradient and with fixed statistics.
    """
    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if world > 1:
        rendezvous = f"file://{Path(os.environ['SAMEDOG_RENDEZVOUS']).resolve()}"
        dist.init_process_group("gloo", init_method=rendezvous, world_size=world, rank=rank)
    model = model.to(device, memory_format=torch.channels_last)
    model.requires_grad_(True)
    model.model[-1].dfl.requires_grad_(False)
    children = list(_backbone(model).children())
    for child in children[: plan.freeze]:
        child.requires_grad_(False)
    inside = {id(p) for p in _backbone(model).parameters()}
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in params if id(p) in inside], "lr": plan.lr * plan.backbone_lr},
            {"params": [p for p in params if id(p) not in inside], "lr": plan.lr},
        ],
        weight_decay=plan.weight_decay,
    )
    base = [g["lr"] for g in optimizer.param_groups]
    criterion = criterion_of(model)
    average = copy.deepcopy(model).eval()
    start, history = 0, []
    last = plan.out / "last.pt"
    plan.out.mkdir(parents=True, exist_ok=True)
    if plan.resume:
        state = torch.load(last, map_location=device, weights_only=True)
        # With a fixed backbone the features came from the averaged weights.
        model.load_state_dict(state["ema" if plan.freeze >= len(children) else "model"])
        average.load_state_dict(state["ema"])
        try:
            optimizer.load_state_dict(state["optimizer"])
        except ValueError:
            print("other layers are trained now: the optimizer starts anew", flush=True)
        start, history = state["step"], state["history"]
    elif rank == 0:
        print("start", evaluate(average), flush=True)
    progress = 0.0
    began, total = time.time(), 0.0
    parts: dict[str, float] = {}
    for step in range(start, plan.steps):
        if not plan.minutes:
            progress = step / plan.steps
        factor = min(1.0, (step + 1 - (start if plan.minutes else 0)) / plan.warmup)
        factor *= 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress))
        for group, lr in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = lr * factor
        samples = next(stream)
        batch = {k: v.to(device) for k, v in collate(samples).items()}
        model.train()
        for child in children[: plan.freeze]:
            child.eval()
        loss, items = criterion(predictions(model, batch), batch)
        count = len(samples)
        loss = loss.sum() / count
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        elapsed = min(1.0, (time.time() - began) / 60 / plan.minutes) if plan.minutes else progress
        if world > 1:
            # The clock is averaged with the gradients, so that all processes stop together.
            elapsed = average_gradients(params, elapsed, world)
        if plan.minutes:
            progress = elapsed
        nn.utils.clip_grad_norm_(params, 10.0)
        optimizer.step()
        keep = min(plan.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            for mine, theirs in zip(
                average.state_dict().values(), model.state_dict().values(), strict=True
            ):
                if mine.is_floating_point():
                    mine.lerp_(theirs, 1 - keep)
                else:
                    mine.copy_(theirs)
        total += loss.item()
        for name, value in items.items():
            parts[name] = parts.get(name, 0.0) + float(value)
        if (step + 1) % 20 == 0:
            rate = (step + 1 - start) / (time.time() - began)
            shown = " ".join(f"{k} {v / 20:.3f}" for k, v in parts.items())
            left = (plan.steps - step - 1) / rate / 60
            print(
                f"{step + 1}/{plan.steps} loss {total / 20:.3f} ({shown}) "
                f"{rate * count:.1f} img/s, {left:.0f} min left",
                flush=True,
            )
            total, parts = 0.0, {}
        ended = step + 1 == plan.steps or progress >= 1.0
        if rank == 0 and ((step + 1) % plan.eval_every == 0 or ended):
            figures = evaluate(average)
            print(f"  {step + 1}", {k: round(v, 4) for k, v in figures.items()}, flush=True)
            history.append({"step": step + 1, **figures})
            torch.save(
                {
                    "model": model.state_dict(),
                    "ema": average.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                    "history": history,
                },
                last,
            )
            save_yolo(average, plan.out / f"step{step + 1:05d}.pt", plan.task, plan.train_args)
            (plan.out / "history.json").write_text(json.dumps(history, indent=1))
        if ended:
            break
