"""Photo-like pictures made from numbers: hills, grass, haze, and dog-shaped figures with fur, lit, blurred, noisy.

They are no photographs and no training data: they give resampling kernels, decoders and networks something with a
photo's statistics (smooth gradients, 1/f texture, hard edges, grain). Deterministic by seed.
"""
from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
COATS = ((196, 154, 98), (92, 62, 44), (226, 220, 206), (58, 56, 60), (160, 104, 62), (128, 122, 118))


def _noise(rng: np.random.Generator, height: int, width: int, grain: int = 2) -> Array:
    """1/f noise in -1..1, float32 [height, width]: octaves of random grids, enlarged and summed."""
    total = np.zeros((height, width), np.float32)
    amplitude, cells = 1.0, 2
    while cells <= max(height, width) // grain + 2:
        rows, columns = max(2, cells * height // max(height, width) + 1), max(2, cells * width // max(height, width) + 1)
        grid = rng.standard_normal((rows, columns)).astype(np.float32)
        total += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        amplitude, cells = amplitude * 0.75, cells * 2
    return total / (np.abs(total).max() + 1e-6)


def _ellipse(x: Array, y: Array, cx: float, cy: float, rx: float, ry: float, turn: float = 0.0) -> Array:
    """Soft mask: 1 inside, 0 outside, one pixel of blending."""
    c, s = np.cos(turn), np.sin(turn)
    u, v = (x - cx) * c + (y - cy) * s, -(x - cx) * s + (y - cy) * c
    radius = np.sqrt((u / rx) ** 2 + (v / ry) ** 2)
    return np.clip((1 - radius) * min(rx, ry) + 0.5, 0, 1)


def scene(width: int, height: int, seed: int, dogs: int = 1) -> Array:
    """uint8 RGB [height, width, 3] with `dogs` figures."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    horizon = height * rng.uniform(0.3, 0.5)
    sky = np.array(rng.uniform((120, 150, 190), (170, 200, 235)), np.float32)
    ground = np.array(rng.uniform((70, 95, 45), (150, 130, 90)), np.float32)
    depth = np.clip((y - horizon) / max(1.0, height - horizon), 0, 1)[:, :, None]
    ridge = horizon + height * 0.06 * _noise(rng, height, width, 16)[0][None, :]
    land = np.clip(y - ridge + 0.5, 0, 1)[:, :, None]
    texture = _noise(rng, height, width, 1)[:, :, None]
    picture = sky * (0.85 + 0.2 * (y / height)[:, :, None]) + 12 * _noise(rng, height, width, 12)[:, :, None]
    picture = picture * (1 - land) + (ground * (0.55 + 0.5 * depth) + 38 * texture * (0.3 + depth)) * land
    for _ in range(dogs):
        size = min(width, height) * rng.uniform(0.14, 0.3) if dogs > 1 else min(width, height) * rng.uniform(0.25, 0.36)
        cx = rng.uniform(size, max(size + 1, width - size))
        cy = rng.uniform(horizon, max(horizon + 1, height - size * 0.8))
        facing = rng.choice((-1.0, 1.0))
        coat = np.array(COATS[int(rng.integers(len(COATS)))], np.float32)
        fur = _noise(rng, height, width, 1)[:, :, None]
        light = np.clip(1.05 - 0.5 * (y - cy + size) / (2 * size), 0.45, 1.2)[:, :, None]
        hx, hy = cx + facing * size * 0.75, cy - size * 0.45
        picture *= 1 - 0.45 * _ellipse(x, y, cx, cy + size * 0.75, size, size * 0.16)[:, :, None]
        parts = [(cx + k * size * 0.5, cy + size * 0.45, size * 0.13, size * 0.42, 0.0, 0.85) for k in (-1.0, -0.6, 0.6, 1.0)]
        parts += [(cx, cy, size * 0.85, size * 0.42, 0.0, 1.0), (hx, hy, size * 0.36, size * 0.36, 0.0, 1.05),
                  (hx + facing * size * 0.3, hy + size * 0.1, size * 0.24, size * 0.17, 0.0, 1.1),
                  (hx - size * 0.26, hy - size * 0.26, size * 0.12, size * 0.24, 0.5, 0.7),
                  (hx + size * 0.26, hy - size * 0.26, size * 0.12, size * 0.24, -0.5, 0.7)]
        for px, py, rx, ry, turn, shade in parts:
            mask = _ellipse(x, y, px, py, rx, ry, turn)[:, :, None]
            picture = picture * (1 - mask) + mask * np.clip(coat * light * shade + 34 * fur, 0, 255)
        for px, py, r in ((hx - size * 0.12, hy - size * 0.06, 0.05), (hx + size * 0.16, hy - size * 0.06, 0.05),
                          (hx + facing * size * 0.5, hy + size * 0.06, 0.07)):
            mask = _ellipse(x, y, px, py, max(1.0, size * r), max(1.0, size * r * 0.85))[:, :, None]
            picture = picture * (1 - mask) + mask * 18
            glint = _ellipse(x, y, px - size * 0.015, py - size * 0.02, max(0.6, size * 0.014), max(0.6, size * 0.014))
            picture = picture * (1 - glint[:, :, None]) + glint[:, :, None] * 240
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6) if min(width, height) > 3 else picture
    picture += rng.normal(0, 3.0, picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)
