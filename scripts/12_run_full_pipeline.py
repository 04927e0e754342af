"""The pipeline in plain Python: the independent counterpart of scripts/12_run_full_pipeline.ts.

Same recipe (models/pipeline.json) in, same results.json, embeddings.npy, similarity.npy/.csv and metrics.json
out, written from the pipeline's definitions with onnxruntime, numpy, Pillow, OpenCV and scikit-learn, and not
from the TypeScript. It is what the parity suite compares with, and the baseline of every speed ratio.

    python scripts/12_run_full_pipeline.py FOLDER [--out DIR] [--models DIR] [--stages detect,keypoints,embed]
                                           [--dogs best|all] [--top 5]

Boxes are xyxy in pixels of the upright photo, images uint8 HWC RGB. Exit status: 0 done, 2 usage, model or
recipe error, 1 otherwise (nothing was embedded).
"""
from __future__ import annotations

import argparse
import ast
import hashlib
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
import PIL
from PIL import Image
from sklearn.metrics.pairwise import cosine_similarity

from samedog_reference.evaluate import evaluate, ranking
from samedog_reference.folder import Array, PhotoFailure, decode, walk
from samedog_reference.output import report, write
from samedog_reference.recipe import Refused, load

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("detect,keypoints,embed", "detect,embed", "embed")
SLOTS = {"detect": "detector", "keypoints": "keypoint", "embed": "embedder"}

def resize(image: Array, width: int, height: int, kernel: str) -> Array:
    """The kernel's own library does it: Pillow for pil-*, OpenCV for cv-*. Unchanged when the size is right."""
    if image.shape[:2] == (height, width):
        return image
    if kernel.startswith("pil-"):
        how = {"pil-bilinear": Image.Resampling.BILINEAR, "pil-bicubic": Image.Resampling.BICUBIC}[kernel]
        return np.asarray(Image.fromarray(image).resize((width, height), how))
    how_cv = {"cv-linear": cv2.INTER_LINEAR, "cv-area": cv2.INTER_AREA}[kernel]
    return cv2.resize(image, (width, height), interpolation=how_cv)

@dataclass(frozen=True)
class Letterbox:
    """The geometry that was really applied: source size, resized size, and its place in the target."""

    source: tuple[int, int]
    size: tuple[int, int]
    left: int
    top: int

    def back(self, points: Array) -> Array:
        """Model px [n, 2] to source px."""
        return (points - (self.left, self.top)) * (self.source[0] / self.size[0], self.source[1] / self.size[1])

def letterbox(image: Array, height: int, width: int, kernel: str, value: int = 114) -> tuple[Array, Letterbox]:
    """Whole image, centred; Python's round() is half-even, and so is the definition."""
    h, w = image.shape[:2]
    ratio = min(height / h, width / w)
    nw, nh = max(1, round(w * ratio)), max(1, round(h * ratio))
    left, top = round((width - nw) / 2 - 0.1), round((height - nh) / 2 - 0.1)
    canvas = np.full((height, width, 3), value, np.uint8)
    canvas[top:top + nh, left:left + nw] = resize(image, nw, nh, kernel)
    return canvas, Letterbox((w, h), (nw, nh), left, top)

def int_box(box: Array, width: int, height: int) -> tuple[int, int, int, int]:
    """Floor and ceil, then clipped; at least one pixel stays."""
    x1, y1 = min(max(math.floor(box[0]), 0), width - 1), min(max(math.floor(box[1]), 0), height - 1)
    return x1, y1, max(x1 + 1, min(math.ceil(box[2]), width)), max(y1 + 1, min(math.ceil(box[3]), height))

def literal(text: str | None) -> Any:
    """The metadata's values are Python literals."""
    try:
        return ast.literal_eval(text) if text else None
    except (ValueError, SyntaxError):
        return None

class Network:
    """One ONNX file in onnxruntime's CPU provider."""

    def __init__(self, path: Path) -> None:
        self.path, self.sha256 = path, hashlib.sha256(path.read_bytes()).hexdigest()
        try:
            self.session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:
            raise Refused(f"{path.name} is not a readable ONNX model: {error}") from error
        self.meta: dict[str, str] = self.session.get_modelmeta().custom_metadata_map
        self.input, self.output = self.session.get_inputs()[0], self.session.get_outputs()[0]
        self.type = np.float16 if "float16" in self.input.type else np.float32
        if len(self.session.get_inputs()) != 1 or len(self.input.shape) != 4:
            raise Refused(f"{path.name}: one 4-D image input is expected, not {self.input.shape}")

    def run(self, chw: Array) -> Array:
        """float [3, H, W] in, float32 of the first (and only used) image out. A fixed batch is filled with it."""
        batch = self.input.shape[0] if isinstance(self.input.shape[0], int) else 1
        outputs = self.session.run([self.output.name], {self.input.name: np.stack([chw] * batch).astype(self.type)})
        return np.asarray(outputs[0][0], np.float32)

