"""Train the EfficientNet-B0 embedder on identity photos, one command.

Recipe: start from a B0 that descends from EfficientNet-Lite0's ImageNet weights; keep what
ImageNet taught by distilling a teacher (untrained Lite0 features at a larger input beside the
starting embedder's) and add ArcFace and a supervised contrastive loss. Early stages stay frozen.

    python scripts/train_embedder.py --data ../shared/data --init START.pt --out .work/train/embedder
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from samedog_train import recipe
from samedog_train.chips import Photo, load_identities, normalise, read_rgb, to_input
from samedog_train.chips_augment import random_view
from samedog_train.faces import EYES_NOSE, face_chip, read_renders
from samedog_train.losses import ArcFace, distillation, supervised_contrastive
from samedog_train.metrics import Retrieval, retrieval
from samedog_train.networks import EMBEDDING_DIM, Embedder, Lite0Features, load_embedder
from samedog_train.yolo import padded_crop


@dataclass(frozen=True)
class Group:
    """Photos drawn together: `dogs` identities x `photos` each per batch."""

    name: str
    photos: list[Photo]
    dogs: int
    per_dog: int


def detect_crops(root: Path, limit: int | None) -> list[Photo]:
    """Padded body crops of the detector's training photos: one photo per (unknown) dog."""
    crops: list[Photo] = []
    for label in sorted((root / "labels").glob("dog_*.txt")):
        rows = [line.split() for line in label.read_text().splitlines() if line.strip()]
        if len(rows) != 1:
            continue
        path = root / "images" / f"{label.stem}.jpg"
        pixels = read_rgb(path)
        h, w = pixels.shape[:2]
        cx, cy, bw, bh = (float(v) for v in rows[0][1:5])
        pad = 0.1 * bw * w
        x1, x2 = max(0, (cx - bw / 2) * w - pad), min(w, (cx + bw / 2) * w + pad)
        y1, y2 = max(0, (cy - bh / 2) * h - pad), min(h, (cy + bh / 2) * h + pad)
        if min(x2 - x1, y2 - y1) < 110:
            continue
        crop = np.ascontiguousarray(pixels[int(y1) : math.ceil(y2), int(x1) : math.ceil(x2)])
        crops.append(Photo(f"photo/{label.stem}", path, crop))
        if limit and len(crops) >= limit:
            break
    return crops


def render_crops(root: Path, limit: int | None) -> list[Photo]:
    """Of every rendered dog the crops that the app would embed: body, and face chip where shown."""
    crops: list[Photo] = []
    for photo in read_renders(root, limit):
        h, w = photo.pixels.shape[:2]
        boxes = {"body": padded_crop(photo.box, w, h)}
        if (photo.points[list(EYES_NOSE), 2] > 0).all():
            boxes["face"] = face_chip(photo.points, boxes["body"], recipe.read()["crop"])
        for kind, (x1, y1, x2, y2) in boxes.items():
            if min(x2 - x1, y2 - y1) < 24:
                continue
            pixels = np.ascontiguousarray(photo.pixels[y1:y2, x1:x2])
            longest = max(pixels.shape[:2])
            if longest > 288:
                pixels = cv2.resize(pixels, None, fx=288 / longest, fy=288 / longest, interpolation=cv2.INTER_AREA)
            name = f"render/{photo.path.parent.name}"
            crops.append(Photo(name, photo.path.with_name(f"{kind}-{photo.path.name}"), pixels))
    return crops


@torch.no_grad()
def embed(model: nn.Module, photos: list[Photo], size: int, device: torch.device) -> torch.Tensor:
    """Model outputs for un-augmented photos: [N, D] on the CPU."""
    model.eval()
    rows = [
        model(to_input([p.pixels for p in photos[i : i + 32]], size).to(device)).cpu()
        for i in range(0, len(photos), 32)
    ]
    return torch.cat(rows)


