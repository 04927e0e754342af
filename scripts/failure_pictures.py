"""The pictures of known failures in models/README.md, from evaluate.py's run on the sample.

The sample is rendered by this project, so its pictures may be kept here. Green is the truth, red
what the models said. Each sheet has up to six photos, the worst first.

    python scripts/evaluate.py --data DIR --only sample && python scripts/failure_pictures.py
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from contact_sheets import LABEL, SEEN, TILE, Canvas, Tile
from samedog_train import recipe
from samedog_train.chips import Rgb, read_rgb
from samedog_train.dogs import iou

COUNT = 6


def detector(sample: Path, photos: list[dict[str, Any]], truth: dict[str, dict[str, Any]]) -> list[Tile]:
    """Dogs not found or boxed loosely, and dogs found where there is none."""
    tiles = []
    for photo in photos:
        box, dogs = truth[photo["path"]]["bbox"], photo["dogs"]
        canvas = Canvas(read_rgb(sample / photo["path"]))
        if box:
            canvas.box(box, LABEL)
        for dog in dogs:
            canvas.box(dog["bbox"], SEEN)
        if not box:
            bad, caption = (1.0, "no dog here") if dogs else (0.0, "")
        elif not dogs:
            bad, caption = 1.0, "not found"
        else:
            overlap = iou(np.array([box], np.float32), np.array([dogs[0]["bbox"]], np.float32))
            bad, caption = 1 - float(overlap[0, 0]), f"IoU {overlap[0, 0]:.2f}"
        tiles.append(canvas.tile(bad, caption))
    return [t for t in tiles if t.badness > 0.35]


def keypoint(sample: Path, photos: list[dict[str, Any]], truth: dict[str, dict[str, Any]]) -> list[Tile]:
    """Eyes or nose far off (in parts of the rendered face's size), and faces that were not cut."""
    tiles = []
    for photo in photos:
        shown = {k["name"]: k for k in truth[photo["path"]]["keypoints"] if k["visible"]}
        if not photo["dogs"] or not all(n in shown for n in ("left_eye", "right_eye", "nose")):
            continue
        dog = photo["dogs"][0]
        xy = np.array([(k["x"], k["y"]) for k in shown.values()])
        size = float((xy.max(axis=0) - xy.min(axis=0)).max())
        canvas = Canvas(read_rgb(sample / photo["path"]))
        for k in shown.values():
            canvas.point(k["x"], k["y"], LABEL)
        seen = {k["name"]: k for k in dog["keypoints"]}
        for k in seen.values():
            canvas.point(k["x"], k["y"], SEEN)
        canvas.box(dog["chip"], SEEN)
        errors = [
            float(np.hypot(seen[n]["x"] - shown[n]["x"], seen[n]["y"] - shown[n]["y"])) / size
            for n in ("left_eye", "right_eye", "nose")
            if n in seen
        ]
        worst = max(errors, default=2.0)
        tiles.append(canvas.tile(worst, f"{dog['branch']}: {worst:.2f}" if errors else "no face found"))
    return [t for t in tiles if t.badness > 0.15]


def chip(sample: Path, photo: dict[str, Any]) -> Rgb:
    x1, y1, x2, y2 = photo["dogs"][0]["chip"]
    return cv2.resize(read_rgb(sample / photo["path"])[y1:y2, x1:x2], (TILE // 2, TILE // 2), interpolation=cv2.INTER_AREA)


def embedder(sample: Path, photos: list[dict[str, Any]], rows: np.ndarray) -> list[Tile]:
    """A query (left) beside the other dog that came first (right)."""
    items = [p for p in photos if p["status"] == "embedded" and p["identity"]]
    vectors = rows[[p["dogs"][0]["row"] for p in items]]
    names = np.array([p["identity"] for p in items])
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -2)
    tiles = []
    for i, item in enumerate(items):
        same = names == names[i]
        own = float(np.where(same, similarity[i], -2).max())
        other = int(np.where(same, -2, similarity[i]).argmax())
        lost = float(similarity[i, other]) - own
        picture = np.full((TILE, TILE, 3), 90, np.uint8)
        picture[TILE // 4 : TILE // 4 + TILE // 2] = np.hstack([chip(sample, item), chip(sample, items[other])])
        tiles.append(Tile(picture, lost, f"{names[i]} / {names[other]} {lost:+.2f}"))
    return [t for t in tiles if t.badness > 0]


def save(tiles: list[Tile], target: Path) -> None:
    if not tiles:
        print(f"{target.name}: nothing failed")
        target.unlink(missing_ok=True)
        return
    pictures = []
    for tile in sorted(tiles, key=lambda t: -t.badness)[:COUNT]:
        picture = tile.picture.copy()
        picture[TILE - 24 :] = 20
        cv2.putText(picture, tile.caption, (6, TILE - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
        pictures.append(picture)
    Image.fromarray(np.hstack(pictures)).save(target, quality=85)
    print(target, f"{len(tiles)} failed")


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--sample", type=Path, default=recipe.REPO / "public/sample")
    p.add_argument("--work", type=Path, default=recipe.REPO / ".work/evaluate", help="evaluate.py's")
    p.add_argument("--out", type=Path, default=recipe.MODELS / "pictures")
    return p.parse_args()


def main() -> None:
    a = arguments()
    a.out.mkdir(parents=True, exist_ok=True)
    truth = {p["path"]: p for p in json.loads((a.sample / "truth.json").read_text())["photos"]}
    run = a.work / "sample"
    photos = [p for p in json.loads((run / "results.json").read_text())["photos"] if p["path"] in truth]
    save(detector(a.sample, photos, truth), a.out / "detector.webp")
    save(keypoint(a.sample, photos, truth), a.out / "keypoint.webp")
    save(embedder(a.sample, photos, np.load(run / "embeddings.npy")), a.out / "embedder.webp")


if __name__ == "__main__":
    main()