class Yolo(Network):
    """A detector or pose network in any form that ultralytics exports: raw, nms=True, or end-to-end."""

    def __init__(self, path: Path, task: str, section: dict[str, Any]) -> None:
        super().__init__(path)
        name, self.stage = path.name, "keypoints" if task == "pose" else "detect"
        if self.meta.get("task", task) != task:
            raise Refused(f"{name} is a {self.meta['task']} model where a {task} model is needed")
        meta_size, static = literal(self.meta.get("imgsz")), list(self.input.shape[2:])
        if isinstance(meta_size, int):
            meta_size = [meta_size] * 2
        if all(isinstance(side, int) for side in static):
            self.size = static
            if section.get("imgsz") and section.get("imgsz") != static:
                raise Refused(f"{name}: imgsz {section['imgsz']} in the recipe, {static} in the graph")
        elif not (size := section.get("imgsz") or meta_size):
            raise Refused(f"{name}: the graph's size is free and neither metadata nor recipe gives imgsz")
        else:
            self.size = list(size)
        self.kpts, self.dims = 0, 0
        if task == "pose":
            self.kpts, self.dims = literal(self.meta.get("kpt_shape")) or (len(section["names"]), 0)
            if self.kpts != len(section["names"]):
                raise Refused(f"{name}: {self.kpts} keypoints, but keypoint.names has {len(section['names'])}")
        names = literal(self.meta.get("names"))
        probe = self.run(np.full((3, *self.size), 0.5))  # the declared shape may be symbolic: ask the graph itself
        if probe.ndim != 2:
            raise Refused(f"{name}: output {list(probe.shape)} is none of raw, nms=True and end-to-end")
        anchors = sum((self.size[0] // s) * (self.size[1] // s) for s in (8, 16, 32))
        fits_raw, fits_rows = [], []
        for dims in [self.dims] if self.dims or not self.kpts else [3, 2]:
            extra = self.kpts * dims
            nc = len(names) if names else probe.shape[0] - 4 - extra
            raw = nc >= 1 and probe.shape == (4 + nc + extra, anchors)
            if raw and (names or not extra or nc == 1):
                fits_raw.append((dims, nc))
            if probe.shape[1] == 6 + extra:
                fits_rows.append((dims, len(names) if names else 1))
        told = literal(self.meta.get("end2end"))
        rows = True if told or (literal(self.meta.get("args")) or {}).get("nms") is True else None
        if rows is None and told is False:
            rows = False
        fits = fits_rows if rows else fits_raw if rows is False else fits_raw + fits_rows
        if len(fits) != 1:
            why = "fits more than one form" if fits else "is none of raw, nms=True and end-to-end"
            raise Refused(f"{name}: output {list(probe.shape)} with {self.kpts} keypoints {why}")
        self.rows, self.told = rows if rows is not None else not fits_raw, rows is not None
        self.dims, self.classes = fits[0]
        wanted = [i for i, label in names.items() if label in section.get("classes", names.values())] if names else [0]
        if not wanted or (not names and self.classes > 1):
            raise Refused(f"{name}: no class of it is named in detector.classes {section.get('classes')}")
        self.wanted = np.array(wanted)

    def detect(self, image: Array, conf: float, iou: float, kernel: str, max_det: int = 300) -> tuple[Array, Array]:
        """Rows [n, 5] x1, y1, x2, y2, score (score desc, clipped) and keypoints [n, K, D], all in px of `image`."""
        name = self.path.name
        boxed, plan = letterbox(image, self.size[0], self.size[1], kernel)
        out = self.run(boxed.transpose(2, 0, 1).astype(np.float32) / np.float32(255))
        if self.rows:
            boxes, scores, classes, points = out[:, :4], out[:, 4], out[:, 5].astype(int), out[:, 6:]
        else:
            out = out.T
            boxes, points = out[:, :4], out[:, 4 + self.classes:]
            classes = out[:, 4:4 + self.classes].argmax(axis=1)
            scores = out[:, 4:4 + self.classes].max(axis=1)
        if not np.isfinite(out).all():
            raise PhotoFailure("non-finite-output", self.stage, f"{name} gave NaN or infinity: use its fp32 export")
        keep = np.flatnonzero((scores > conf) & np.isin(classes, self.wanted))
        order = keep[np.argsort(-scores[keep], kind="stable")][:30_000]
        boxes, scores, classes, points = boxes[order].astype(np.float64), scores[order], classes[order], points[order]
        odd = (boxes[:, 2:] <= boxes[:, :2]).any(axis=1)  # corners only by the shape, but most boxes inside out?
        if not self.rows or (not self.told and 2 * odd.sum() > len(odd)):
            boxes = np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2])
        chosen = np.arange(len(boxes))[:max_det] if self.rows else nms(boxes, iou, max_det)
        points = points[chosen].reshape(len(chosen), self.kpts, self.dims or 3).astype(np.float64)
        h, w = image.shape[:2]
        xyxy = np.clip(plan.back(boxes[chosen].reshape(-1, 2)).reshape(-1, 4), 0, (w, h, w, h))
        points[:, :, :2] = plan.back(points[:, :, :2].reshape(-1, 2)).reshape(points[:, :, :2].shape)
        return np.column_stack([xyxy, scores[chosen].astype(np.float64)]), points