def teacher_part(
    name: str, model: nn.Module, size: int, photos: list[Photo], out: Path, device: torch.device
) -> torch.Tensor:
    """One teacher's raw vectors [N, D], cached in `out` (key: photo names and size)."""
    cache = out / f"teacher-{name}-{size}.pt"
    names = [f"{p.identity}/{p.path.name}" for p in photos]
    known: dict[str, torch.Tensor] = {}
    if cache.exists():
        stored = torch.load(cache, weights_only=True)
        known = dict(zip(stored["names"], stored["rows"], strict=True))
    missing = [photo for photo, key in zip(photos, names, strict=True) if key not in known]
    if missing:
        print(f"teacher: {name} at {size} px over {len(missing)} photos", flush=True)
        fresh = embed(model.to(device, memory_format=torch.channels_last), missing, size, device)
        known |= {f"{p.identity}/{p.path.name}": row for p, row in zip(missing, fresh, strict=True)}
        torch.save({"names": list(known), "rows": torch.stack(list(known.values()))}, cache)
    return torch.stack([known[key] for key in names])


def teacher_targets(parts: list[torch.Tensor], real: torch.Tensor) -> torch.Tensor:
    """Unit 512-d targets: PCA of the parts side by side, each centred and L2-normalised.

    Means and components come from the rows where `real` is true: renders do not shape the space.
    """
    joint = torch.cat(
        [F.normalize(rows - rows[real].mean(dim=0), dim=1) for rows in parts], dim=1
    )
    joint = joint - joint[real].mean(dim=0)
    _, _, v = torch.linalg.svd(joint[real].double(), full_matrices=False)
    targets = F.normalize(joint @ v[:EMBEDDING_DIM].T.float(), dim=1)
    return F.pad(targets, (0, EMBEDDING_DIM - targets.shape[1]))


def head_from_targets(model: Embedder, pooled: torch.Tensor, targets: torch.Tensor) -> None:
    """Start the head at the ridge solution from pooled features to the targets."""
    mean, var = pooled.mean(dim=0), pooled.var(dim=0)
    x = (pooled - mean) / (var + 1e-5).sqrt()
    gram = (x.T @ x).double() + 0.05 * len(x) * torch.eye(x.shape[1], dtype=torch.float64)
    weight = torch.linalg.solve(gram, (x.T @ targets).double()).float()
    with torch.no_grad():
        model.bn.running_mean.copy_(mean)
        model.bn.running_var.copy_(var)
        model.bn.weight.fill_(1)
        model.bn.bias.zero_()
        model.fc.weight.copy_(weight.T)
        # The targets' components differ in spread; bn2 must not whiten them, so it is the
        # identity here and stays in eval mode while training.
        model.bn2.running_mean.zero_()
        model.bn2.running_var.fill_(1)


class Batches:
    """Endless seeded P x K batches; photos of a dog are drawn without repetition where possible."""

    def __init__(self, groups: list[Group], size: int, seed: int) -> None:
        self.groups, self.size = groups, size
        self.rng = np.random.default_rng(seed)
        self.photos = [p for g in groups for p in g.photos]
        self.members: list[dict[str, list[int]]] = []
        offset = 0
        for group in groups:
            dogs: dict[str, list[int]] = {}
            for i, photo in enumerate(group.photos):
                dogs.setdefault(photo.identity, []).append(offset + i)
            self.members.append(dogs)
            offset += len(group.photos)
        names = sorted({p.identity for g in groups if g.per_dog > 1 for p in g.photos})
        self.label = {name: i for i, name in enumerate(names)}
        self.queues: list[list[str]] = [[] for _ in groups]

    def _next_dogs(self, g: int) -> list[str]:
        queue = self.queues[g]
        while len(queue) < self.groups[g].dogs:
            queue.extend(self.rng.permutation(sorted(self.members[g])).tolist())
        taken, self.queues[g] = queue[: self.groups[g].dogs], queue[self.groups[g].dogs :]
        return taken

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """Yields images [B, 3, S, S], labels [B] (-1: unknown dog), photo indices [B]."""
        while True:
            chosen: list[int] = []
            for g, group in enumerate(self.groups):
                for dog in self._next_dogs(g):
                    mine = self.rng.permutation(self.members[g][dog])
                    chosen.extend(int(mine[i % len(mine)]) for i in range(group.per_dog))
            views = np.stack(
                [random_view(self.photos[i].pixels, self.size, self.rng) for i in chosen]
            )
            labels = [self.label.get(self.photos[i].identity, -1) for i in chosen]
            yield normalise(views), torch.tensor(labels), torch.tensor(chosen)


