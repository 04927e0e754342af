"""Contact sheets of what evaluate.py's headless runs saw: 100 photos and the 30 worst per stage.

Green is the label, red the prediction; the number is what the sheet is sorted by. The sheets show
other people's photos: they are for looking at, not for keeping in the repository.

    python scripts/evaluate.py --data DIR && python scripts/contact_sheets.py --data DIR
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from samedog_train import recipe
from samedog_train.chips import Rgb, read_rgb
from samedog_train.dogs import iou, read_yolo
from samedog_train.faces import EYES_NOSE, KEYPOINTS, face_size, read_labels

TILE = 220
COLUMNS = 10
LABEL, SEEN = (40, 200, 80), (235, 40, 40)


@dataclass(frozen=True)
class Tile:
    """One picture and how bad it is (larger is worse)."""

    picture: Rgb
    badness: float
    caption: str


def results(work: Path, name: str) -> dict[str, list[dict[str, Any]]]:
    """Dogs found, by path, of one of evaluate.py's runs."""
    photos = json.loads((work / name / "results.json").read_text())["photos"]
    return {p["path"]: p["dogs"] for p in photos}


class Canvas:
    """A photo reduced to a tile; marks are given in photo pixels."""

    def __init__(self, pixels: Rgb) -> None:
        h, w = pixels.shape[:2]
        self.scale = TILE / max(h, w)
        self.image = np.full((TILE, TILE, 3), 90, np.uint8)
        small = cv2.resize(
            pixels, (round(w * self.scale), round(h * self.scale)), interpolation=cv2.INTER_AREA
        )
        self.image[: small.shape[0], : small.shape[1]] = small[:TILE, :TILE]

    def box(self, xyxy: Sequence[float], colour: tuple[int, int, int]) -> None:
        x1, y1, x2, y2 = (round(v * self.scale) for v in xyxy)
        cv2.rectangle(self.image, (x1, y1), (x2, y2), colour, 2)

    def point(self, x: float, y: float, colour: tuple[int, int, int]) -> None:
        cv2.circle(self.image, (round(x * self.scale), round(y * self.scale)), 4, colour, 2)

    def tile(self, badness: float, caption: str) -> Tile:
        return Tile(self.image, badness, caption)


def detector(data: Path, work: Path, conf: float) -> list[Tile]:
    """Badness: 1 - IoU of the worst label, or the score of a dog where there is none."""
    found = results(work, "detector")
    tiles = []
    for photo in read_yolo(data / "detect/val"):
        dogs = found[photo.path.name]
        canvas = Canvas(photo.pixels)
        for box in photo.boxes:
            canvas.box(box.tolist(), LABEL)
        for dog in dogs:
            if dog["score"] > conf:
                canvas.box(dog["bbox"], SEEN)
        kept = np.array([d["bbox"] for d in dogs if d["score"] > conf], np.float32).reshape(-1, 4)
        top = max((d["score"] for d in dogs), default=0.0)
        if len(photo.boxes) == 0:
            bad, caption = top, f"no dog {top:.2f}"
        else:
            best = iou(photo.boxes, kept).max(axis=1) if len(kept) else np.zeros(1)
            extra = max(0, len(kept) - len(photo.boxes)) * 0.5
            bad, caption = max(1 - float(best.min()), extra), f"IoU {best.min():.2f} {top:.2f}"
        tiles.append(canvas.tile(bad, caption))
    return tiles


