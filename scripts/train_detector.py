"""Train the dog detector (YOLO on a Lite0 backbone), one command.

Dog photos, a large part of dog-free ones (cats, horses and other hard ones oversampled), tight
crops and our own renders. Early backbone stages stay frozen.

    python scripts/train_detector.py --data ../shared/data --init DETECTOR.pt --out .work/train/det
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from samedog_train.chips import load_identities
from samedog_train.dogs import (
    DogPhoto,
    decode,
    match,
    mosaic,
    read_truth,
    read_yolo,
    single,
    whole_frame,
)
from samedog_train.faces import read_labels
from samedog_train.yolo import (
    Plan,
    Sample,
    detection_loss,
    fit,
    fixed_views,
    letterbox,
    load_yolo,
    new_detector,
    raw_outputs,
    with_hyperparameters,
)

CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7)


class Draw:
    """Endless shuffled rounds over some photos."""

    def __init__(self, photos: list[DogPhoto], rng: np.random.Generator) -> None:
        self.photos, self.rng = photos, rng
        self.queue: list[int] = []

    def __call__(self) -> DogPhoto:
        if not self.queue:
            self.queue = self.rng.permutation(len(self.photos)).tolist()
        return self.photos[self.queue.pop()]


def stream(
    groups: list[tuple[list[DogPhoto], int]], mosaics: int, size: int, seed: int
) -> Iterator[list[Sample]]:
    """Batches: so many single photos of each group and `mosaics` of the first two groups."""
    rng = np.random.default_rng(seed)
    draws = [Draw(photos, rng) for photos, _ in groups]
    while True:
        batch = [
            single(draw(), size, rng)
            for draw, (_, count) in zip(draws, groups, strict=True)
            for _ in range(count)
        ]
        for _ in range(mosaics):
            tiles = [draws[0](), draws[0](), draws[1](), draws[0]()]
            order = rng.permutation(4)
            batch.append(mosaic([tiles[i] for i in order], size, rng))
        yield batch


def figures(
    model: nn.Module, photos: list[DogPhoto], size: int, device: torch.device
) -> dict[str, float]:
    """Recall, precision and dog-free photos with a dog, at several thresholds."""
    boxed = [letterbox(p.pixels, size) for p in photos]
    outputs = raw_outputs(model, [image for image, _ in boxed], device)
    predictions = []
    for output, (_, lb) in zip(outputs, boxed, strict=True):
        boxes, scores = decode(output, 0.2)
        boxes = (boxes - (lb.left, lb.top, lb.left, lb.top)) / (lb.sx, lb.sy, lb.sx, lb.sy)
        predictions.append((boxes.astype(np.float32), scores))
    matches = match(predictions, [p.boxes for p in photos])
    out: dict[str, float] = {}
    for conf in CONFIDENCES:
        at = matches.at(conf)
        out |= {f"{k[0]}{conf}": v for k, v in at.items()}
    return out


def mined(
    model: nn.Module, photos: list[DogPhoto], size: int, device: torch.device, above: float
) -> list[DogPhoto]:
    """Dog-free photos that `model` takes for dogs with a score over `above`."""
    outputs = raw_outputs(model, [letterbox(p.pixels, size)[0] for p in photos], device)
    return [p for p, o in zip(photos, outputs, strict=True) if float(o[4].max()) > above]


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--out", type=Path, default=Path(".work/train/detector"))
    p.add_argument("--init", type=Path, help="detector checkpoint (else Lite0's ImageNet backbone)")
    p.add_argument("--renders", type=Path, help="folder with truth.json (our own renders)")
    p.add_argument("--imgsz", type=int, default=256)
    p.add_argument("--steps", type=int, default=1500)
    p.add_argument("--minutes", type=float, default=0.0, help="decay and stop by time, not steps")
    p.add_argument("--eval-every", type=int, default=250)
    p.add_argument("--dogs", type=int, default=5, help="single dog photos per batch")
    p.add_argument("--hard", type=int, default=3, help="cats, horses and other hard ones per batch")
    p.add_argument("--easy", type=int, default=1, help="other dog-free photos per batch")
    p.add_argument("--squashed", type=int, default=1, help="photos of the keypoint set per batch")
    p.add_argument("--tight", type=int, default=1, help="tight body crops per batch")
    p.add_argument("--render-dogs", type=int, default=2)
    p.add_argument("--render-free", type=int, default=1)
    p.add_argument("--mosaics", type=int, default=2)
    p.add_argument(
        "--mine", type=float, default=0.0,
        help="hard ones are those to which --init gives more than this score, not those by name",
    )
    p.add_argument(
        "--views", type=int, default=0,
        help="train neck and head alone, on so many views whose backbone features are kept",
    )
    p.add_argument("--box-gain", type=float, default=7.5, help="weight of the box loss")
    p.add_argument("--cls-gain", type=float, default=0.5, help="weight of the class loss")
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--freeze", type=int, default=3, help="leading backbone stages kept as they are")
    p.add_argument("--ema", type=float, default=0.997)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--smoke", action="store_true", help="a minute on a CPU; proves nothing else")
    return p.parse_args()


def main() -> None:
    a = arguments()
    limit: int | None = None
    if a.smoke:
        a.imgsz, a.steps, a.eval_every, limit = 96, 3, 3, 16
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    device = torch.device(a.device)
    train = a.data / "detect/train"
    free = read_yolo(train, "neg_*", limit)
    model = load_yolo(a.init) if a.init else new_detector()
    if a.mine:
        hard = mined(model.to(device), free, a.imgsz, device, a.mine)
    else:
        hard = [
            p
            for p in free
            if any(w in p.path.name for w in ("hard", "cat", "horse")) and "caltech" not in p.path.name
        ]
    hard_paths = {p.path for p in hard}
    groups: list[tuple[list[DogPhoto], int]] = [
        (read_yolo(train, "dog_*", limit), a.dogs),
        (hard, a.hard),
        ([p for p in free if p.path not in hard_paths], a.easy),
        (
            [
                DogPhoto(p.path, p.pixels, np.array([p.box], np.float32))
                for p in read_labels(a.data / "keypoints/train", "manual", limit)
            ],
            a.squashed,
        ),
        (
            [
                whole_frame(p.path, p.pixels)
                for p in load_identities(a.data / "identity-bodies/train", limit=limit)
            ],
            a.tight,
        ),
    ]
    if a.renders:
        groups.append((read_truth(a.renders, True), a.render_dogs))
        groups.append((read_truth(a.renders, False), a.render_free))
    groups = [(photos, count) for photos, count in groups if photos and count]
    val = read_yolo(a.data / "detect/val", limit=limit)
    if limit:
        val += read_yolo(a.data / "detect/val", "neg_*", limit)
    print("photos per group", [(len(p), c) for p, c in groups], "val", len(val), flush=True)

    source = stream(groups, a.mosaics, a.imgsz, a.seed + (1000 if a.resume else 0))
    if a.views:
        source = fixed_views(model, source, a.views, a.seed, device)
        a.freeze = 8
    with_hyperparameters(model, box=a.box_gain, cls=a.cls_gain)
    plan = Plan(
        out=a.out,
        task="detect",
        steps=a.steps,
        eval_every=a.eval_every,
        lr=a.lr,
        freeze=a.freeze,
        ema=a.ema,
        resume=a.resume,
        minutes=a.minutes,
        train_args={"imgsz": a.imgsz, "seed": a.seed, "lr0": a.lr, "optimizer": "AdamW"},
    )
    fit(
        model,
        detection_loss,
        source,
        plan,
        device,
        lambda m: figures(m, val, a.imgsz, device),
    )


if __name__ == "__main__":
    main()
