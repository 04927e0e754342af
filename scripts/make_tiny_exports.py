"""Tiny real ultralytics exports, one for each form that the app has to read, with ultralytics' own boxes beside them.

Narrow variants of the packaged model YAMLs get seeded weights, batch norms calibrated on pictures made here, and heads
scaled so that a few dozen anchors pass the threshold: no training, no photo, no download. Each is exported by
ultralytics itself, stored small (convolution weights as fp16 with a cast), and run through ultralytics' own predictor.

    YOLO_OFFLINE=1 python scripts/make_tiny_exports.py [--out tests/fixtures/exports] [--only NAME ...]

Writes NAME.onnx, pictures/*.png and exports.json. ultralytics is AGPL-3.0: the app never imports it, this script does.
"""
from __future__ import annotations

import argparse
import ast
import json
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("YOLO_OFFLINE", "1")
import cv2
import numpy as np
import onnx
import onnxruntime as ort
import torch
import ultralytics
import yaml
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.transformers import float16
from ultralytics import YOLO
from ultralytics.nn.modules.head import Detect
from ultralytics.utils import LOGGER

from samedog_reference.scenes import scene

Array = NDArray[Any]
ROOT = Path(__file__).resolve().parent.parent
CONF, IOU = 0.25, 0.7
REG_MAX = 4
Detect.__init__.__defaults__ = (80, REG_MAX, False, ())  # v10Detect takes no reg_max; 16 would triple its file
MENAGERIE = {0: "person", 1: "cat", 2: "dog", 3: "horse", 4: "bear", 5: "traffic light"}
FACE = ["left_eye", "right_eye", "nose", "left_ear", "right_ear"]
QUOTED = ["nose", "dog's chin", "left_ear_base", "right_ear_base"]
PICTURES = {  # name: width, height, seed, dogs
    "meadow": (320, 240, 11, 3), "tall": (201, 640, 12, 2), "wide": (720, 150, 13, 5), "face": (190, 230, 14, 1),
}


@dataclass(frozen=True)
class Form:
    """One export: which YAML, how it is exported, and what is edited afterwards."""

    name: str
    yaml: str
    note: str
    picture: str = "meadow"
    imgsz: tuple[int, int] = (128, 128)
    names: dict[int, str] = field(default_factory=lambda: {0: "dog"})
    kpts: tuple[int, int] | None = None
    kpt_names: list[str] | None = None
    export: dict[str, Any] = field(default_factory=dict)
    half_io: bool = False
    width: float = 0.03
    top: int = 512
    shallow: bool = False

    @property
    def task(self) -> str:
        return "pose" if self.kpts else "detect"

    @property
    def end_to_end(self) -> bool:
        return self.export.get("nms") is False


