"""Reference values for every boundary of the pipeline, by the libraries that define them.

Pixels by Pillow, resampling by Pillow and OpenCV, letterbox by ultralytics, network outputs by onnxruntime, chips and
embeddings by scripts/12_run_full_pipeline.py. Pictures are made here (samedog_reference/scenes.py); no photograph is
used. Deterministic: the same libraries write the same files.

    YOLO_OFFLINE=1 python scripts/make_reference_fixtures.py [--out tests/fixtures/reference]

Needs tests/fixtures/exports (scripts/make_tiny_exports.py). Writes reference.json, photos/, resized/, boxed/, views/
and pipeline/ (a complete set of tiny models with the results that Python gives for it).
"""
from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("YOLO_OFFLINE", "1")
import cv2
import numpy as np
import onnx
import onnxruntime as ort
import PIL
import ultralytics
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from ultralytics.data.augment import LetterBox

from samedog_reference.folder import decode
from samedog_reference.recipe import complete
from samedog_reference.scenes import scene

Array = NDArray[Any]
ROOT = Path(__file__).resolve().parent.parent


def load_pipeline() -> Any:
    """scripts/12_run_full_pipeline.py as a module: its name is no identifier."""
    spec = importlib.util.spec_from_file_location("full_pipeline", ROOT / "scripts/12_run_full_pipeline.py")
    if spec is None or spec.loader is None:
        raise SystemExit("scripts/12_run_full_pipeline.py is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


PIPELINE = load_pipeline()


def digest(image: Array) -> str:
    return hashlib.sha256(np.ascontiguousarray(image).tobytes()).hexdigest()


def samples(values: Array, count: int = 48) -> list[list[float]]:
    """[index, value] pairs spread over the flattened array, to see how far off a wrong array is."""
    flat = np.asarray(values).ravel()
    picks = np.unique(np.linspace(0, flat.size - 1, min(count, flat.size)).astype(int))
    return [[int(i), float(flat[i])] for i in picks]


def numbers(width: int, height: int, seed: int) -> Array:
    """A picture that any language can make: smooth ramps plus hashed noise, in 32-bit integers."""
    x, y, c = np.meshgrid(*(np.arange(n, dtype=np.uint32) for n in (width, height, 3)), indexing="xy")
    with np.errstate(over="ignore"):
        h = x * np.uint32(73856093) ^ y * np.uint32(19349663) ^ (c + np.uint32(seed)) * np.uint32(83492791)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0x5BD1E995)
        h ^= h >> np.uint32(15)
    ramp = (x * np.uint32(160) // np.uint32(max(1, width - 1)) + y * np.uint32(60) // np.uint32(max(1, height - 1)))
    return (ramp + h % np.uint32(36)).astype(np.uint8)


def display_p3() -> bytes:
    """A minimal ICC profile with Display P3's primaries and gamma 2.2: a reader that applies it changes the pixels."""
    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    text = b"Display P3 primaries\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0CC0\0", b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249),
        b"rXYZ": b"XYZ \0\0\0\0" + fixed(0.5151, 0.2412, -0.0011), b"gXYZ": b"XYZ \0\0\0\0" + fixed(0.2920, 0.6922, 0.0419),
        b"bXYZ": b"XYZ \0\0\0\0" + fixed(0.1571, 0.0666, 0.7841),
    }
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        tags[name] = b"curv\0\0\0\0\0\0\0\x01" + struct.pack(">H", round(2.2 * 256)) + b"\0\0"
    offset, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", offset + len(body), b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def photos(out: Path) -> list[dict[str, Any]]:
    """Files of every kind that is read, with their pixels by Pillow."""
    folder = out / "photos"
    folder.mkdir(parents=True)
    small = scene(120, 88, 21)
    turns = {1: [], 2: ["FLIP_LEFT_RIGHT"], 3: ["ROTATE_180"], 4: ["FLIP_TOP_BOTTOM"], 5: ["TRANSPOSE"],
             6: ["ROTATE_90"], 7: ["TRANSVERSE"], 8: ["ROTATE_270"]}
    made: dict[str, tuple[Image.Image, dict[str, Any]]] = {}
    for tag, ops in turns.items():  # stored so that every one of them looks the same once the tag is applied
        image, exif = Image.fromarray(small), Image.Exif()
        for op in ops:
            image = image.transpose(getattr(Image.Transpose, op))
        exif[0x0112] = tag
        exif.get_ifd(0x8769)[0x9003] = f"2026:05:0{tag} 10:20:30"
        made[f"exif_{tag}.jpg"] = image, dict(exif=exif, quality=92, subsampling=0 if tag % 2 else 2)
        if tag == 6:
            made["exif_6.png"], made["exif_6.webp"] = (image, dict(exif=exif)), (image, dict(exif=exif, lossless=True))
    rng = np.random.default_rng(5)
    alpha = np.dstack([small, np.clip(np.linspace(-40, 300, 120)[None, :] + rng.normal(0, 6, (88, 120)), 0, 255)])
    plain = Image.fromarray(small)
    made |= {
        "p3.jpg": (plain, dict(icc_profile=display_p3(), quality=92)),
        "progressive.jpg": (plain, dict(progressive=True, quality=88)), "grey.jpg": (plain.convert("L"), dict(quality=90)),
        "cmyk.jpg": (plain.convert("CMYK"), dict(quality=95)), "lossy.webp": (plain, dict(quality=80)),
        "palette.png": (plain.quantize(64), {}), "alpha.png": (Image.fromarray(alpha.astype(np.uint8)), {}),
        "grey_alpha.png": (Image.fromarray(alpha.astype(np.uint8)).convert("LA"), {}), "still.gif": (plain.quantize(128), {}),
        "one.png": (Image.fromarray(small[40:41, 60:61]), {}), "tall_201x1280.jpg": (Image.fromarray(scene(201, 1280, 22, 3)), dict(quality=85)),
        "panorama_1600x100.jpg": (Image.fromarray(scene(1600, 100, 23, 6)), dict(quality=85)),
        "odd_333x217.png": (Image.fromarray(scene(333, 217, 24, 2)), {}), "thin_1x97.png": (Image.fromarray(scene(97, 97, 25)[:, 5:6]), {}),
    }
    rows = []
    for name, (image, options) in made.items():
        image.save(folder / name, **options)
        rows.append(name)
    deep = np.stack([(np.mgrid[0:40, 0:60][0] * 1500 + np.mgrid[0:40, 0:60][1] * 37 * k) % 65536 for k in (1, 2, 3)], 2)
    cv2.imwrite(str(folder / "deep_rgb.png"), deep.astype(np.uint16))
    cv2.imwrite(str(folder / "deep_grey.png"), deep[:, :, 0].astype(np.uint16))
    listed = []
    for name in sorted([*rows, "deep_rgb.png", "deep_grey.png"]):
        pixels, taken = decode((folder / name).read_bytes())
        listed.append(dict(file=f"photos/{name}", width=pixels.shape[1], height=pixels.shape[0], takenAt=taken,
                           sha256=digest(pixels), samples=samples(pixels), opaque="alpha" not in name))
    return listed


