"""Identity photos: listing, in-memory loading, the embedder's preprocessing and augmentation.

`to_input` is the one definition of the embedder's preprocessing on the Python side; training,
evaluation and export all go through it, and it does what models/pipeline.json says
(Pillow bilinear, squashed to a square, RGB / 255, ImageNet mean/std).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps

from .networks import MEAN, STD

Rgb = npt.NDArray[np.uint8]
IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True)
class Photo:
    """One photo of one identity. `pixels` is HWC uint8 RGB."""

    identity: str
    path: Path
    pixels: Rgb


def read_rgb(path: Path) -> Rgb:
    """Decode upright RGB pixels (EXIF applied)."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def load_identities(root: Path, prefix: str = "", limit: int | None = None) -> list[Photo]:
    """Every photo of `root/<identity>/*`, in path order; `limit` caps the identities."""
    folders = sorted(p for p in root.iterdir() if p.is_dir())[:limit]
    if not folders:
        raise SystemExit(f"{root}: no identity folders found")
    return [
        Photo(prefix + folder.name, path, read_rgb(path))
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in IMAGE_SUFFIXES
    ]


def squash(pixels: Rgb, size: int) -> Rgb:
    """Pillow bilinear (antialiased) to size x size, aspect not kept."""
    return np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR))


def normalise(batch: npt.NDArray[np.uint8]) -> torch.Tensor:
    """uint8 [B, S, S, 3] -> float32 [B, 3, S, S] with ImageNet mean/std, channels_last."""
    x = torch.from_numpy(batch).permute(0, 3, 1, 2).float().div_(255)
    mean = torch.tensor(MEAN).view(1, 3, 1, 1)
    std = torch.tensor(STD).view(1, 3, 1, 1)
    return x.sub_(mean).div_(std).contiguous(memory_format=torch.channels_last)


def to_input(images: list[Rgb], size: int) -> torch.Tensor:
    """The embedder's preprocessing: list of HWC uint8 -> float32 [B, 3, size, size]."""
    return normalise(np.stack([squash(image, size) for image in images]))