V8, V9, V10, V11, V12, V26 = "v8/yolov8", "v9/yolov9t", "v10/yolov10n", "11/yolo11", "12/yolo12", "26/yolo26"
FORMS = (
    Form("v8-raw", V8, "YOLOv8, raw"),
    Form("v9-raw", V9, "YOLOv9, raw", picture="tall"),
    Form("11-raw", V11, "YOLO11, raw", picture="tall"),
    Form("12-raw", V12, "YOLO12, raw: its attention needs 32 channels, so it is shallow", width=0.125, shallow=True),
    Form("26-raw", V26, "YOLO26, raw: its one-to-many branch, the default of 8.4.190", picture="wide"),
    Form("v10-end2end", V10, "YOLOv10, NMS-free head", export={"nms": False}),
    Form("26-end2end", V26, "YOLO26, NMS-free head", picture="tall", export={"nms": False}),
    Form("11-nms", V11, "nms=True: rows are padded with zeros", export={"nms": True}),
    Form("26-nms", V26, "YOLO26 with nms=True", picture="wide", export={"nms": True}),
    Form("11-dynamic", V11, "dynamic axes", picture="tall", export={"dynamic": True}),
    Form("11-batch2", V11, "a fixed batch of two", export={"batch": 2}),
    Form("11-half", V11, "quantize=16: fp16 inside, float32 outside", export={"quantize": 16}),
    Form("11-half-io", V11, "fp16 input and output, by conversion", half_io=True),
    Form("11-int8", V11, "quantize=8: QDQ int8, shallow", export={"quantize": 8}, shallow=True, width=0.12, top=1024),
    Form("11-classes", V11, "six classes, one of them dog", names=MENAGERIE),
    Form("26-classes-end2end", V26, "six classes, NMS-free", names=MENAGERIE, export={"nms": False}),
    Form("11-classes-nms", V11, "six classes, nms=True", names=MENAGERIE, export={"nms": True}),
    Form("11-oblong", V11, "imgsz not square", picture="wide", imgsz=(96, 192)),
    Form("v8-pose-raw", V8, "K=4, names with a quote inside", "face", kpts=(4, 3), kpt_names=QUOTED),
    Form("11-pose-raw", V11, "K=5", "face", kpts=(5, 3), kpt_names=FACE),
    Form("11-pose-2d", V11, "K=5 without visibility", "face", kpts=(5, 2), kpt_names=FACE),
    Form("11-pose-24", V11, "K=24 (dog-pose), no names", "face", kpts=(24, 3)),
    Form("26-pose-raw", V26, "Pose26, raw", "face", kpts=(5, 3), kpt_names=FACE),
    Form("26-pose-end2end", V26, "Pose26, NMS-free", "face", kpts=(5, 3), kpt_names=FACE, export={"nms": False}),
    Form("11-pose-nms", V11, "K=5, nms=True", "face", kpts=(5, 3), kpt_names=FACE, export={"nms": True}),
    Form("11-pose-2d-nms", V11, "K=5 without visibility, nms=True", "face", kpts=(5, 2), kpt_names=FACE,
         export={"nms": True}),
    Form("11-pose-oblong", V11, "K=5, imgsz not square", "face", imgsz=(160, 96), kpts=(5, 3), kpt_names=FACE),
)
EDITS = (  # name, the export it shares its graph with, what its metadata became, note
    ("11-stripped", "11-raw", "strip", "metadata removed"),
    ("11-nms-stripped", "11-nms", "strip", "nms=True, metadata removed"),
    ("v8-old-raw", "v8-raw", "old", "metadata as 8.3 wrote it: no end2end, 'nms': False means raw"),
    ("11-old-nms", "11-nms", "old", "metadata as 8.3 wrote it, nms=True"),
    ("old-end2end", "26-end2end", "old", "metadata as 8.3 wrote it for YOLOv10: neither end2end nor nms says so"),
    ("v8-oldest", "v8-raw", "oldest", "metadata without args, as 8.0 wrote it"),
    ("11-pose-stripped", "11-pose-raw", "strip", "K=5, metadata removed"),
    ("11-pose-old", "11-pose-raw", "old", "K=5, metadata as 8.3 wrote it, no kpt_names"),
)


def letterboxed(picture: Array, imgsz: tuple[int, int]) -> torch.Tensor:
    """[1, 3, H, W] in 0..1 by ultralytics' own LetterBox."""
    from ultralytics.data.augment import LetterBox

    boxed = LetterBox(imgsz, auto=False)(image=picture)
    return torch.from_numpy(np.ascontiguousarray(boxed.transpose(2, 0, 1))).float()[None] / 255


def heads(head: torch.nn.Module, end_to_end: bool) -> dict[str, torch.nn.ModuleList]:
    """The last convolutions of the branch that will be exported: boxes, classes, keypoints."""
    prefix = "one2one_" if end_to_end else ""
    points = "cv4_kpts" if hasattr(head, "cv4_kpts") else "cv4"
    found = {"box": getattr(head, prefix + "cv2"), "cls": getattr(head, prefix + "cv3")}
    if hasattr(head, points):
        found["kpt"] = getattr(head, prefix + points)
    return {k: torch.nn.ModuleList(m[-1] if isinstance(m, torch.nn.Sequential) else m for m in v) for k, v in found.items()}