def nms(boxes: Array, limit: float, count: int) -> Array:
    """Greedy; boxes come score-desc. A box stays when its IoU with every kept one is <= limit."""
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left, kept = np.arange(len(boxes)), []
    while len(left) and len(kept) < count:
        first, left = left[0], left[1:]
        kept.append(first)
        side = np.minimum(boxes[first, 2:], boxes[left, 2:]) - np.maximum(boxes[first, :2], boxes[left, :2])
        inter = np.clip(side, 0, None).prod(axis=1)
        left = left[inter <= limit * (area[first] + area[left] - inter)]
    return np.array(kept, int)

class Embedder(Network):
    """The embedding network with the preprocessing that its recipe gives."""

    def __init__(self, path: Path, section: dict[str, Any]) -> None:
        super().__init__(path)
        self.section, size = section, section["size"]
        self.size = list(size) if isinstance(size, list) else [size, size]
        if self.input.shape[1] != 3:
            raise Refused(f"{path.name}: input {self.input.shape} is not NCHW with 3 channels")
        for told, side in zip(self.input.shape[2:], self.size, strict=True):
            if isinstance(told, int) and told != side:
                raise Refused(f"{path.name}: embedder.size {self.size} in the recipe, {self.input.shape} in the graph")
        self.dim = self.run(np.full((3, *self.size), 0.1)).size

    def view(self, chip: Array) -> Array:
        """uint8 [H, W, 3]: the pixels that the network is given."""
        s, (h, w) = self.section, self.size
        if s["fit"] == "squash":
            return resize(chip, w, h, s["resize"])
        if s["fit"] == "pad":
            return letterbox(chip, h, w, s["resize"], s["padValue"])[0]
        short = math.floor(min(h, w) / s["cropPct"])  # as torchvision: the other side truncates, the centre rounds
        ch, cw = chip.shape[:2]
        nw, nh = (short, int(short * ch / cw)) if cw <= ch else (int(short * cw / ch), short)
        edges = [((lack := max(side - have, 0)) // 2, (lack + 1) // 2) for side, have in ((h, nh), (w, nw))]
        scaled = np.pad(resize(chip, nw, nh, s["resize"]), (*edges, (0, 0)))  # black, as torchvision
        top, left = round((scaled.shape[0] - h) / 2), round((scaled.shape[1] - w) / 2)
        return scaled[top:top + h, left:left + w]

    def tensor(self, view: Array) -> Array:
        s = self.section
        ordered = view[:, :, ::-1] if s["colour"] == "bgr" else view
        scaled = ordered.astype(np.float32) / np.float32(s["scale"])
        return ((scaled - np.float32(s["mean"])) / np.float32(s["std"])).transpose(2, 0, 1)

    def embed(self, chip: Array) -> Array:
        """Unit float32 [dim]."""
        name, vector = self.path.name, self.run(self.tensor(self.view(chip))).ravel().astype(np.float64)
        if not np.isfinite(vector).all():
            raise PhotoFailure("non-finite-output", "embed", f"{name} gave NaN or infinity: use its fp32 export")
        if (norm := float(np.linalg.norm(vector))) < 1e-12:
            raise PhotoFailure("zero-embedding", "embed", f"{name} gave a zero vector for this chip")
        return (vector / norm).astype(np.float32)

def face_chip(pose: Array | None, points: Array, section: dict[str, Any], crop: dict[str, Any],
              width: int, height: int) -> tuple[tuple[int, int, int, int] | None, str]:
    """Integer face chip in px of the body crop (width x height), or None, and the reason. `points`: [K, 2 or 3]."""
    if pose is None:
        return None, "no-pose"
    if not pose[4] > section["conf"]:
        return None, "pose-score-low"
    score = points[:, 2] if points.shape[1] == 3 else np.full(len(points), np.inf)
    found = {role: i for role, i in ((r, section["names"].index(n)) for r, n in section["roles"].items())
             if score[i] > section["kptConf"]}
    original = crop["chipMode"] == "original-2025"
    paired = len(found.keys() & {"left_eye", "right_eye", "left_ear", "right_ear"})
    if not ((score > section["kptConf"]).all() if original else "nose" in found and paired >= 2):
        return None, "keypoint-score-low"
    used = points[:, :2] if original else points[list(found.values()), :2]
    if not original and not (np.abs(used / (width, height) - 0.5) <= 0.52).all():
        return None, "keypoint-outside"
    low, high = used.min(axis=0), used.max(axis=0)
    if original:
        low, high, area = np.trunc(low), np.trunc(high), (high - low).prod()
        pad = math.trunc(crop["chipPad"] * (high - low)[0])
    else:
        area, ears = (high - low).prod(), found.keys() & {"left_ear", "right_ear"}
        pad = (crop["chipPad"] if ears else crop.get("chipPadNoEars", crop["chipPad"])) * (high - low).max()
    low, high = low - pad, high + pad
    if crop["chipSquare"] and not original:
        centre, half = (low + high) / 2, (high - low).max() / 2
        low, high = centre - half, centre + half
    x1, y1, x2, y2 = box = int_box(np.concatenate([low, high]), width, height)
    if not area > 0.01 * (x2 - x1) * (y2 - y1):
        return None, "chip-degenerate"
    if min(x2 - x1, y2 - y1) < max(crop["minChip"], crop["minChipFraction"] * min(width, height)):
        return None, "chip-too-small"
    return box, "face-found"

class Pipeline:
    """The stages that were asked for, on one photo at a time."""

    def __init__(self, recipe: dict[str, Any], files: dict[str, Path], stages: str, dogs: str) -> None:
        self.recipe, self.stages, self.dogs = recipe, stages, dogs
        self.models: dict[str, Network] = {"embedder": Embedder(files["embedder"], recipe["embedder"])}
        if "detect" in stages:
            self.models["detector"] = Yolo(files["detector"], "detect", recipe["detector"])
        if "keypoints" in stages:
            self.models["keypoint"] = Yolo(files["keypoint"], "pose", recipe["keypoint"])
        for slot, model in self.models.items():
            if recipe["sha256"].get(slot) not in (None, model.sha256):
                raise Refused(f"{model.path} is not the file that the recipe's sha256.{slot} names")

    def photo(self, image: Array) -> list[tuple[dict[str, Any], Array]]:
        """Each dog's record and unit embedding, best first."""
        h, w = image.shape[:2]
        if self.stages == "embed":
            full = [0, 0, w, h]
            record = dict(bbox=full, score=None, keypoints=[], branch="photo", reason="already-a-chip", chip=full)
            return [(record, self.models["embedder"].embed(image))]
        section = self.recipe["detector"]
        found, _ = self.models["detector"].detect(image, section["conf"], section["iou"], section["resize"])
        found = found[(found[:, 2] > found[:, 0]) & (found[:, 3] > found[:, 1])]
        return [self.dog(image, box) for box in found[:1 if self.dogs == "best" else None]]

    def dog(self, image: Array, found: Array) -> tuple[dict[str, Any], Array]:
        h, w = image.shape[:2]
        rules, section = self.recipe["crop"], self.recipe["keypoint"]
        whole = math.trunc if rules["chipMode"] == "original-2025" else float
        box = np.array([whole(edge) for edge in found[:4]])
        size = box[2:] - box[:2]
        pad = whole(rules["bodyPad"] * (size[0] if rules["padBasis"] == "width" else size.max()))
        x1, y1, x2, y2 = chip = int_box(box + (-pad, -pad, pad, pad), w, h)
        branch, reason, keypoints = "body", "keypoints-off", []
        if "keypoint" in self.models:
            body = np.ascontiguousarray(image[y1:y2, x1:x2])
            poses, points = self.models["keypoint"].detect(body, 0.0, 0.7, section["resize"], max_det=1)
            best = (poses[0], points[0]) if len(poses) else (None, np.zeros((0, 3)))
            face, reason = face_chip(best[0], best[1], section, rules, x2 - x1, y2 - y1)
            for name, point in zip(section["names"], best[1], strict=False):
                score = point[2] if len(point) == 3 else None
                keypoints.append(dict(name=name, x=point[0] + x1, y=point[1] + y1, score=score))
            if face:
                branch, chip = "face", (face[0] + x1, face[1] + y1, face[2] + x1, face[3] + y1)
        cut = np.ascontiguousarray(image[chip[1]:chip[3], chip[0]:chip[2]])
        return dict(bbox=found[:4].tolist(), score=found[4], keypoints=keypoints, branch=branch, reason=reason,
                    chip=list(chip)), self.models["embedder"].embed(cut)

def run(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        raise Refused(f"{options.folder} is not a folder")
    recipe, files = load(ROOT / "models", options.models, tuple(SLOTS[stage] for stage in options.stages.split(",")))
    pipeline = Pipeline(recipe, files, options.stages, options.dogs)
    found, ignored = walk(options.folder, options.folder)
    photos: list[dict[str, Any]] = []
    vectors: list[Array] = []
    rows: list[tuple[str, str | None]] = []
    for file in sorted(found, key=lambda file: file.relative_to(options.folder).as_posix()):
        path = file.relative_to(options.folder).as_posix()
        data = file.read_bytes()
        owner = path.split("/")[0] if "/" in path else None
        photo = dict(path=path, sha256=hashlib.sha256(data).hexdigest(), takenAt=None, identity=owner, status="failed",
                     failure=None, width=None, height=None, dogs=[])
        photos.append(photo)
        try:
            image, photo["takenAt"] = decode(data)
            photo["height"], photo["width"] = image.shape[:2]
            dogs = pipeline.photo(image)
            photo["status"] = "embedded" if dogs else "no-dog"
        except PhotoFailure as failure:
            photo["failure"], dogs = failure.record, []
        for rank, (dog, vector) in enumerate(dogs):
            photo["dogs"].append({"identity": None if rank else owner, **dog, "row": len(rows)})
            rows.append((path, None if rank else owner))
            vectors.append(vector)
    embeddings = np.stack(vectors) if vectors else np.zeros((0, pipeline.models["embedder"].dim), np.float32)
    wide = embeddings.astype(np.float64)
    similarity = wide @ wide.T
    if len(rows) and np.abs(cosine_similarity(wide) - similarity).max() > 1e-6:
        raise RuntimeError("rows are not of unit length")
    paths, queries = [path for path, _ in rows], []
    for row, (path, owner) in enumerate(rows):
        if owner is not None and owner not in [query["identity"] for query in queries]:
            best = ranking(similarity, row, np.arange(len(rows)), paths)[:options.top]
            matches = [dict(path=paths[i], identity=rows[i][1], similarity=float(similarity[row, i]), rank=rank)
                       for rank, i in enumerate(best, 1)]
            queries.append(dict(identity=owner, path=path, matches=matches))
    status = [photo["status"] for photo in photos]
    counts = dict(photos=len(photos), embedded=status.count("embedded"), noDog=status.count("no-dog"),
                  failed=status.count("failed"))
    tool = dict(name="samedog", version=json.loads((ROOT / "package.json").read_text())["version"], platform="python",
                backend=f"onnxruntime {ort.__version__} CPU", decoder=f"Pillow {PIL.__version__}",
                stages=options.stages, dogs=options.dogs, topK=options.top)
    models = {slot: None for slot in SLOTS.values()}
    models |= {slot: dict(file=model.path.name, sha256=model.sha256) for slot, model in pipeline.models.items()}
    results = dict(
        schema="samedog.results/1", complete=True, tool=tool, recipe=recipe, models=models, ignored=ignored,
        photos=photos, embeddings=dict(rows=len(rows), dim=embeddings.shape[1], file="embeddings.npy"), queries=queries,
        metrics=evaluate(similarity, [owner for _, owner in rows], paths, counts))
    report(results, similarity, paths)
    if options.out:
        write(options.out, results, embeddings, similarity, paths)
    return 0 if vectors else 1

def main() -> int:
    parser = argparse.ArgumentParser(description="Dog photos through all stages, in plain Python.")
    parser.add_argument("folder", type=Path, help="one sub-folder per dog")
    parser.add_argument("--out", type=Path, help="folder for results.json, embeddings.npy and the rest")
    parser.add_argument("--models", type=Path, help="folder with pipeline.json and ONNX files (default: bundled)")
    parser.add_argument("--stages", choices=STAGES, default=STAGES[0])
    parser.add_argument("--dogs", choices=("best", "all"), default="best")
    parser.add_argument("--top", type=int, default=5)
    options = parser.parse_args()
    try:
        return run(options)
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 2

if __name__ == "__main__":
    sys.exit(main())
