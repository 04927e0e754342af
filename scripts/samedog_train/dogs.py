"""Detector data: YOLO folders and renders in memory, augmentation, scoring against truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from .chips import Rgb, read_rgb
from .chips_augment import colour
from .yolo import PAD_VALUE, Sample

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DogPhoto:
    """One photo with the boxes of all its dogs (xyxy, photo pixels; [0, 4] when there is none)."""

    path: Path
    pixels: Rgb
    boxes: Floats


def read_yolo(root: Path, pattern: str = "*", limit: int | None = None) -> list[DogPhoto]:
    """`images/<pattern>.jpg` with `labels/*.txt` (class cx cy w h, normalised)."""
    photos = []
    for path in sorted((root / "images").glob(f"{pattern}.jpg"))[:limit]:
        pixels = read_rgb(path)
        h, w = pixels.shape[:2]
        label = root / "labels" / f"{path.stem}.txt"
        rows = [line.split()[1:5] for line in label.read_text().splitlines() if line.strip()]
        cxcywh = np.array(rows, np.float32).reshape(-1, 4) * (w, h, w, h)
        boxes = np.concatenate(
            [cxcywh[:, :2] - cxcywh[:, 2:] / 2, cxcywh[:, :2] + cxcywh[:, 2:] / 2], axis=1
        )
        photos.append(DogPhoto(path, pixels, boxes.astype(np.float32)))
    return photos


def read_truth(root: Path, with_dog: bool, longest: int = 400) -> list[DogPhoto]:
    """Renders' truth.json; pixels are reduced to `longest` so that they fit into memory."""
    photos = []
    for item in json.loads((root / "truth.json").read_text())["photos"]:
        if bool(item["bbox"]) != with_dog:
            continue
        pixels = read_rgb(root / item["path"])
        scale = min(1.0, longest / max(pixels.shape[:2]))
        if scale < 1:
            pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        boxes = np.array([item["bbox"]] if item["bbox"] else [], np.float32).reshape(-1, 4) * scale
        photos.append(DogPhoto(root / item["path"], pixels, boxes))
    return photos


def whole_frame(path: Path, pixels: Rgb) -> DogPhoto:
    """A tight crop of one dog: the dog is the photo."""
    h, w = pixels.shape[:2]
    inset = 0.02 * min(h, w)
    return DogPhoto(path, pixels, np.array([[inset, inset, w - inset, h - inset]], np.float32))


def placed(
    photo: DogPhoto, canvas: Rgb, frame: tuple[int, int, int, int], cover: bool, rng: np.random.Generator
) -> Floats:
    """Draw an augmented photo into `frame` (x1, y1, x2, y2) of the canvas; returns its boxes.

    `cover`: the photo fills the frame (mosaic tile); else it is letterboxed, scaled and shifted.
    """
    x1, y1, x2, y2 = frame
    fw, fh = x2 - x1, y2 - y1
    h, w = photo.pixels.shape[:2]
    fit = max(fw / w, fh / h) if cover else min(fw / w, fh / h)
    low, high = (1.0, 1.3) if cover else (0.5, 1.2)
    scale = fit * (rng.uniform(low, high) if cover or rng.random() < 0.7 else 1.0)
    aspect = np.exp(rng.normal(0, 0.08))
    sx, sy = scale * np.sqrt(aspect), scale / np.sqrt(aspect)
    angle = 0.0 if rng.random() < 0.6 else np.deg2rad(rng.normal(0, 6))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos * sx * flip, -sin * sy, 0.0], [sin * sx * flip, cos * sy, 0.0]])
    room = np.array([abs(fw - w * sx), abs(fh - h * sy)]) / 2
    shift = rng.uniform(-1, 1, 2) * room * (0.9 if cover else 1.0)
    matrix[:, 2] = np.array([fw / 2, fh / 2]) + shift - matrix[:, :2] @ (w / 2, h / 2)
    flags = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    tile = cv2.warpAffine(
        photo.pixels, matrix, (fw, fh), flags=flags, borderValue=(PAD_VALUE,) * 3
    )
    canvas[y1:y2, x1:x2] = tile
    boxes = []
    for bx1, by1, bx2, by2 in photo.boxes:
        corners = np.array([(bx1, by1), (bx2, by1), (bx2, by2), (bx1, by2)])
        # A turned ellipse, not the turned corners: the box of a turned dog grows less.
        middle = corners.mean(axis=0) @ matrix[:, :2].T + matrix[:, 2]
        half = np.array([(bx2 - bx1) / 2, (by2 - by1) / 2])
        extent = np.sqrt(((matrix[:, :2] * half) ** 2).sum(axis=1))
        full = np.concatenate([middle - extent, middle + extent])
        clipped = np.clip(full, 0, (fw, fh, fw, fh))
        area = np.prod(np.maximum(clipped[2:] - clipped[:2], 0))
        if area > 0.3 * np.prod(full[2:] - full[:2]) and min(clipped[2:] - clipped[:2]) > 5:
            boxes.append(clipped + (x1, y1, x1, y1))
    return np.array(boxes, np.float32).reshape(-1, 4)