def calibrate(net: torch.nn.Module, form: Form, pictures: list[torch.Tensor], seed: int) -> None:
    """Give an untrained net content-dependent outputs of sensible size, and some dozens of scores over CONF."""
    torch.manual_seed(seed)
    for name, module in net.named_modules():
        if isinstance(module, torch.nn.Conv2d) and "dfl" not in name:
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if name.startswith(("model.0.", "model.1.", "model.3.")):  # low-pass: one noisy pixel must not matter
                module.weight.data[:] = module.weight.mean((2, 3), keepdim=True) * 3
        elif isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
            module.reset_running_stats()
    net.train()
    with torch.no_grad():
        net(torch.cat(pictures))
    net.eval()
    head = net.model[-1]
    head.end2end = form.end_to_end
    spread = {"box": 0.9, "cls": 1.6, "kpt": 1.0}
    with torch.no_grad():
        for kind, convs in heads(head, form.end_to_end).items():
            for conv in convs:
                seen: list[torch.Tensor] = []
                hook = conv.register_forward_hook(lambda _m, _i, out, seen=seen: seen.append(out))
                net(pictures[0])
                hook.remove()
                values = seen[0].transpose(0, 1).flatten(1)
                scale = spread[kind] / values.std(1).clamp_min(1e-4)
                conv.weight *= scale[:, None, None, None]
                conv.bias[:] = (conv.bias - values.mean(1)) * scale
                if kind == "box":
                    conv.bias += 1.9 if head.reg_max == 1 else torch.linspace(0.9, -0.9, head.reg_max).repeat(4)
        raw = torch.cat([conv_out for conv_out in class_logits(net, form, pictures[0])], 1)  # [nc, anchors]
        best = raw.max(0).values.sort(descending=True).values
        wanted = best[24:70] if len(form.names) == 1 else best[60:160]
        gaps = wanted[:-1] - wanted[1:]
        at = int(gaps.argmax())
        shift = float(np.log(CONF / (1 - CONF)) - (wanted[at] + wanted[at + 1]) / 2)
        for conv in heads(head, form.end_to_end)["cls"]:
            conv.bias += shift


def class_logits(net: torch.nn.Module, form: Form, picture: torch.Tensor) -> list[torch.Tensor]:
    """Each level's class logits, [nc, cells]."""
    seen: list[torch.Tensor] = []
    hooks = [c.register_forward_hook(lambda _m, _i, out: seen.append(out[0].flatten(1)))
             for c in heads(net.model[-1], form.end_to_end)["cls"]]
    net(picture)
    for hook in hooks:
        hook.remove()
    return seen


def narrow_yaml(form: Form, folder: Path) -> Path:
    """The packaged YAML of this family, narrowed."""
    base = Path(ultralytics.__file__).parent / "cfg/models" / f"{form.yaml}.yaml"
    config = yaml.safe_load(base.read_text())
    config["nc"] = len(form.names)
    if "scales" in config:
        config["scales"] = {"n": [0.33, form.width, form.top]}
    else:
        config.update(depth_multiple=0.33, width_multiple=form.width)
        for part in ("backbone", "head"):  # yolov9t writes its widths out
            for layer in config[part]:
                layer[3] = [max(8, a // 8) if isinstance(a, int) and not isinstance(a, bool) and a >= 16 else a for a in layer[3]]
    for layer in [*config["backbone"], *config["head"]]:
        if layer[2] == "A2C2f":  # its attention asks for a multiple of 32 hidden channels, whatever the width
            layer[3][0] = max(layer[3][0], 512)
    if config.get("reg_max") != 1:
        config["reg_max"] = REG_MAX
    if form.shallow:  # int8 kernels round differently in each runtime, and depth multiplies it in an untrained net
        config["backbone"] = [[-1, 1, "Conv", [c, 3, 2]] for c in (64, 128, 256, 512, 768)]
        if form.yaml == V12:
            config["backbone"].append([-1, 1, "A2C2f", [512, True, 1]])
        config["head"] = [[[2, 3, len(config["backbone"]) - 1], 1, "Detect", ["nc"]]]
    if form.kpts:
        config["kpt_shape"] = list(form.kpts)
        kind = "Pose26" if form.yaml == V26 else "Pose"
        config["head"][-1] = [config["head"][-1][0], 1, kind, ["nc", "kpt_shape"]]
    path = folder / f"{Path(form.yaml).name.rstrip('nt') if 'scales' in config else 'yolov9t'}n.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def store_small(path: Path) -> None:
    """Convolution weights as fp16 with a cast to fp32: half the file, the same fp32 network in every runtime."""
    model = onnx.load(path)
    weights = {name for node in model.graph.node if node.op_type == "Conv" for name in node.input[1:2]}
    for tensor in model.graph.initializer:
        if tensor.name in weights and tensor.data_type == TensorProto.FLOAT:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name + "_f16"))
            model.graph.node.insert(0, helper.make_node("Cast", [name + "_f16"], [name], name + "_cast", to=TensorProto.FLOAT))
    onnx.save(model, path)