def keypoint(data: Path, work: Path) -> list[Tile]:
    """Badness: the largest error over labelled eyes and nose, in face sizes (2 when missing)."""
    found = results(work, "keypoint")
    tiles = []
    for photo in read_labels(data / "keypoints/val", "manual"):
        labelled = [k for k in EYES_NOSE if photo.points[k, 2] > 0]
        if (photo.points[:, 2] > 0).sum() < 3 or not labelled:
            continue
        dogs = found[photo.path.name]
        canvas = Canvas(photo.pixels)
        for k in range(len(KEYPOINTS)):
            if photo.points[k, 2] > 0:
                canvas.point(*photo.points[k, :2].tolist(), LABEL)
        worst, branch = 2.0, "none"
        if dogs:
            points = {k["name"]: k for k in dogs[0]["keypoints"]}
            branch = dogs[0]["branch"]
            for p in points.values():
                canvas.point(p["x"], p["y"], SEEN)
            canvas.box(dogs[0]["chip"], SEEN)
            if points:
                size = face_size(photo.points)
                worst = max(
                    float(np.hypot(points[KEYPOINTS[k]]["x"] - photo.points[k, 0], points[KEYPOINTS[k]]["y"] - photo.points[k, 1])) / size
                    for k in labelled
                )
        tiles.append(canvas.tile(worst, f"{branch} {worst:.2f}"))
    return tiles


def embedder(data: Path, work: Path) -> list[Tile]:
    """Query, its nearest photo and the nearest of its own dog; badness: by how much it lost."""
    root = data / "identity-faces/val"
    photos = json.loads((work / "embedder-faces/results.json").read_text())["photos"]
    items = [p for p in photos if p["status"] == "embedded"]
    rows = np.load(work / "embedder-faces/embeddings.npy")[[p["dogs"][0]["row"] for p in items]]
    names = np.array([p["identity"] for p in items])
    similarity = rows @ rows.T
    np.fill_diagonal(similarity, -2)
    tiles = []
    for i, item in enumerate(items):
        same = names == names[i]
        own = int(np.where(same, similarity[i], -2).argmax())
        other = int(np.where(same, -2, similarity[i]).argmax())
        lost = float(similarity[i, other] - similarity[i, own])
        parts = [cv2.resize(read_rgb(root / items[j]["path"]), (TILE // 3, TILE // 3)) for j in (i, other, own)]
        picture = np.full((TILE, TILE, 3), 90, np.uint8)
        picture[40 : 40 + TILE // 3, : 3 * (TILE // 3)] = np.hstack(parts)
        tiles.append(Tile(picture, lost, f"{item['identity']}/{names[other]} {lost:+.2f}"))
    return tiles


def sheet(tiles: Sequence[Tile], target: Path) -> None:
    pictures = []
    for tile in tiles:
        picture = tile.picture.copy()
        cv2.putText(picture, tile.caption, (4, TILE - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 0), 1, cv2.LINE_AA)
        pictures.append(picture)
    while len(pictures) % COLUMNS:
        pictures.append(np.full((TILE, TILE, 3), 90, np.uint8))
    rows = [np.hstack(pictures[i : i + COLUMNS]) for i in range(0, len(pictures), COLUMNS)]
    cv2.imwrite(str(target), np.vstack(rows)[..., ::-1])
    print(target)


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--work", type=Path, default=recipe.REPO / ".work/evaluate", help="evaluate.py's")
    p.add_argument("--models", type=Path, default=recipe.MODELS)
    p.add_argument("--out", type=Path, default=recipe.REPO / ".work/sheets")
    p.add_argument("--only", default="detector,keypoint,embedder")
    return p.parse_args()


def main() -> None:
    a = arguments()
    a.out.mkdir(parents=True, exist_ok=True)
    conf = float(recipe.read(a.models / "pipeline.json")["detector"]["conf"])
    stages: dict[str, Callable[[], list[Tile]]] = {
        "detector": lambda: detector(a.data, a.work, conf),
        "keypoint": lambda: keypoint(a.data, a.work),
        "embedder": lambda: embedder(a.data, a.work),
    }
    for name in a.only.split(","):
        tiles = stages[name]()
        chosen = np.random.default_rng(1).permutation(len(tiles))[:100]
        sheet([tiles[i] for i in chosen], a.out / f"{name}-100.jpg")
        sheet(sorted(tiles, key=lambda t: -t.badness)[:30], a.out / f"{name}-worst30.jpg")


if __name__ == "__main__":
    main()
