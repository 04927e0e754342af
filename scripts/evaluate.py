"""The table of figures in models/README.md, from the headless run on the committed ONNX files.

Every figure comes from `npm run verify` (results.json and embeddings.npy), not from the training
framework; only the baseline, untrained EfficientNet-Lite0 features of the same photos, is computed
with PyTorch. Intervals: 95 %, dogs (or photos, where there are no identities) resampled.

    python scripts/evaluate.py --data ../shared/data [--only detector,keypoint,embedder,mixed,sample]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from samedog_train import recipe
from samedog_train.bootstrap import Figure, Verification, paired_gain, ratio, verification
from samedog_train.chips import Photo, read_rgb, to_input
from samedog_train.dogs import match, read_yolo
from samedog_train.faces import EYES_NOSE, KEYPOINTS, FacePhoto, face_size, read_labels
from samedog_train.networks import Lite0Features

Floats = npt.NDArray[np.float64]
Row = tuple[str, str, Figure, str]


class Headless:
    """Runs `npm run verify` and reads what it wrote."""

    def __init__(self, work: Path, models: Path | None) -> None:
        self.work, self.models = work, models

    def __call__(self, name: str, folder: Path, *flags: str, models: Path | None = None) -> tuple[dict[str, Any], Floats]:
        out = self.work / name
        command = ["npm", "run", "-s", "verify", "--", str(folder), "--out", str(out), *flags]
        chosen = models or self.models
        if chosen:
            command += ["--models", str(chosen)]
        print("$", " ".join(command), flush=True)
        done = subprocess.run(command, cwd=recipe.REPO, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{done.stdout[-3000:]}\nverify ended with {done.returncode}")
        results = json.loads((out / "results.json").read_text())
        return results, np.load(out / "embeddings.npy").astype(np.float64)


def copied(paths: list[Path], target: Path) -> Path:
    """A flat folder of photos without identity (the labelled sets lie flat)."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in paths:
        shutil.copy(path, target / path.name)
    return target


def with_conf(models: Path, work: Path, stage: str, conf: float) -> Path:
    """The same models with another threshold of one stage."""
    target = work / f"{stage}-{conf:g}"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(models / "onnx", target / "onnx")
    changed = recipe.read(models / "pipeline.json")
    changed[stage]["conf"] = conf
    (target / "pipeline.json").write_text(json.dumps(changed))
    return target


def detector(data: Path, run: Headless, models: Path) -> tuple[list[Row], list[str]]:
    photos = read_yolo(data / "detect/val")
    folder = copied([p.path for p in photos], run.work / "detect-val")
    results, _ = run("detector", folder, "--stages", "detect,embed", "--dogs", "all", models=with_conf(models, run.work, "detector", 0.05))
    found = {p["path"]: p["dogs"] for p in results["photos"]}
    predictions = []
    for photo in photos:
        dogs = found[photo.path.name]
        predictions.append(
            (
                np.array([d["bbox"] for d in dogs], np.float32).reshape(-1, 4),
                np.array([d["score"] for d in dogs], np.float32),
            )
        )
    matches = match(predictions, [p.boxes for p in photos])
    conf = float(recipe.read(models / "pipeline.json")["detector"]["conf"])
    kept = [s > conf for s in matches.scores]
    hits = np.array([(t & k).sum() for t, k in zip(matches.true, kept, strict=True)], float)
    total = np.array([k.sum() for k in kept], float)
    free = matches.dogs == 0
    rows: list[Row] = [
        ("detector", f"recall, IoU 0.5, threshold {conf:g}", ratio(hits, matches.dogs.astype(float)), ">= 0.96"),
        ("", "precision", ratio(hits, total), ">= 0.94"),
        ("", "dog-free photos with a dog", ratio((total[free] > 0).astype(float), np.ones(int(free.sum()))), "<= 0.05"),
    ]
    curve = ["| threshold | recall | precision | dog-free photos with a dog |", "|---|---|---|---|"]
    for c in np.arange(0.2, 0.86, 0.05):
        at = matches.at(float(c))
        curve.append(f"| {c:.2f} | {at['recall']:.3f} | {at['precision']:.3f} | {at['false_photos']:.3f} |")
    return rows, curve


@dataclass
class Faces:
    """Units of the keypoint figures, one entry a photo that counts for the figure."""

    hits: list[float] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    full_cut: list[float] = field(default_factory=list)


