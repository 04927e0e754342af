"""Hashes of Pillow's and OpenCV's own resizes of a made image, for resize.test.ts.

    python tests/unit/image/make_goldens.py

Needs numpy, Pillow 13 (its order of passes) and opencv-python. Writes goldens.json beside itself.
"""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

SIZES = [  # source width, height -> target width, height
    (1, 1, 7, 5), (3, 2, 64, 43), (64, 48, 64, 48), (64, 48, 32, 24), (60, 45, 20, 15), (64, 48, 21, 16),
    (201, 1280, 100, 640), (123, 77, 224, 224), (224, 224, 225, 223), (333, 100, 64, 19), (50, 300, 40, 20),
    (300, 20, 64, 4), (101, 101, 101, 50), (101, 101, 50, 101), (90, 60, 130, 20), (400, 300, 160, 160),
]
KERNELS = {
    "cv-linear": lambda a, s: cv2.resize(a, s, interpolation=cv2.INTER_LINEAR),
    "cv-area": lambda a, s: cv2.resize(a, s, interpolation=cv2.INTER_AREA),
    "pil-bilinear": lambda a, s: np.asarray(Image.fromarray(a).resize(s, Image.Resampling.BILINEAR)),
    "pil-bicubic": lambda a, s: np.asarray(Image.fromarray(a).resize(s, Image.Resampling.BICUBIC)),
    "pil-lanczos": lambda a, s: np.asarray(Image.fromarray(a).resize(s, Image.Resampling.LANCZOS)),
}


def picture(width: int, height: int) -> NDArray[np.uint8]:
    """Slow waves plus integer noise: edges, texture and flat parts, the same in every language."""
    i = np.arange(width * height * 3, dtype=np.uint64)
    noise = ((i * 2654435761 + 12345) % 4294967296) >> 24
    x, y = (i // 3) % width, (i // 3) // width
    wave = (x * 255 // max(width - 1, 1) + ((y // 8) % 2) * 96 + (i % 3) * 20) % 256
    return ((wave * 3 + noise) // 4).astype(np.uint8).reshape(height, width, 3)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    cases = [
        {"kernel": kernel, "from": [w, h], "to": [tw, th],
         "sha256": hashlib.sha256(np.ascontiguousarray(how(picture(w, h), (tw, th))).tobytes()).hexdigest()}
        for w, h, tw, th in SIZES for kernel, how in KERNELS.items()
    ]
    made_by = {"pillow": PIL.__version__, "opencv": cv2.__version__}
    source = hashlib.sha256(picture(64, 48).tobytes()).hexdigest()
    text = json.dumps({"madeBy": made_by, "source64x48": source, "cases": cases}, indent=1)
    Path(__file__).with_name("goldens.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