def single(photo: DogPhoto, size: int, rng: np.random.Generator) -> Sample:
    canvas = np.full((size, size, 3), PAD_VALUE, np.uint8)
    boxes = placed(photo, canvas, (0, 0, size, size), False, rng)
    return Sample(colour(canvas, rng, 0.6), boxes)


def mosaic(photos: list[DogPhoto], size: int, rng: np.random.Generator) -> Sample:
    """Four photos around a random centre."""
    canvas = np.full((size, size, 3), PAD_VALUE, np.uint8)
    cx, cy = (int(size * rng.uniform(0.35, 0.65)) for _ in range(2))
    frames = [(0, 0, cx, cy), (cx, 0, size, cy), (0, cy, cx, size), (cx, cy, size, size)]
    boxes = [placed(p, canvas, f, True, rng) for p, f in zip(photos, frames, strict=True)]
    return Sample(colour(canvas, rng, 0.6), np.concatenate(boxes))


# --- scoring ---------------------------------------------------------------------------------


def iou(a: Floats, b: Floats) -> Floats:
    """[n, 4] x [m, 4] -> [n, m]."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.prod(np.maximum(high - low, 0), axis=2)
    area_a, area_b = (np.prod(x[:, 2:] - x[:, :2], axis=1) for x in (a, b))
    result: Floats = inter / np.maximum(area_a[:, None] + area_b[None] - inter, 1e-9)
    return result


def nms(boxes: Floats, scores: Floats, threshold: float) -> list[int]:
    """Indices kept, best first."""
    order, kept = list(np.argsort(-scores, kind="stable")), []
    while order:
        best = order.pop(0)
        kept.append(int(best))
        if order:
            overlap = iou(boxes[best][None], boxes[order])[0]
            order = [i for i, o in zip(order, overlap, strict=True) if o <= threshold]
    return kept


def decode(output: Floats, conf: float, threshold: float = 0.5) -> tuple[Floats, Floats]:
    """Raw output [5, A] -> boxes xyxy (input pixels) and scores after NMS."""
    keep = output[4] > conf
    cx, cy, w, h = output[:4, keep]
    boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], axis=1)
    scores = output[4, keep]
    chosen = nms(boxes, scores, threshold)
    return boxes[chosen], scores[chosen]


@dataclass(frozen=True)
class Matches:
    """Per photo: number of dogs, and for every prediction its score and whether it is a true one."""

    dogs: npt.NDArray[np.int64]
    scores: list[Floats]
    true: list[npt.NDArray[np.bool_]]

    def at(self, conf: float) -> dict[str, float]:
        """recall and precision over all boxes; part of the dog-free photos with a detection."""
        kept = [s > conf for s in self.scores]
        hits = sum(int((t & k).sum()) for t, k in zip(self.true, kept, strict=True))
        found = sum(int(k.sum()) for k in kept)
        free = [bool(k.any()) for k, d in zip(kept, self.dogs, strict=True) if d == 0]
        return {
            "recall": hits / max(int(self.dogs.sum()), 1),
            "precision": hits / max(found, 1),
            "false_photos": float(np.mean(free)) if free else float("nan"),
        }


def match(predictions: list[tuple[Floats, Floats]], truth: list[Floats]) -> Matches:
    """Greedy by score, IoU >= 0.5, each dog once."""
    scores, flags = [], []
    for (boxes, score), dogs in zip(predictions, truth, strict=True):
        taken = np.zeros(len(dogs), bool)
        true = np.zeros(len(boxes), bool)
        overlap = iou(boxes, dogs) if len(dogs) and len(boxes) else np.zeros((len(boxes), len(dogs)))
        for i in range(len(boxes)):
            free = np.where(taken, -1.0, overlap[i]) if len(dogs) else np.array([-1.0])
            best = int(free.argmax())
            if free[best] >= 0.5:
                taken[best] = true[i] = True
        scores.append(score)
        flags.append(true)
    return Matches(np.array([len(t) for t in truth]), scores, flags)