def faces(photos: list[FacePhoto], results: dict[str, Any]) -> Faces:
    found = {p["path"]: p["dogs"] for p in results["photos"]}
    out = Faces()
    for photo in photos:
        dogs = found[photo.path.name]
        dog = dogs[0] if dogs else None
        points = {k["name"]: k for k in dog["keypoints"]} if dog else {}
        labelled = photo.points[:, 2] > 0
        if labelled.sum() >= 3:
            size = face_size(photo.points)
            wanted = [k for k in EYES_NOSE if labelled[k]]
            good = 0
            for k in wanted:
                p = points.get(KEYPOINTS[k])
                good += bool(p) and np.hypot(p["x"] - photo.points[k, 0], p["y"] - photo.points[k, 1]) <= 0.1 * size
            out.hits.append(good)
            out.points.append(len(wanted))
        face = dog is not None and dog["branch"] == "face"
        if face and labelled[list(EYES_NOSE)].any():
            x1, y1, x2, y2 = dog["chip"]
            shown = photo.points[[k for k in EYES_NOSE if labelled[k]], :2]
            inside = ((shown >= (x1, y1)) & (shown <= (x2, y2))).all()
            small = labelled.sum() < 2 or max(x2 - x1, y2 - y1) <= 2.5 * face_size(photo.points)
            out.holds.append(bool(inside and small))
        if labelled[list(EYES_NOSE)].all():
            out.full_cut.append(face)
    return out


def part(hits: list[float], total: list[float] | None = None) -> Figure:
    return ratio(np.array(hits, float), np.ones(len(hits)) if total is None else np.array(total, float))


def keypoint(data: Path, run: Headless, models: Path) -> tuple[list[Row], list[str]]:
    photos = read_labels(data / "keypoints/val", "manual")
    folder = copied([p.path for p in photos], run.work / "keypoints-val")
    seen = faces(photos, run("keypoint", folder)[0])
    rows: list[Row] = [
        ("keypoint", "PCK@0.1, eyes and nose", part(seen.hits, seen.points), ">= 0.88"),
        ("", "face chips that hold the face", part(seen.holds), ">= 0.95"),
        ("", "full faces in which a chip is cut", part(seen.full_cut), ">= 0.80"),
    ]
    curve = ["| threshold | chips that hold the face | full faces with a chip |", "|---|---|---|"]
    for conf in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        chosen = with_conf(models, run.work, "keypoint", conf)
        at = faces(photos, run(f"keypoint-at-{conf}", folder, models=chosen)[0])
        curve.append(f"| {conf:.1f} | {part(at.holds)} | {part(at.full_cut)} |")
    return rows, curve


def lite0(photos: list[Photo], size: int) -> Floats:
    """Untrained ImageNet features, mean-centred, unit rows."""
    model = Lite0Features()
    with torch.no_grad():
        rows = torch.cat([model(to_input([p.pixels], size)) for p in photos]).double().numpy()
    rows -= rows.mean(axis=0)
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def embedded(results: dict[str, Any]) -> list[dict[str, Any]]:
    """{path, identity, row, branch} of every embedded photo's best dog."""
    return [
        {"path": p["path"], "identity": p["identity"], "row": p["dogs"][0]["row"], "branch": p["dogs"][0]["branch"]}
        for p in results["photos"]
        if p["status"] == "embedded"
    ]


def embedder(data: Path, run: Headless, models: Path) -> list[Row]:
    size = int(recipe.read(models / "pipeline.json")["embedder"]["size"])
    rows: list[Row] = []
    for name, musts in (("faces", (">= 0.92", ">= 0.80", ">= 0.988")), ("bodies", (">= 0.92", "", ""))):
        root = data / f"identity-{name}/val"
        results, vectors = run(f"embedder-{name}", root, "--stages", "embed")
        items = embedded(results)
        dogs = [i["identity"] for i in items]
        ours = Verification(vectors[[i["row"] for i in items]], dogs)
        base = Verification(lite0([Photo(i["identity"], root / i["path"], read_rgb(root / i["path"])) for i in items], size), dogs)
        mine, theirs, gain = verification(ours), verification(base), paired_gain(ours, base)
        for key, label, must in zip(("recall1", "tar1", "auc"), ("Recall@1", "TAR at FAR 1 %", "ROC AUC"), musts, strict=True):
            rows.append((f"embedder, {name}" if key == "recall1" else "", label, mine[key], must))
            rows.append(("", f"{label}, untrained Lite0 at {size} px", theirs[key], ""))
            if key in gain:
                rows.append(("", f"{label}, paired gain over it", gain[key], "low > 0"))
    return rows