def shorten(path: Path) -> None:
    """Tensor names of a few letters and no node names: they are half of so small a file, and nothing reads them."""
    model = onnx.load(path)
    keep = {value.name for value in [*model.graph.input, *model.graph.output]} | {""}
    short: dict[str, str] = {}

    def name_of(name: str) -> str:
        return name if name in keep else short.setdefault(name, f"t{len(short):x}")

    for node in model.graph.node:
        node.name, node.doc_string = "", ""
        node.input[:] = [name_of(name) for name in node.input]
        node.output[:] = [name_of(name) for name in node.output]
        if any(attribute.HasField("g") for attribute in node.attribute):
            raise SystemExit(f"{path.name}: a subgraph: its names would have to be kept")
    for tensor in model.graph.initializer:
        tensor.name = name_of(tensor.name)
    del model.graph.value_info[:]
    onnx.save(model, path)


def tidy_metadata(path: Path) -> None:
    """No date, and no path of the machine that made the file."""
    model = onnx.load(path)
    told = {entry.key: entry.value for entry in model.metadata_props}
    args = ast.literal_eval(told["args"])
    if args.get("data"):
        args["data"] = "/home/someone/private/calibration.yaml"
    told |= {"date": "2026-01-01T00:00:00", "args": str(args)}
    del model.metadata_props[:]
    helper.set_model_props(model, told)
    onnx.save(model, path)


def edited(path: Path, edit: str, nms: bool) -> dict[str, str]:
    """The metadata that an older version would have written, or none. The graph stays, so no second file is kept."""
    told = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    if edit == "strip":
        return {}
    told["version"] = "8.3.100" if edit == "old" else "8.0.200"
    told["args"] = str({"batch": 1, "half": False, "dynamic": False, "simplify": True, "opset": 19, "nms": nms})
    for key in ("end2end", "head", "kpt_names", "channels", *(["args"] if edit == "oldest" else [])):
        told.pop(key, None)
    return told


def predict(path: Path, form: Form, picture: Array) -> list[dict[str, Any]]:
    """ultralytics' own predictor on an RGB picture: boxes and keypoints in its pixels, best first."""
    bgr = np.ascontiguousarray(picture[:, :, ::-1])
    source = [bgr] * form.export.get("batch", 1)
    found = YOLO(str(path), task=form.task).predict(
        source, conf=CONF, iou=IOU, imgsz=list(form.imgsz), rect=False, max_det=300, device="cpu", verbose=False,
        batch=len(source), save=False,
    )[0]
    rows = [dict(box=[round(v, 4) for v in row[:4]], score=round(row[4], 6), cls=int(row[5]))
            for row in found.boxes.data.tolist()]
    if form.kpts:
        for row, points in zip(rows, found.keypoints.data.tolist(), strict=True):
            row["keypoints"] = [[round(v, 4) for v in point] for point in points]
    return sorted(rows, key=lambda row: -row["score"])


def has_area(box: list[float]) -> bool:
    """Whether anything is left of a clipped box: an untrained net also finds dogs in the letterbox's border."""
    return box[2] > box[0] and box[3] > box[1]


def unsure(path: Path, form: Form, picture: Array, expected: list[dict[str, Any]]) -> bool:
    """Whether one grey level in a thousand pixels changes which boxes are found: then the seed is no good."""
    rng = np.random.default_rng(0)
    for _ in range(2):
        noise = (rng.random(picture.shape) < 0.001) * rng.choice((-1, 1), picture.shape)
        again = predict(path, form, np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8))
        if len(again) != len(expected):
            return True
        for row in expected:
            if not any(np.abs(np.subtract(row["box"], other["box"])).max() < 1 and row["cls"] == other["cls"]
                       and abs(row["score"] - other["score"]) < 0.004 for other in again):
                return True
    return False


