"""Augmentation that turns identity photos into crops like the served ones.

The face photos are aligned by the eyes; a served face chip is the hull of the keypoints with a
margin, squashed to a square. Rotation, shift, tightness and aspect are therefore varied until
alignment does not matter.
"""

from __future__ import annotations

import cv2
import numpy as np

from .chips import Rgb


def random_view(pixels: Rgb, size: int, rng: np.random.Generator, strength: float = 1.0) -> Rgb:
    """One random square view of a crop: geometry, then colour. HWC uint8 [size, size, 3]."""
    h, w = pixels.shape[:2]
    angle = np.deg2rad(rng.normal(0, 7.0) * strength)
    zoom = np.exp(rng.uniform(-0.28, 0.10) * strength)  # part of the photo that is seen
    aspect = np.exp(rng.normal(0, 0.09) * strength)
    seen_w, seen_h = w * zoom * np.sqrt(aspect), h * zoom / np.sqrt(aspect)
    room = 0.06 * strength
    cx = w / 2 + rng.uniform(-1, 1) * (abs(w - seen_w) / 2 * 0.7 + room * w * 0.5)
    cy = h / 2 + rng.uniform(-1, 1) * (abs(h - seen_h) / 2 * 0.7 + room * h * 0.5)
    flip = -1.0 if rng.random() < 0.5 else 1.0
    # Destination pixel -> source pixel, so that warpAffine needs no inversion.
    sx, sy = seen_w / size * flip, seen_h / size
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos * sx, -sin * sy, 0.0], [sin * sx, cos * sy, 0.0]])
    centre = (size - 1) / 2
    matrix[:, 2] = (cx - 0.5, cy - 0.5) - matrix[:, :2] @ (centre, centre)
    # Serving uses an antialiased resize; blur before a real reduction to match it.
    factor = max(seen_w, seen_h) / size
    source = cv2.GaussianBlur(pixels, (0, 0), 0.4 * factor) if factor > 1.25 else pixels
    border = cv2.BORDER_REFLECT_101 if rng.random() < 0.6 else cv2.BORDER_CONSTANT
    view = cv2.warpAffine(
        source, matrix, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=border
    )
    return colour(view, rng, strength)


def colour(view: Rgb, rng: np.random.Generator, strength: float) -> Rgb:
    """Light, white balance, contrast, saturation, blur, re-compression, erasing."""
    x = view.astype(np.float32)
    gain = np.exp(rng.normal(0, 0.05, 3) * strength) * np.exp(rng.normal(0, 0.15) * strength)
    x *= gain.astype(np.float32)
    mean = x.mean()
    x = (x - mean) * np.float32(np.exp(rng.normal(0, 0.12) * strength)) + mean
    grey = x.mean(axis=2, keepdims=True)
    x = grey + (x - grey) * np.float32(np.exp(rng.normal(0, 0.15) * strength))
    if rng.random() < 0.04:
        x = np.repeat(x.mean(axis=2, keepdims=True), 3, axis=2)
    out = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.2 * strength:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.5, 1.4))
    if rng.random() < 0.2 * strength:
        small = int(out.shape[0] * rng.uniform(0.45, 0.9))
        out = cv2.resize(
            cv2.resize(out, (small, small), interpolation=cv2.INTER_AREA), out.shape[1::-1]
        )
    if rng.random() < 0.25 * strength:
        size = out.shape[0]
        h, w = (int(size * f) for f in rng.uniform(0.1, 0.35, 2))
        y, x0 = rng.integers(0, size - h), rng.integers(0, size - w)
        out = out.copy()
        out[y : y + h, x0 : x0 + w] = rng.integers(0, 256, 3)
    return out