def recall1(items: list[dict[str, Any]], vectors: Floats) -> Floats:
    """[dogs, 2]: hits and queries of every dog."""
    v = Verification(vectors[[i["row"] for i in items]], [i["identity"] for i in items])
    known = np.isfinite(v.recall1)
    hits = np.bincount(v.ids, np.nan_to_num(v.recall1), len(v.names))
    return np.stack([hits, np.bincount(v.ids, known, len(v.names))], axis=1)


def mixed(data: Path, run: Headless) -> list[Row]:
    root = data / "identity-bodies/val"
    sets = [run("mixed-all", root), run("mixed-body", root, "--stages", "detect,embed")]
    items = [embedded(results) for results, _ in sets]
    common = {i["path"] for i in items[0]} & {i["path"] for i in items[1]}
    parts = [
        recall1([i for i in these if i["path"] in common], vectors)
        for these, (_, vectors) in zip(items, sets, strict=True)
    ]
    faces = sum(i["branch"] == "face" for i in items[0] if i["path"] in common)
    count = len(sets[0][0]["photos"])
    hits = parts[0][:, 0] - parts[1][:, 0]
    return [
        ("mixed branches", "photos embedded in both runs", ratio(np.array([float(p["path"] in common) for p in sets[0][0]["photos"]]), np.ones(count)), ">= 0.95"),
        ("", f"Recall@1, face chip where found ({faces} chips)", ratio(*parts[0].T), ""),
        ("", "Recall@1, body crops only", ratio(*parts[1].T), ""),
        ("", "difference", ratio(hits, parts[1][:, 1]), ">= -0.05"),
    ]


def sample(folder: Path, run: Headless) -> list[Row]:
    results, vectors = run("sample", folder)
    truth = {p["path"]: p for p in json.loads((folder / "truth.json").read_text())["photos"]}
    photos = [p for p in results["photos"] if p["path"] in truth]
    dogs = [p for p in photos if truth[p["path"]]["bbox"]]
    free = [p for p in photos if not truth[p["path"]]["bbox"]]
    cut: list[float] = []
    for p in dogs:
        shown = {k["name"]: k["visible"] for k in truth[p["path"]]["keypoints"]}
        if all(shown.get(k) for k in ("left_eye", "right_eye", "nose")):
            cut.append(bool(p["dogs"]) and p["dogs"][0]["branch"] == "face")
    found = np.array([bool(p["dogs"]) for p in dogs], float)
    refused = np.array([not p["dogs"] for p in free], float)
    items = [i for i in embedded(results) if truth[i["path"]]["bbox"]]
    return [
        ("sample", "Recall@1", ratio(*recall1(items, vectors).T), ">= 0.90"),
        ("", "dogs found", ratio(found, np.ones(len(found))), "1.00"),
        ("", "dog-free photos refused", ratio(refused, np.ones(len(refused))), "1.00"),
        ("", "face chip where both eyes and the nose show", part(cut), ">= 0.50"),
    ]


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="layout: models/README.md")
    p.add_argument("--models", type=Path, help="folder with pipeline.json and onnx/ (default: models)")
    p.add_argument("--sample", type=Path, default=recipe.REPO / "public/sample")
    p.add_argument("--work", type=Path, default=recipe.REPO / ".work/evaluate")
    p.add_argument("--only", default="detector,keypoint,embedder,mixed,sample")
    return p.parse_args()


def main() -> None:
    a = arguments()
    models: Path = a.models or recipe.MODELS
    a.work.mkdir(parents=True, exist_ok=True)
    run = Headless(a.work.resolve(), a.models.resolve() if a.models else None)
    data = a.data.resolve()
    curve: list[str] = []

    def with_curve(part: tuple[list[Row], list[str]]) -> list[Row]:
        rows, lines = part
        curve.extend(["", *lines])
        return rows

    parts: dict[str, Callable[[], list[Row]]] = {
        "detector": lambda: with_curve(detector(data, run, models)),
        "keypoint": lambda: with_curve(keypoint(data, run, models)),
        "embedder": lambda: embedder(data, run, models),
        "mixed": lambda: mixed(data, run),
        "sample": lambda: sample(a.sample.resolve(), run),
    }
    rows: list[Row] = []
    for name in a.only.split(","):
        rows.extend(parts[name]())
    lines = ["| model | figure | value [95 %] (n) | must |", "|---|---|---|---|"]
    lines += [f"| {m} | {f} | {v} | {must} |" for m, f, v, must in rows]
    table = "\n".join([*lines, *curve]) + "\n"
    print(table)
    (a.work / "table.md").write_text(table)
    figures = [{"model": m, "figure": f, **asdict(v), "must": must} for m, f, v, must in rows]
    (a.work / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