def resized(out: Path) -> list[dict[str, Any]]:
    """Every kernel, down and up, odd ratios, the exact half (OpenCV's special case), to and from one pixel."""
    (out / "resized").mkdir()
    cases = [("photos/odd_333x217.png", w, h) for w, h in ((128, 83), (166, 108), (400, 260), (61, 250), (1, 1), (333, 60))]
    cases += [("photos/one.png", 7, 5), ("photos/thin_1x97.png", 4, 33), ("exports/pictures/meadow.png", 160, 120),
              ("exports/pictures/meadow.png", 160, 160), ("exports/pictures/tall.png", 40, 128)]
    made = [(2048, 1536, 128, 96, 1), (320, 240, 160, 120, 2), (201, 1280, 50, 320, 3), (4000, 3000, 160, 120, 4),
            (61, 47, 183, 141, 5), (160, 100, 159, 99, 6), (500, 300, 80, 80, 7)]
    rows = []
    for case in [*cases, *made]:
        if isinstance(case[0], str):
            file, width, height = case
            base = ROOT / "tests/fixtures" if file.startswith("exports/") else out
            source, spec = decode((base / file).read_bytes())[0], {"file": file}
        else:
            w, h, width, height, seed = case
            source, spec = numbers(w, h, seed), {"numbers": [w, h, seed]}
        for kernel in ("pil-bilinear", "pil-bicubic", "cv-linear", "cv-area"):
            result = PIPELINE.resize(source, width, height, kernel)
            row = dict(source=spec, width=width, height=height, kernel=kernel, sha256=digest(result), samples=samples(result))
            if kernel.startswith("cv"):
                row["pixels"] = f"resized/{len(rows)}.png"
                cv2.imwrite(str(out / row["pixels"]), result[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
            rows.append(row)
    return rows


def letterboxes() -> list[list[int]]:
    """[w, h, target w, target h, new w, new h, left, top]: read off what ultralytics' LetterBox did to a white image."""
    rng = np.random.default_rng(7)
    sizes = [(201, 1280, 640, 640), (1280, 201, 640, 640), (1, 1, 640, 640), (1600, 100, 256, 256), (4000, 3000, 640, 640),
             (3, 900, 192, 192), (333, 217, 192, 96), (333, 217, 96, 192)]
    while len(sizes) < 260:
        side = int(rng.choice((128, 192, 256, 320, 640)))
        sizes.append((int(rng.integers(2, 1400)), int(rng.integers(2, 1400)), side, side))
    rows = []
    for w, h, tw, th in sizes:
        boxed = LetterBox((th, tw), auto=False)(image=np.full((h, w, 3), 255, np.uint8))
        filled = boxed[:, :, 0] != 114
        across, down = np.flatnonzero(filled.any(0)), np.flatnonzero(filled.any(1))
        rows.append([w, h, tw, th, len(across), len(down), int(across[0]), int(down[0])])
    return rows


def raw_outputs(out: Path) -> list[dict[str, Any]]:
    """Each tiny export's network input (ultralytics' letterbox) and output (onnxruntime)."""
    (out / "boxed").mkdir()
    exports = json.loads((ROOT / "tests/fixtures/exports/exports.json").read_text())["exports"]
    rows = []
    for export in exports:
        path = ROOT / "tests/fixtures/exports" / export["file"]
        picture = decode((path.parent / export["picture"]).read_bytes())[0]
        height, width = export["imgsz"]
        boxed = LetterBox((height, width), auto=False)(image=picture)
        name = f"boxed/{Path(export['picture']).stem}_{width}x{height}.png"
        cv2.imwrite(str(out / name), boxed[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
        session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        spec = session.get_inputs()[0]
        tensor = boxed.transpose(2, 0, 1).astype(np.float32) / np.float32(255)
        batch = spec.shape[0] if isinstance(spec.shape[0], int) else 1
        feed = np.stack([tensor] * batch).astype(np.float16 if "16" in spec.type else np.float32)
        output = np.asarray(session.run(None, {spec.name: feed})[0][0], np.float32)
        rows.append(dict(export=export["name"], boxed=name, inputSamples=samples(tensor), shape=list(output.shape),
                         outputSamples=samples(output, 160), outputMax=float(np.abs(output).max())))
    return rows


class Fixed:
    """Stands in for a network: returns what it was given."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def detect(self, *_: Any, **__: Any) -> Any:
        return self.answer

    def embed(self, _: Array) -> Array:
        return np.zeros(1, np.float32)


def chips() -> list[dict[str, Any]]:
    """Random detections and poses under random rules, through scripts/12_run_full_pipeline.py."""
    rng = np.random.default_rng(9)
    names = ["left_eye", "right_eye", "nose", "left_ear", "right_ear"]
    rows = []
    for i in range(340):
        width, height = (int(v) for v in rng.integers(40, 900, 2))
        low = rng.uniform(-5, 0.7, 2) * (width, height) if i % 7 == 0 else rng.uniform(0, 0.6, 2) * (width, height)
        high = low + rng.uniform(0.05, 0.8, 2) * (width, height)
        found = np.array([*np.clip(low, 0, (width, height)), *np.clip(high, 0, (width, height)), 0.9])
        found[2:4] = np.maximum(found[2:4], found[:2] + 0.5)
        found[:4] = np.clip(found[:4], 0, (width, height, width, height))
        if (found[2:4] - found[:2]).min() <= 0:
            continue
        crop = dict(bodyPad=float(rng.choice((0, 0.1, 0.2))), chipMode="original-2025" if i % 4 == 0 else "hull",
                    padBasis=str(rng.choice(("width", "longer"))), chipPad=float(rng.choice((0.2, 0.3, 0.6))),
                    chipSquare=bool(rng.integers(2)), minChip=int(rng.choice((8, 24))), minChipFraction=0.08)
        if i % 3 == 0:
            crop["chipPadNoEars"] = 0.7
        size = (found[2:4] - found[:2]) * 1.2
        centre, spread = rng.uniform(0.2, 0.8, 2) * size, rng.choice((0.002, 0.05, 0.2, 0.5)) * size
        points = centre + rng.normal(0, 1, (5, 2)) * spread
        scores = rng.uniform(0.2, 1, 5) if i % 5 == 0 else rng.uniform(0.25, 1, 5) ** 0.4
        two = i % 11 == 0
        pose = None if i % 23 == 0 else [0.0, 0.0, float(size[0]), float(size[1]), float(rng.uniform(0.2, 1))]
        points = points if two else np.column_stack([points, scores])
        recipe = complete(dict(
            schema="samedog.recipe/1", crop=crop, sha256={}, ingest=dict(exif=True, icc="ignore", alpha="white"),
            detector=dict(file="d", conf=0.25, iou=0.5, classes=["dog"]),
            keypoint=dict(file="k", conf=0.3, kptConf=0.3, names=names, roles={n: n for n in names}),
            embedder=dict(file="e", size=32, resize="pil-bilinear", fit="squash", mean=[0, 0, 0], std=[1, 1, 1], scale=255,
                          colour="rgb", l2="app")))
        pipeline = object.__new__(PIPELINE.Pipeline)
        pipeline.recipe, pipeline.stages, pipeline.dogs = recipe, "detect,keypoints,embed", "best"
        answer = (np.array([pose]), points[None]) if pose else (np.zeros((0, 5)), np.zeros((0, 5, 3)))
        pipeline.models = {"keypoint": Fixed(answer), "embedder": Fixed(None)}
        dog, _ = pipeline.dog(np.zeros((height, width, 3), np.uint8), found)
        rows.append(dict(photo=[width, height], bbox=found[:4].tolist(), crop=crop, pose=pose,
                         points=points.tolist() if pose else None, branch=dog["branch"], reason=dog["reason"], chip=dog["chip"]))
    return rows


def tiny_embedder(path: Path) -> None:
    """Two strided convolutions, mean, a linear layer to 64, L2 inside: an embedder in 20 KB."""
    rng = np.random.default_rng(3)
    shapes = {"w1": (12, 3, 5, 5), "b1": (12,), "w2": (24, 12, 3, 3), "b2": (24,), "w3": (24, 64), "b3": (64,)}
    weights = {n: rng.normal(0, 1.6 / np.sqrt(np.prod(s[1:]) if len(s) > 1 else 400), s).astype(np.float32) for n, s in shapes.items()}
    axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
    nodes = [
        helper.make_node("Conv", ["input", "w1", "b1"], ["c1"], strides=[4, 4], pads=[2, 2, 2, 2]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c2"], ["r2"]), helper.make_node("GlobalAveragePool", ["r2"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]), helper.make_node("Gemm", ["f", "w3", "b3"], ["y"]),
        helper.make_node("ReduceL2", ["y", "axes"], ["n"], keepdims=1), helper.make_node("Div", ["y", "n"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes, "tiny", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 64, 64])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 64])],
        [*(numpy_helper.from_array(v, k) for k, v in weights.items()), axes])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name="samedog"), path)


IMAGENET = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225], scale=255)


def embeddings(out: Path) -> list[dict[str, Any]]:
    """Each preprocessing family on two crops: the pixels the network sees, its tensor, its vector."""
    (out / "views").mkdir()
    base = dict(file="embedding.onnx", size=64, l2="in-graph", padValue=114, cropPct=0.875, **IMAGENET)
    families = {
        "squash": dict(resize="pil-bilinear", fit="squash", colour="rgb"),
        "torchvision": dict(resize="pil-bicubic", fit="center-crop", colour="rgb"),
        "letterboxed": dict(resize="cv-linear", fit="pad", colour="rgb", mean=[0.5] * 3, std=[0.5] * 3),
        "bgr-area": dict(resize="cv-area", fit="squash", colour="bgr", mean=[0, 0, 0], std=[1, 1, 1]),
        "minus-one-to-one": dict(resize="pil-bilinear", fit="squash", colour="rgb", mean=[127.5] * 3, std=[127.5] * 3, scale=1),
    }
    rows = []
    for name, family in families.items():
        section = {**base, **family}
        network = PIPELINE.Embedder(out / "pipeline/embedding.onnx", section)
        for photo, box in (("photos/tall_201x1280.jpg", [10, 300, 190, 421]), ("photos/exif_6.jpg", [3, 5, 111, 80])):
            image = decode((out / photo).read_bytes())[0]
            view = network.view(np.ascontiguousarray(image[box[1]:box[3], box[0]:box[2]]))
            file = f"views/{name}_{Path(photo).stem}.png"
            cv2.imwrite(str(out / file), view[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
            vector = network.embed(np.ascontiguousarray(image[box[1]:box[3], box[0]:box[2]]))
            rows.append(dict(name=name, section=section, photo=photo, box=box, view=file,
                             tensorSamples=samples(network.tensor(view)), embedding=[float(v) for v in vector]))
    return rows


def gather_keypoints(source: Path, target: Path) -> None:
    """An untrained net's points lie anywhere: drawn towards the middle of the input, some make a face chip."""
    model = onnx.load(source)
    output = model.graph.output[0]
    channels, anchors = (dim.dim_value for dim in output.type.tensor_type.shape.dim[1:])
    scale, shift = np.ones((1, channels, 1), np.float32), np.zeros((1, channels, anchors), np.float32)
    for axis in (5, 6):  # x and y of each x, y, visibility after the box and the score
        scale[0, axis::3], shift[0, axis::3] = 0.2, 0.8 * 128 / 2
    scale[0, 4] = 0.25  # many scores are saturated: told apart by their place, so that every runtime has one best
    shift[0, 4] = np.random.default_rng(4).permutation(np.linspace(0, 0.7, anchors))
    for node in model.graph.node:
        node.output[:] = ["drawn" if name == output.name else name for name in node.output]
    for name, value in (("draw_scale", scale), ("draw_shift", shift)):
        model.graph.initializer.append(numpy_helper.from_array(value, name))
    model.graph.node.append(helper.make_node("Mul", ["drawn", "draw_scale"], ["drawn_in"]))
    model.graph.node.append(helper.make_node("Add", ["drawn_in", "draw_shift"], [output.name]))
    onnx.save(model, target)


def steady(folder: Path, recipe: dict[str, Any], image: Array) -> bool:
    """Whether 1 to 12 dogs are found, none of which hangs on a rounding: a crop's edge on a whole px, two poses alike."""
    detector = PIPELINE.Yolo(folder / "detector.onnx", "detect", recipe["detector"])
    keypoint = PIPELINE.Yolo(folder / "keypoint.onnx", "pose", recipe["keypoint"])
    found, _ = detector.detect(image, recipe["detector"]["conf"], recipe["detector"]["iou"], "cv-linear")
    found = found[(found[:, 2:4] > found[:, :2]).all(axis=1)]
    height, width = image.shape[:2]
    for box in found:
        pad = recipe["crop"]["bodyPad"] * (box[2] - box[0])
        edges = box[:4] + (-pad, -pad, pad, pad)
        inner = edges[(edges > 0) & (edges < (width, height, width, height))]
        if (np.abs(inner - np.rint(inner)) < 0.02).any():
            return False
        x1, y1, x2, y2 = PIPELINE.int_box(edges, width, height)
        poses, _ = keypoint.detect(np.ascontiguousarray(image[y1:y2, x1:x2]), 0.0, 1.0, "cv-linear", max_det=2)
        if poses[0, 4] - poses[1, 4] < 0.001:
            return False
    return 1 <= len(found) <= 12


def tiny_pipeline(out: Path) -> None:
    """A whole set of tiny models, a folder of pictures, and what scripts/12_run_full_pipeline.py makes of them."""
    folder = out / "pipeline"
    exports = ROOT / "tests/fixtures/exports"
    recipe = dict(
        schema="samedog.recipe/1",
        detector=dict(file="detector.onnx", conf=0.6, iou=0.05, classes=["dog"]),
        keypoint=dict(file="keypoint.onnx", conf=0.25, kptConf=0.05, names=["left_eye", "right_eye", "nose", "left_ear", "right_ear"],
                      roles={n: n for n in ("left_eye", "right_eye", "nose", "left_ear", "right_ear")}),
        crop=dict(bodyPad=0.1, chipMode="hull", chipPad=0.2, chipPadNoEars=0.5, chipSquare=False, minChip=8),
        embedder=dict(file="embedding.onnx", size=64, resize="pil-bilinear", fit="squash", colour="rgb", l2="in-graph", **IMAGENET),
        ingest=dict(exif=True, icc="ignore", alpha="white"), sha256={})
    shutil.copy(exports / "11-raw.onnx", folder / "detector.onnx")
    gather_keypoints(exports / "11-pose-raw.onnx", folder / "keypoint.onnx")
    (folder / "pipeline.json").write_text(json.dumps(recipe, indent=1))
    for dog in range(3):
        (folder / f"photos/dog {dog}").mkdir(parents=True)
        for shot in range(3):
            size = ((220, 200), (201, 430), (240, 320))[shot]
            exif = Image.Exif()
            exif[0x0112] = 6 if shot == 2 else 1
            for seed in range(50 + 10 * dog + shot, 1050, 30):
                buffer = io.BytesIO()
                Image.fromarray(scene(*size, seed=seed, dogs=1 + (dog + shot) % 3)).save(buffer, "JPEG", quality=90, exif=exif)
                if steady(folder, complete(recipe), decode(buffer.getvalue())[0]):
                    break
            else:
                raise SystemExit("no steady picture for the tiny pipeline")
            (folder / f"photos/dog {dog}/{shot}.jpg").write_bytes(buffer.getvalue())
    Image.fromarray(np.full((90, 120, 3), 127, np.uint8)).save(folder / "photos/grey.png")
    (folder / "photos/dog 1/notes.txt").write_text("not a photo\n")
    (folder / "photos/dog 1/broken.jpg").write_bytes(b"")
    shutil.rmtree(folder / "expected", ignore_errors=True)
    for dogs in ("best", "all"):
        target = folder / f"expected/{dogs}"
        command = [sys.executable, str(ROOT / "scripts/12_run_full_pipeline.py"), str(folder / "photos"), "--models", str(folder),
                   "--out", str(target), "--dogs", dogs]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"the tiny pipeline failed: {done.stdout[-500:]}{done.stderr[-1500:]}")
        for extra in ("similarity.npy", "similarity.csv", "metrics.json"):
            (target / extra).unlink()
        results = target / "results.json"
        results.write_text(json.dumps(json.loads(results.read_text()), separators=(",", ":")) + "\n")


def check_oracle() -> None:
    """scripts/12_run_full_pipeline.py itself, against ultralytics' predictor on every export: within .2 px and .002."""
    folder = ROOT / "tests/fixtures/exports"
    for row in json.loads((folder / "exports.json").read_text())["exports"]:
        path = folder / row["file"]
        if "metadataProps" in row:
            model = onnx.load(path)
            del model.metadata_props[:]
            helper.set_model_props(model, row["metadataProps"])
            path = Path(tempfile.mkdtemp()) / row["file"]
            onnx.save(model, path)
        count = row["keypoints"][0] if row["keypoints"] else 0
        rules = {"names": row["keypointNames"] or [str(i) for i in range(count)]} if count else {"classes": ["dog"]}
        picture, _ = decode((folder / row["picture"]).read_bytes())
        found, points = PIPELINE.Yolo(path, row["task"], rules).detect(picture, row["conf"], row["iou"], "cv-linear")
        wanted = [box for box in row["boxes"] if row["classes"][box["cls"]] == "dog"]
        if len(found) != len(wanted):
            raise SystemExit(f"{row['name']}: {len(found)} boxes, ultralytics {len(wanted)}")
        for box in wanted:
            apart = np.abs(found[:, :4] - box["box"]).max(axis=1) + 100 * np.abs(found[:, 4] - box["score"])
            at = int(apart.argmin())
            limits = picture.shape[1], picture.shape[0]
            moved = [np.abs(np.clip(points[at, :, :2], 0, limits) - np.array(box["keypoints"])[:, :2]).max()] if count else [0]
            if apart[at] > 0.2 or moved[0] > 0.2:
                raise SystemExit(f"{row['name']}: off by {apart[at]:.4f} at {box}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=ROOT / "tests/fixtures/reference")
    out: Path = parser.parse_args().out
    check_oracle()
    shutil.rmtree(out, ignore_errors=True)
    (out / "pipeline").mkdir(parents=True)
    tiny_embedder(out / "pipeline/embedding.onnx")
    made_by = f"Pillow {PIL.__version__}, OpenCV {cv2.__version__}, onnxruntime {ort.__version__}, ultralytics {ultralytics.__version__}"
    reference = dict(madeBy=made_by, photos=photos(out), resized=resized(out), letterboxes=letterboxes(),
                     rawOutputs=raw_outputs(out), chips=chips(), embeddings=embeddings(out))
    parts = []
    for key, value in reference.items():
        body = "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]" if isinstance(value, list) else json.dumps(value)
        parts.append(f"{json.dumps(key)}: {body}")
    (out / "reference.json").write_text("{\n" + ",\n".join(parts) + "\n}\n")
    tiny_pipeline(out)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    print(f"{size / 1e6:.2f} MB in {out}")


if __name__ == "__main__":
    main()