def make(form: Form, out: Path, pictures: dict[str, Array], work: Path) -> dict[str, Any]:
    others = [scene(160, 160, 100 + i, 2) for i in range(7)]
    inputs = [letterboxed(p, form.imgsz) for p in [pictures[form.picture], *others]]
    path = out / f"{form.name}.onnx"
    for seed in range(40):
        LOGGER.setLevel("ERROR")
        model = YOLO(str(narrow_yaml(form, work)), task=form.task)
        net = model.model.float()
        net.names = form.names
        calibrate(net, form, inputs, seed)
        if form.kpt_names:
            net.kpt_names = {i: form.kpt_names for i in form.names}
        arguments = dict(form.export)
        if arguments.get("quantize") == 8:
            arguments["data"] = str(calibration_set(work, others))
        if arguments.get("nms") is True:
            arguments.update(conf=CONF, iou=IOU)
        model.ckpt_path = net.pt_path = str(work / f"{form.name}.pt")
        made = Path(model.export(format="onnx", imgsz=list(form.imgsz), simplify=True, device="cpu", **arguments))
        if form.half_io:
            half = float16.convert_float_to_float16(onnx.load(made), keep_io_types=False)
            onnx.save(half, made)
        elif "quantize" not in arguments:
            store_small(made)
        shorten(made)
        shutil.move(made, path)
        tidy_metadata(path)
        expected = predict(path, form, pictures[form.picture])
        dogs = [row for row in expected if form.names[row["cls"]] == "dog" and has_area(row["box"])]
        steady = arguments.get("quantize") == 8 or not unsure(path, form, pictures[form.picture], expected)
        if len(dogs) >= 5 and steady:  # int8 rounds: one grey level may always move a box; equal pixels do not
            break
    else:
        raise SystemExit(f"{form.name}: no seed gives a stable set of at least 5 boxes")
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    shape = [d if isinstance(d, int) else str(d) for d in session.get_outputs()[0].shape]
    print(f"{form.name}: seed {seed}, {path.stat().st_size // 1024} KiB, output {shape}, {len(dogs)} dogs of {len(expected)}", flush=True)
    return dict(
        name=form.name, file=path.name, note=form.note, task=form.task, picture=f"pictures/{form.picture}.png",
        imgsz=list(form.imgsz), conf=CONF, iou=IOU, classes=list(form.names.values()), metadata="as exported",
        keypoints=form.kpts, keypointNames=form.kpt_names, endToEnd=form.end_to_end, nms=form.export.get("nms") is True,
        boxes=expected,
    )


def calibration_set(work: Path, pictures: list[Array]) -> Path:
    images, labels = work / "set/images", work / "set/labels"
    images.mkdir(parents=True, exist_ok=True)
    labels.mkdir(parents=True, exist_ok=True)
    for i, picture in enumerate(pictures):
        cv2.imwrite(str(images / f"{i}.png"), picture[:, :, ::-1])
        (labels / f"{i}.txt").write_text("0 0.5 0.5 0.4 0.4\n")
    path = work / "set.yaml"
    path.write_text(yaml.safe_dump(dict(path=str(work / "set"), train="images", val="images", names={0: "dog"})))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=ROOT / "tests/fixtures/exports")
    parser.add_argument("--only", nargs="*", help="names of forms to make; the others are kept as they are")
    options = parser.parse_args()
    (options.out / "pictures").mkdir(parents=True, exist_ok=True)
    pictures = {name: scene(*args) for name, args in PICTURES.items()}
    for name, picture in pictures.items():
        cv2.imwrite(str(options.out / f"pictures/{name}.png"), picture[:, :, ::-1])
    index = options.out / "exports.json"
    known = {row["name"]: row for row in json.loads(index.read_text())["exports"]} if index.is_file() else {}
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            if not options.only or form.name in options.only:
                known[form.name] = make(form, options.out, pictures, Path(folder))
                save(index, known)
    save(index, known)
    print(f"{len(known)} exports, {sum(p.stat().st_size for p in options.out.rglob('*') if p.is_file()) / 1e6:.2f} MB")


def save(index: Path, known: dict[str, dict[str, Any]]) -> None:
    """exports.json, one line for each export."""
    rows = [known[form.name] for form in FORMS if form.name in known]
    for name, base, edit, note in EDITS:
        if base in known:
            told = edited(index.parent / known[base]["file"], edit, known[base]["nms"])
            names = {"keypointNames": None} if edit == "old" else {}
            rows.append({**known[base], "name": name, "note": note, "metadata": edit, "metadataProps": told, **names})
    made_by = f"ultralytics {ultralytics.__version__}, torch {torch.__version__.split('+')[0]}, onnxruntime {ort.__version__}"
    lines = ",\n".join(json.dumps(row) for row in rows)
    index.write_text(f'{{"madeBy": {json.dumps(made_by)}, "exports": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
