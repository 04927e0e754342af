"""Check the training data before hours of training: layout, labels, counts, overlap, a look.

Reads what the three training scripts read (layout: models/README.md), stops with a clear line at
the first broken file, prints the counts, makes sure that no validation photo is also trained on,
and draws contact sheets with the labels on them.

    python scripts/prepare_data.py --data ../shared/data [--renders DIR] [--out .work/train/data]
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

from samedog_train.chips import IMAGE_SUFFIXES, Rgb
from samedog_train.dogs import DogPhoto, read_truth, read_yolo
from samedog_train.faces import FacePhoto, face_box, read_labels, read_renders

TILE, COLUMNS = 160, 10


def photos_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SystemExit(f"{folder} is missing; models/README.md tells the layout of --data")
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in IMAGE_SUFFIXES)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_split(data: Path, train: str, val: str) -> dict[str, int]:
    """Counts, and no file in both parts."""
    parts = {"train": photos_below(data / train), "val": photos_below(data / val)}
    hashes = {name: {digest(p) for p in paths} for name, paths in parts.items()}
    shared = hashes["train"] & hashes["val"]
    if shared:
        raise SystemExit(f"{val}: {len(shared)} photos are in {train} too")
    return {name: len(paths) for name, paths in parts.items()}


def sheet(tiles: list[Rgb], path: Path) -> None:
    rows = [np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles) - COLUMNS + 1, COLUMNS)]
    if rows:
        cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def tile(pixels: Rgb, boxes: np.ndarray, points: np.ndarray) -> Rgb:
    """A thumbnail with boxes and labelled points; the dog's own left is green, right red."""
    h, w = pixels.shape[:2]
    scale = TILE / max(h, w)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = np.full((TILE, TILE, 3), 30, np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small[:TILE, :TILE]
    for x1, y1, x2, y2 in (boxes * scale).astype(int):
        cv2.rectangle(canvas, (int(x1), int(y1)), (int(x2), int(y2)), (255, 200, 0), 1)
    colours = [(60, 220, 60), (240, 60, 60), (80, 160, 255), (60, 220, 60), (240, 60, 60)]
    for (x, y, v), colour in zip(points, colours, strict=False):
        if v > 0:
            cv2.circle(canvas, (int(x * scale), int(y * scale)), 2, colour, -1)
    return canvas


def pick(items: list[object], count: int, rng: np.random.Generator) -> list[int]:
    return sorted(rng.permutation(len(items))[:count].tolist())


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--renders", type=Path, help="folder with truth.json (our own renders)")
    p.add_argument("--out", type=Path, default=Path(".work/train/data"))
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--resume", action="store_true", help="keep sheets that are already drawn")
    p.add_argument("--smoke", action="store_true", help="a minute on a CPU: 40 photos per set")
    a = p.parse_args()
    limit = 40 if a.smoke else None
    a.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(a.seed)

    counts: dict[str, object] = {}
    for name in ("detect", "keypoints", "identity-faces", "identity-bodies"):
        print(f"checking {name}", flush=True)
        inner = "/images" if name in ("detect", "keypoints") else ""
        counts[name] = check_split(a.data, f"{name}/train{inner}", f"{name}/val{inner}")
    for name in ("identity-faces", "identity-bodies"):
        dogs = [{p.name for p in (a.data / name / part).iterdir()} for part in ("train", "val")]
        if dogs[0] & dogs[1]:
            raise SystemExit(f"{name}: dogs in both parts: {sorted(dogs[0] & dogs[1])[:5]}")
        counts[f"{name} dogs"] = {"train": len(dogs[0]), "val": len(dogs[1])}

    dogs: list[DogPhoto] = read_yolo(a.data / "detect/train", "dog_*", limit)
    faces: list[FacePhoto] = read_labels(a.data / "keypoints/train", "manual", limit)
    pseudo = read_labels(a.data / "keypoints/pseudo", "pseudo", limit)
    counts["keypoints with a face box"] = sum(face_box(f.points) is not None for f in faces)
    sets: dict[str, list[tuple[Rgb, np.ndarray, np.ndarray]]] = {
        "dogs": [(d.pixels, d.boxes, np.zeros((0, 3))) for d in dogs],
        "keypoints": [(f.pixels, np.array([f.box]), f.points) for f in faces],
        "pseudo": [(f.pixels, np.array([f.box]), f.points) for f in pseudo],
    }
    if a.renders:
        renders = read_renders(a.renders, limit)
        counts["renders"] = {"dogs": len(renders), "dog-free": len(read_truth(a.renders, False))}
        sets["renders"] = [(f.pixels, np.array([f.box]), f.points) for f in renders]
    for name, items in sets.items():
        path = a.out / f"{name}.png"
        if not (a.resume and path.exists()):
            sheet([tile(*items[i]) for i in pick(list(items), 60, rng)], path)
            print(path, flush=True)
    (a.out / "counts.json").write_text(json.dumps(counts, indent=1) + "\n")
    print(json.dumps(counts, indent=1))


if __name__ == "__main__":
    main()