class Ema:
    """Exponential moving average of weights and buffers."""

    def __init__(self, model: Embedder, decay: float) -> None:
        self.model, self.decay, self.steps = copy.deepcopy(model).eval(), decay, 0

    @torch.no_grad()
    def update(self, model: Embedder) -> None:
        self.steps += 1
        keep = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for mine, theirs in zip(
            self.model.state_dict().values(), model.state_dict().values(), strict=True
        ):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--out", type=Path, default=Path(".work/train/embedder"))
    p.add_argument("--init", type=Path, help="starting state dict (else Lite0's ImageNet weights)")
    p.add_argument(
        "--continue-from", type=Path,
        help="weights of an earlier run with the same --init: they and their head are kept",
    )
    p.add_argument("--renders", type=Path, help="folder with truth.json (our own renders)")
    p.add_argument("--size", type=int, default=160)
    p.add_argument("--steps", type=int, default=1200)
    p.add_argument("--minutes", type=float, default=0.0, help="decay and stop by time, not steps")
    p.add_argument("--eval-every", type=int, default=100)
    p.add_argument("--face-dogs", type=int, default=10)
    p.add_argument("--body-dogs", type=int, default=4)
    p.add_argument("--render-dogs", type=int, default=2)
    p.add_argument("--crops", type=int, default=8, help="unlabelled dogs per batch")
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--head-lr", type=float, default=6e-4)
    p.add_argument("--freeze", type=int, default=4, help="leading stages of B0 kept as they are")
    p.add_argument("--ema", type=float, default=0.99)
    p.add_argument("--distil", type=float, default=6.0)
    p.add_argument("--supcon", type=float, default=0.5)
    p.add_argument("--arcface", type=float, default=0.15)
    p.add_argument("--margin", type=float, default=0.25)
    p.add_argument("--teacher-sizes", type=int, nargs=2, default=(192, 160))
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--smoke", action="store_true", help="a minute on a CPU; proves nothing else")
    return p.parse_args()


def evaluate(
    model: Embedder, sets: dict[str, list[Photo]], size: int, device: torch.device
) -> dict[str, Retrieval]:
    return {
        name: retrieval(embed(model, photos, size, device).numpy(), [p.identity for p in photos])
        for name, photos in sets.items()
    }


