"""Keypoint truth: reading, the dog's own left and right, face boxes and face sizes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .chips import Rgb, read_rgb

Floats = npt.NDArray[np.float32]

# The dog's own left and right. The labelled data's "left" is the image's left, which is the
# right side of a dog that looks at the camera.
KEYPOINTS = ("left_eye", "right_eye", "nose", "left_ear", "right_ear")
FLIP = (1, 0, 2, 4, 3)
EYES_NOSE = (0, 1, 2)
IMAGE_SIDE = {
    "left_eye": "right_eye",
    "right_eye": "left_eye",
    "nose": "nose",
    "left_ear": "right_ear",
    "right_ear": "left_ear",
}


@dataclass(frozen=True)
class FacePhoto:
    """One photo with one dog. box: xyxy photo pixels; points: [5, 3] (x, y, v)."""

    path: Path
    pixels: Rgb
    box: tuple[float, float, float, float]
    points: Floats
    kind: str


def read_labels(root: Path, kind: str, limit: int | None = None) -> list[FacePhoto]:
    """`labels.json` of keypoints/{train,val,pseudo}, mapped to the dog's own sides; v is 0 or 1."""
    items = json.loads((root / "labels.json").read_text())["items"][:limit]
    photos = []
    for item in items:
        given = item["keypoints"]
        points = np.array([given[IMAGE_SIDE[name]] for name in KEYPOINTS], np.float32)
        points[:, 2] = points[:, 2] > 0
        path = root / item["image"]
        photos.append(FacePhoto(path, read_rgb(path), tuple(item["box_xyxy"]), points, kind))
    return photos


def read_renders(root: Path, limit: int | None = None) -> list[FacePhoto]:
    """Renders' truth.json; photos without a dog are left out."""
    items = [p for p in json.loads((root / "truth.json").read_text())["photos"] if p["bbox"]]
    photos = []
    for item in items[:limit]:
        named = {k["name"]: k for k in item["keypoints"]}
        points = np.zeros((len(KEYPOINTS), 3), np.float32)
        for i, name in enumerate(KEYPOINTS):
            if name in named:
                k = named[name]
                points[i] = (k["x"], k["y"], float(bool(k["visible"])))
        path = root / item["path"]
        photos.append(FacePhoto(path, read_rgb(path), tuple(item["bbox"]), points, "render"))
    return photos


def face_size(points: Floats) -> float:
    """Longer side of the box around all labelled points, x 1.6 where no ear is labelled."""
    shown = points[points[:, 2] > 0, :2]
    side = float((shown.max(axis=0) - shown.min(axis=0)).max())
    return side if (points[3:, 2] > 0).any() else 1.6 * side


def face_box(points: Floats) -> Floats | None:
    """Square target box of the pose model [4] xyxy, or None where too few points are labelled."""
    shown = points[points[:, 2] > 0, :2]
    if len(shown) < 3:
        return None
    side = 1.25 * face_size(points)
    centre = (shown.max(axis=0) + shown.min(axis=0)) / 2
    return np.concatenate([centre - side / 2, centre + side / 2]).astype(np.float32)


def face_chip(
    points: Floats, body: tuple[int, int, int, int], rules: dict[str, Any]
) -> tuple[int, int, int, int]:
    """The served chip (mode hull, square) around the shown points, clipped to `body`.

    points: [5, 3] (x, y, v), photo pixels; rules: the recipe's part `crop`.
    """
    shown = points[points[:, 2] > 0, :2]
    low, high = shown.min(axis=0), shown.max(axis=0)
    longest = float((high - low).max())
    pad = rules["chipPad" if (points[3:, 2] > 0).any() else "chipPadNoEars"]
    centre, half = (low + high) / 2, longest / 2 + pad * longest
    return (
        max(body[0], math.floor(centre[0] - half)),
        max(body[1], math.floor(centre[1] - half)),
        min(body[2], math.ceil(centre[0] + half)),
        min(body[3], math.ceil(centre[1] + half)),
    )
