"""Keypoints for the identity faces, as extra training samples of the keypoint model.

The face chips are aligned by the eyes, so where the eyes lie is nearly the same in all of them: it
is measured once, as the median of what a keypoint model finds. A chip is kept where the model, its
answer on the mirrored chip and that median agree; the nose is the mean of the two answers; ears are
left unknown (-1: no loss).

    python scripts/label_faces.py --data ../shared/data --checkpoint KPT.pt --out .work/train/faces.npz
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from samedog_train.chips import load_identities
from samedog_train.faces import FLIP, KEYPOINTS, FacePhoto
from samedog_train.yolo import PAD_VALUE, load_yolo
from train_keypoint import predict

MARGIN = 0.35  # of the chip's side, grey, so that a face has the size it has in a body crop


def placed(photo_path: Path, pixels: np.ndarray, mirrored: bool) -> FacePhoto:
    """The chip in the middle of a grey canvas, as a photo whose dog fills it."""
    side = pixels.shape[0]
    margin = round(MARGIN * side)
    canvas = np.full((side + 2 * margin, side + 2 * margin, 3), PAD_VALUE, np.uint8)
    canvas[margin : margin + side, margin : margin + side] = pixels[:, ::-1] if mirrored else pixels
    whole = (0.0, 0.0, float(canvas.shape[1]), float(canvas.shape[0]))
    return FacePhoto(photo_path, canvas, whole, np.zeros((len(KEYPOINTS), 3), np.float32), "face")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--out", type=Path, default=Path(".work/train/faces.npz"))
    p.add_argument("--imgsz", type=int, default=192)
    p.add_argument("--score", type=float, default=0.3, help="least pose score of both answers")
    p.add_argument("--eyes", type=float, default=0.08, help="largest distance from the median, of the side")
    p.add_argument("--mirror", type=float, default=0.05, help="largest difference of the two answers")
    p.add_argument("--limit", type=int)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = p.parse_args()
    if a.threads:
        torch.set_num_threads(a.threads)
    photos = load_identities(a.data / "identity-faces/train", limit=a.limit)
    model = load_yolo(a.checkpoint).to(a.device, memory_format=torch.channels_last)
    answers = []
    for mirrored in (False, True):
        rows = predict(model, [placed(q.path, q.pixels, mirrored) for q in photos], a.imgsz, torch.device(a.device))
        points = np.stack([q for _, q in rows])
        side = np.array([q.pixels.shape[0] for q in photos], np.float32)[:, None]
        points[..., :2] = points[..., :2] / side[..., None] - round(MARGIN * 192) / 192
        if mirrored:
            points[..., 0] = 1 - points[..., 0]
            points = points[:, list(FLIP)]
        answers.append((np.array([s for s, _ in rows]), points))
    (score, plain), (score_mirrored, mirror) = answers
    both = (plain + mirror) / 2
    trusted = np.minimum(score, score_mirrored) >= a.score
    eyes = np.median(both[trusted][:, :2, :2], axis=0)
    spread = np.median(np.linalg.norm(both[trusted][:, :2, :2] - eyes, axis=2))
    print(f"eyes at {eyes.round(3).tolist()} of the side, median distance from there {spread:.3f}")
    near = (np.linalg.norm(both[:, :2, :2] - eyes, axis=2) <= a.eyes).all(axis=1)
    agree = (np.linalg.norm(plain[:, :3, :2] - mirror[:, :3, :2], axis=2) <= a.mirror).all(axis=1)
    keep = trusted & near & agree
    print(f"{keep.sum()} of {len(photos)} chips kept ({trusted.sum()} trusted, {near.sum()} near, {agree.sum()} agree)")
    names, kept = [], []
    for i in np.flatnonzero(keep):
        side = photos[i].pixels.shape[0]
        points = np.full((len(KEYPOINTS), 3), -1, np.float32)
        points[:2] = np.concatenate([eyes * side, np.ones((2, 1))], axis=1)
        points[2] = (*(both[i, 2, :2] * side), 1)
        names.append(f"{photos[i].identity}/{photos[i].path.name}")
        kept.append(points)
    a.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(a.out, names=np.array(names), points=np.stack(kept))


if __name__ == "__main__":
    main()