def main() -> None:
    a = arguments()
    limit: int | None = None
    if a.smoke:
        a.size, a.steps, a.eval_every, limit = 64, 3, 3, 12
        a.face_dogs, a.body_dogs, a.crops, a.teacher_sizes = 4, 2, 2, (64, 64)
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    device = torch.device(a.device)
    a.out.mkdir(parents=True, exist_ok=True)

    groups = [
        Group("faces", load_identities(a.data / "identity-faces/train", "face/", limit), a.face_dogs, 4),
        Group("bodies", load_identities(a.data / "identity-bodies/train", "body/", limit), a.body_dogs, 4),
    ]
    if a.renders:
        groups.append(Group("renders", render_crops(a.renders, limit), a.render_dogs, 4))
    groups.append(Group("crops", detect_crops(a.data / "detect/train", limit), a.crops, 1))
    val = {n: load_identities(a.data / f"identity-{n}/val", limit=limit) for n in ("faces", "bodies")}
    batches = Batches(groups, a.size, a.seed)
    print({g.name: len(g.photos) for g in groups}, f"{len(batches.label)} dogs", flush=True)

    model = load_embedder(a.init) if a.init else Embedder()
    if not a.init:
        from samedog_train.networks import fill_from_lite0

        fill_from_lite0(model.features)
    photos = batches.photos
    teachers = (("lite0", Lite0Features(), a.teacher_sizes[0]), ("start", model, a.teacher_sizes[1]))
    real = torch.tensor([not p.identity.startswith("render/") for p in photos])
    targets = teacher_targets([teacher_part(*t, photos, a.out, device) for t in teachers], real)

    labels = torch.tensor([batches.label.get(p.identity, -1) for p in batches.photos])
    centres = torch.zeros(len(batches.label), EMBEDDING_DIM)
    centres.index_add_(0, labels[labels >= 0], targets[labels >= 0])

    if a.continue_from:
        model = load_embedder(a.continue_from)
    model = model.to(device, memory_format=torch.channels_last)
    if not a.resume and not a.continue_from:
        print("head: ridge start", flush=True)
        backbone = nn.Sequential(model.features, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        head_from_targets(
            model, teacher_part("pooled", backbone, a.size, photos, a.out, device), targets
        )
    for module in model.features.modules():
        if hasattr(module, "stochastic_depth"):
            module.stochastic_depth.p *= 0.5
    frozen, trained = model.features[: a.freeze], model.features[a.freeze :]
    frozen.requires_grad_(False)
    arc = ArcFace(centres).to(device)
    head = [*model.bn.parameters(), *model.fc.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": list(trained.parameters()), "lr": a.lr, "weight_decay": 0.02},
            {"params": head, "lr": a.head_lr, "weight_decay": 0.02},
            {"params": list(arc.parameters()), "lr": 2e-3, "weight_decay": 0.0},
        ]
    )
    base = [g["lr"] for g in optimizer.param_groups]
    ema = Ema(model, a.ema)
    start, history = 0, []
    last = a.out / "last.pt"
    if a.resume:
        state = torch.load(last, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        ema.model.load_state_dict(state["ema"])
        arc.load_state_dict(state["arc"])
        optimizer.load_state_dict(state["optimizer"])
        start, ema.steps, history = state["step"], state["step"], state["history"]
        batches.rng = np.random.default_rng(a.seed + start)
    else:
        for name, figures in evaluate(ema.model, val, a.size, device).items():
            print(f"start {name}: {figures}", flush=True)

    began, sums = time.time(), np.zeros(4)
    stream = iter(batches)
    for step in range(start, a.steps):
        warm = min(1.0, (step + 1) / 50)
        progress = step / a.steps
        if a.minutes:
            progress = min(1.0, (time.time() - began) / 60 / a.minutes)
        ended = step + 1 == a.steps or progress >= 1.0
        cosine = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress))
        for group, lr in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = lr * warm * cosine
        images, label, index = next(stream)
        images, label = images.to(device), label.to(device)
        model.train()
        frozen.eval()
        model.bn2.eval()
        with torch.no_grad():
            early = frozen(images)
        embedding = model.head(trained(early).mean(dim=(2, 3)))
        losses = [
            a.distil * distillation(embedding, targets[index].to(device)),
            a.supcon * supervised_contrastive(embedding, label),
            a.arcface * arc(embedding, label, a.margin * min(1.0, step / 300)),
        ]
        loss = torch.stack(losses).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 5.0)
        optimizer.step()
        ema.update(model)
        sums += [loss.item(), *(v.item() for v in losses)]
        if (step + 1) % 20 == 0:
            rate = (step + 1 - start) / (time.time() - began)
            print(
                f"{step + 1}/{a.steps} loss {np.round(sums / 20, 4).tolist()} "
                f"{rate * len(label):.1f} img/s, {(a.steps - step - 1) / rate / 60:.0f} min left",
                flush=True,
            )
            sums[:] = 0
        if (step + 1) % a.eval_every == 0 or ended:
            figures = evaluate(ema.model, val, a.size, device)
            for name, value in figures.items():
                print(f"  {step + 1} {name}: {value}", flush=True)
            history.append({"step": step + 1, **{n: vars(f) for n, f in figures.items()}})
            torch.save(
                {
                    "model": model.state_dict(),
                    "ema": ema.model.state_dict(),
                    "arc": arc.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                    "history": history,
                },
                last,
            )
            half = {k: v.half() if v.is_floating_point() else v for k, v in ema.model.state_dict().items()}
            torch.save(half, a.out / f"step{step + 1:05d}.pt")
            (a.out / "history.json").write_text(json.dumps(history, indent=1))
        if ended:
            break


if __name__ == "__main__":
    main()
