"""Train the face keypoint model (YOLO-pose on a Lite0 backbone), one command.

It sees a dog's crop as the app cuts it (detected box + 10 % of its width, letterboxed) and finds
the face: a square face box and left_eye, right_eye, nose, left_ear, right_ear (the dog's own
sides). The box is the face, not the dog, so that the anchors that learn the points lie on it.

    python scripts/train_keypoint.py --data ../shared/data --init DETECTOR.pt --out .work/train/kpt
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from samedog_train.chips import load_identities
from samedog_train.chips_augment import colour
from samedog_train.faces import (
    EYES_NOSE,
    FLIP,
    KEYPOINTS,
    FacePhoto,
    face_box,
    face_size,
    read_labels,
    read_renders,
)
from samedog_train.yolo import (
    PAD_VALUE,
    FacePoseLoss,
    Plan,
    Sample,
    copy_matching,
    fit,
    fixed_views,
    letterbox,
    load_yolo,
    new_pose,
    padded_crop,
    raw_outputs,
    with_hyperparameters,
)


def augmented(photo: FacePhoto, size: int, rng: np.random.Generator) -> Sample:
    """One training input: the served crop, jittered, turned, mirrored, recoloured."""
    h, w = photo.pixels.shape[:2]
    x1, y1, x2, y2 = photo.box
    bw, bh = x2 - x1, y2 - y1
    jitter = rng.normal(0, 0.04, 4) * (bw, bh, bw, bh)
    box = np.array([x1, y1, x2, y2]) + jitter
    if photo.kind == "face":  # close-ups: from the whole chip to a crop around the face
        inset = rng.uniform(-0.02, 0.16, 4) * (bw, bh, -bw, -bh)
        box = np.array([x1, y1, x2, y2]) + inset
    cx1, cy1, cx2, cy2 = padded_crop(box.tolist(), w, h, float(rng.uniform(0.04, 0.16)))
    if min(cx2 - cx1, cy2 - cy1) < 16:
        cx1, cy1, cx2, cy2 = 0, 0, w, h
    crop = photo.pixels[cy1:cy2, cx1:cx2]
    ch, cw = crop.shape[:2]
    aspect = np.exp(rng.normal(0, 0.12))
    low, high = (0.25, 0.9) if photo.kind == "face" and rng.random() < 0.7 else (0.75, 1.15)
    scale = size / max(ch, cw) * rng.uniform(low, high)
    sx, sy = scale * np.sqrt(aspect), scale / np.sqrt(aspect)
    angle = np.deg2rad(rng.normal(0, 12))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos * sx, -sin * sy, 0.0], [sin * sx, cos * sy, 0.0]])
    free = max(0.0, size - max(cw * sx, ch * sy)) / 2 + 0.03 * size
    target = np.array([size / 2, size / 2]) + rng.uniform(-1, 1, 2) * free
    matrix[:, 2] = target - matrix[:, :2] @ (cw / 2, ch / 2)
    flags = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR
    image = cv2.warpAffine(
        crop, matrix, (size, size), flags=flags, borderValue=(PAD_VALUE,) * 3
    )
    points = photo.points.copy()
    points[:, :2] = (points[:, :2] - (cx1, cy1)) @ matrix[:, :2].T + matrix[:, 2]
    if rng.random() < 0.5:
        image = np.ascontiguousarray(image[:, ::-1])
        points[:, 0] = size - points[:, 0]
        points = points[list(FLIP)]
    image = colour(image, rng, 0.9)
    outside = ((points[:, :2] < 0) | (points[:, :2] > size)).any(axis=1)
    points[outside & (points[:, 2] > 0), 2] = 0
    box_out = face_box_of(photo, points)
    if box_out is None:
        return Sample(image, np.zeros((0, 4), np.float32), np.zeros((0, 5, 3), np.float32))
    return Sample(image, box_out[None], points[None])


def face_box_of(photo: FacePhoto, points: np.ndarray) -> np.ndarray | None:
    """The target box; None for photos without a face."""
    return None if photo.kind == "negative" else face_box(points)


def usable(photo: FacePhoto) -> bool:
    """Enough points for a box (or known to have no face)."""
    return photo.kind == "negative" or face_box(photo.points) is not None


def stream(groups: list[tuple[list[FacePhoto], int]], size: int, seed: int) -> Iterator[list[Sample]]:
    """Endless batches: so many samples of each group, each group in shuffled rounds."""
    rng = np.random.default_rng(seed)
    queues: list[list[int]] = [[] for _ in groups]
    while True:
        batch: list[Sample] = []
        for g, (photos, count) in enumerate(groups):
            while len(queues[g]) < count:
                queues[g].extend(rng.permutation(len(photos)).tolist())
            taken, queues[g] = queues[g][:count], queues[g][count:]
            batch.extend(augmented(photos[i], size, rng) for i in taken)
        yield batch


def best_pose(output: np.ndarray) -> tuple[float, np.ndarray]:
    """Score and [5, 3] points (input pixels) of the best anchor of one output [20, A]."""
    best = int(output[4].argmax())
    return float(output[4, best]), output[5:, best].reshape(-1, 3)


def predict(
    model: nn.Module, photos: list[FacePhoto], size: int, device: torch.device
) -> list[tuple[float, np.ndarray]]:
    """Best pose per photo in photo pixels, through the served crop around the labelled box."""
    inputs, geometry = [], []
    for photo in photos:
        x1, y1, x2, y2 = padded_crop(photo.box, photo.pixels.shape[1], photo.pixels.shape[0])
        image, lb = letterbox(photo.pixels[y1:y2, x1:x2], size)
        inputs.append(image)
        geometry.append((x1, y1, lb))
    poses = []
    for output, (x1, y1, lb) in zip(raw_outputs(model, inputs, device), geometry, strict=True):
        score, points = best_pose(output)
        points = points.copy()
        points[:, 0] = (points[:, 0] - lb.left) / lb.sx + x1
        points[:, 1] = (points[:, 1] - lb.top) / lb.sy + y1
        poses.append((score, points))
    return poses


def figures(photos: list[FacePhoto], poses: list[tuple[float, np.ndarray]]) -> dict[str, float]:
    """PCK@0.1 over labelled eyes and nose, and mean scores with and without a full face."""
    hits, total, errors = 0, 0, []
    for photo, (_, points) in zip(photos, poses, strict=True):
        if (photo.points[:, 2] > 0).sum() < 3:
            continue
        for k in EYES_NOSE:
            if photo.points[k, 2] > 0:
                error = float(np.hypot(*(points[k, :2] - photo.points[k, :2]))) / face_size(photo.points)
                hits, total = hits + (error <= 0.1), total + 1
                errors.append(error)
    full = [bool((p.points[:3, 2] > 0).all()) for p in photos]
    scores = np.array([s for s, _ in poses])
    return {
        "pck": hits / max(total, 1),
        "median": float(np.median(errors)) if errors else float("nan"),
        "points": float(total),
        "score_full_p10": float(np.quantile(scores[full], 0.1)) if any(full) else float("nan"),
        "score_mean": float(scores.mean()),
    }


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--out", type=Path, default=Path(".work/train/keypoint"))
    p.add_argument("--init", type=Path, help="detector or pose checkpoint to start from")
    p.add_argument("--renders", type=Path, help="folder with truth.json (our own renders)")
    p.add_argument("--faces", type=Path, help="npz of keypoints found on the identity faces")
    p.add_argument("--imgsz", type=int, default=192)
    p.add_argument("--steps", type=int, default=2000)
    p.add_argument("--minutes", type=float, default=0.0, help="decay and stop by time, not steps")
    p.add_argument("--eval-every", type=int, default=200)
    p.add_argument("--manual", type=int, default=14, help="labelled photos per batch")
    p.add_argument("--pseudo", type=int, default=2)
    p.add_argument("--face-chips", type=int, default=0)
    p.add_argument("--render-photos", type=int, default=0)
    p.add_argument("--cats", type=int, default=0, help="dog-free crops per batch")
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--freeze", type=int, default=3, help="leading backbone stages kept as they are")
    p.add_argument(
        "--views", type=int, default=0,
        help="train neck and head alone, on so many views whose backbone features are kept",
    )
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--smoke", action="store_true", help="a minute on a CPU; proves nothing else")
    return p.parse_args()


def face_chips(data: Path, npz: Path) -> list[FacePhoto]:
    """Identity faces with keypoints found by an earlier model and checked against the eyes."""
    found = np.load(npz)
    points = dict(zip(found["names"].tolist(), found["points"], strict=True))
    photos = []
    for photo in load_identities(data / "identity-faces/train"):
        name = f"{photo.identity}/{photo.path.name}"
        if name in points:
            h, w = photo.pixels.shape[:2]
            photos.append(
                FacePhoto(photo.path, photo.pixels, (0.0, 0.0, w, h), points[name], "face")
            )
    return photos


def dog_free(data: Path) -> list[FacePhoto]:
    """Photos without a dog: nothing here is a dog's face."""
    from samedog_train.chips import read_rgb

    photos = []
    for path in sorted((data / "detect/train/images").glob("neg_*cat*.jpg"))[:400]:
        pixels = read_rgb(path)
        h, w = pixels.shape[:2]
        photos.append(
            FacePhoto(path, pixels, (0.0, 0.0, w, h), np.zeros((5, 3), np.float32), "negative")
        )
    return photos


