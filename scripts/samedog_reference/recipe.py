"""models/pipeline.json: checked by hand, defaults filled in; and which file plays which part."""
from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import onnx

REQUIRED = object()
RECIPE: dict[str, dict[str, Any]] = {  # every key of the recipe with its default; None: may be absent
    "detector": dict(file=REQUIRED, imgsz=None, conf=REQUIRED, iou=REQUIRED, classes=REQUIRED, resize="cv-linear"),
    "keypoint": dict(file=REQUIRED, imgsz=None, conf=REQUIRED, kptConf=REQUIRED, names=REQUIRED, roles=REQUIRED,
                     resize="cv-linear"),
    "crop": dict(bodyPad=REQUIRED, padBasis="width", chipMode=REQUIRED, chipPad=REQUIRED, chipPadNoEars=None,
                 chipSquare=False, minChip=REQUIRED, minChipFraction=0.08),
    "embedder": dict(file=REQUIRED, size=REQUIRED, resize=REQUIRED, fit=REQUIRED, padValue=114, cropPct=0.875,
                     mean=REQUIRED, std=REQUIRED, scale=REQUIRED, colour=REQUIRED, l2=REQUIRED),
    "ingest": dict(exif=REQUIRED, icc=REQUIRED, alpha=REQUIRED),
    "sha256": dict(detector=None, keypoint=None, embedder=None),
}
CHOICES = {
    "resize": ("cv-linear", "pil-bilinear", "pil-bicubic", "cv-area"), "padBasis": ("width", "longer"),
    "chipMode": ("hull", "original-2025"), "fit": ("squash", "pad", "center-crop"), "colour": ("rgb", "bgr"),
    "l2": ("in-graph", "app"), "exif": (True,), "icc": ("ignore",), "alpha": ("white",),
}
ROLES = ("left_eye", "right_eye", "nose", "left_ear", "right_ear", "chin", "throat")
SLOTS = {"detector": "detect", "keypoint": "pose", "embedder": "embed"}
DEFAULT_FILES = {"detector": "detector.onnx", "keypoint": "keypoint.onnx", "embedder": "embedding.onnx"}


class Refused(Exception):
    """A usage, model or recipe error: one clear line, exit 2."""


def complete(raw: dict[str, Any]) -> dict[str, Any]:
    """The recipe with its defaults; keys that may be absent and are stay away from the result."""
    if raw.get("schema") != "samedog.recipe/1":
        raise Refused(f'pipeline.json: "schema" is {raw.get("schema")!r}, not "samedog.recipe/1"')
    if unknown := set(raw) - set(RECIPE) - {"schema"}:
        raise Refused(f'pipeline.json: "{min(unknown)}" is not a key of the recipe')
    recipe: dict[str, Any] = {"schema": raw["schema"]}
    for section, keys in RECIPE.items():
        given = raw.get(section)
        if not isinstance(given, dict):
            raise Refused(f'pipeline.json: "{section}" is missing')
        if unknown := set(given) - set(keys):
            raise Refused(f'pipeline.json: "{section}.{min(unknown)}" is not a key of the recipe')
        recipe[section] = {}
        for key, default in keys.items():
            value = given.get(key, default)
            if value is REQUIRED:
                raise Refused(f'pipeline.json: "{section}.{key}" is missing, and no graph tells it')
            if key in CHOICES and value not in CHOICES[key]:
                known = ", ".join(map(str, CHOICES[key]))
                raise Refused(f'pipeline.json: "{section}.{key}" is {value!r}, not one of {known}')
            if value is not None:
                recipe[section][key] = value
    return recipe


def facts(path: Path) -> tuple[dict[str, str], list[int]]:
    """The file's metadata, and the sides of its first input that are fixed."""
    try:
        model = onnx.load(str(path), load_external_data=False)
        sides = [side.dim_value for side in model.graph.input[0].type.tensor_type.shape.dim[2:4]]
    except Exception as error:
        raise Refused(f"{path.name} is not a readable ONNX model: {error}") from error
    return {entry.key: entry.value for entry in model.metadata_props}, [side for side in sides if side > 0]


def task_of(path: Path) -> str:
    """`detect`, `pose`, another ultralytics task, or `embed` where the metadata names none."""
    return facts(path)[0].get("task", "embed")


def told(slot: str, path: Path) -> dict[str, Any]:
    """The keys of a section that the graph itself tells."""
    meta, sides = facts(path)
    known: dict[str, Any] = {"file": path.name}
    if slot == "embedder":
        return known | {"l2": "app"} | ({"size": sides[0] if len(set(sides)) == 1 else sides} if len(sides) == 2 else {})
    names = list(ast.literal_eval(meta.get("names", "{}")).values())
    if slot == "detector" and ("dog" in names or len(names) == 1):
        known["classes"] = ["dog"] if "dog" in names else names
    points = ast.literal_eval(meta.get("kpt_names", "{}"))
    if slot == "keypoint" and points:
        known["names"] = list(next(iter(points.values())) if isinstance(points, dict) else points)
        known["roles"] = {role: name for role in ROLES for name in known["names"] if name in (role, f"{role}_base")}
    return known


def load(bundled: Path, chosen: Path | None, slots: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Path]]:
    """The recipe and a file for each slot: the chosen folder's own, else the bundled model with its section."""
    def read(folder: Path) -> dict[str, Any]:
        file = folder / "pipeline.json"
        try:
            return dict(json.loads(file.read_text())) if file.is_file() else {}
        except ValueError as error:
            raise Refused(f"{file} is not JSON: {error}") from error

    base, files = read(bundled), dict[str, Path]()
    raw = read(chosen) if chosen else base
    free = sorted(path for sub in (".", "onnx") for path in (chosen / sub).glob("*.onnx")) if chosen else []
    for slot in SLOTS:
        named = raw.get(slot, {}).get("file")
        own = [p for p in free if p.name == named] or [p for p in free if p.name == DEFAULT_FILES[slot]]
        if own:
            files[slot] = own[0]
            free.remove(own[0])
    for path in free:
        slot = next((slot for slot, task in SLOTS.items() if task == task_of(path)), None)
        if slot and slot not in files:
            files[slot] = path
    merged = {"schema": raw.get("schema", base.get("schema")), "sha256": {}}
    for section in RECIPE:
        own_model = section in files
        if section != "sha256":
            merged[section] = raw.get(section, {} if own_model else base.get(section))
    for slot in SLOTS:
        hashes = raw if slot in files or not chosen else base
        merged["sha256"][slot] = hashes.get("sha256", {}).get(slot)
        if slot not in files:
            if chosen:
                merged[slot] = base.get(slot)
            name = (base.get(slot) or {}).get("file", DEFAULT_FILES[slot])
            files[slot] = next((p for p in (bundled / name, bundled / "onnx" / name) if p.is_file()), bundled / name)
        elif isinstance(merged.get(slot), dict):
            merged[slot] = {**told(slot, files[slot]), **merged[slot], "file": files[slot].name}
        if slot in slots and not files[slot].is_file():
            raise Refused(f"{files[slot]} does not exist: the {slot} stage has no model")
    return complete(merged), files