def main() -> None:
    a = arguments()
    limit: int | None = None
    if a.smoke:
        a.imgsz, a.steps, a.eval_every, limit = 96, 3, 3, 12
        a.manual, a.pseudo = 4, 1
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    device = torch.device(a.device)
    root = a.data / "keypoints"
    groups = [
        ([p for p in read_labels(root / "train", "manual", limit) if usable(p)], a.manual),
        ([p for p in read_labels(root / "pseudo", "pseudo", limit) if usable(p)], a.pseudo),
    ]
    if a.faces and a.face_chips:
        groups.append((face_chips(a.data, a.faces), a.face_chips))
    if a.renders and a.render_photos:
        renders = read_renders(a.renders, limit)
        groups.append(([p for p in renders if usable(p)], a.render_photos))
    if a.cats:
        groups.append((dog_free(a.data), a.cats))
    val = read_labels(root / "val", "manual", limit)
    print("photos per group", [len(g) for g, _ in groups], "val", len(val), flush=True)

    model = new_pose(KEYPOINTS, "dog_face")
    if a.init:
        print("tensors taken over:", copy_matching(model, load_yolo(a.init)), flush=True)
    source = stream(groups, a.imgsz, a.seed + (1000 if a.resume else 0))
    if a.views:
        if a.resume:
            state = torch.load(a.out / "last.pt", map_location="cpu", weights_only=True)
            model.load_state_dict(state["ema"])
        source = fixed_views(model, source, a.views, a.seed, device)
        a.freeze = 8
    with_hyperparameters(model, box=5.0, cls=0.5, dfl=1.0, pose=30.0, kobj=1.0)
    plan = Plan(
        out=a.out,
        task="pose",
        steps=a.steps,
        eval_every=a.eval_every,
        lr=a.lr,
        freeze=a.freeze,
        resume=a.resume,
        minutes=a.minutes,
        train_args={"imgsz": a.imgsz, "seed": a.seed, "lr0": a.lr, "optimizer": "AdamW"},
    )
    fit(
        model,
        FacePoseLoss,
        source,
        plan,
        device,
        lambda m: figures(val, predict(m, val, a.imgsz, device)),
    )


if __name__ == "__main__":
    main()
