"""models/pipeline.json: defaults, updating one stage's part, sha256."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from .faces import KEYPOINTS
from .networks import MEAN, STD

Stage = Literal["detector", "keypoint", "embedder"]
REPO = Path(__file__).resolve().parents[2]
MODELS = REPO / "models"
RECIPE = MODELS / "pipeline.json"


def defaults() -> dict[str, Any]:
    """Everything that no graph can tell. Thresholds were chosen on val (models/README.md)."""
    return {
        "schema": "samedog.recipe/1",
        "detector": {
            "file": "detector.onnx",
            "imgsz": [256, 256],
            "conf": 0.5,
            "iou": 0.5,
            "classes": ["dog"],
            "resize": "cv-linear",
        },
        "keypoint": {
            "file": "keypoint.onnx",
            "imgsz": [192, 192],
            "conf": 0.3,
            "kptConf": 0.3,
            "names": list(KEYPOINTS),
            "roles": {name: name for name in KEYPOINTS},
            "resize": "cv-linear",
        },
        "crop": {
            "bodyPad": 0.1,
            "padBasis": "width",
            "chipMode": "hull",
            "chipPad": 0.3,
            "chipPadNoEars": 0.7,
            "chipSquare": True,
            "minChip": 24,
            "minChipFraction": 0.08,
        },
        "embedder": {
            "file": "embedding.onnx",
            "size": 160,
            "resize": "pil-bilinear",
            "fit": "squash",
            "mean": list(MEAN),
            "std": list(STD),
            "scale": 255,
            "colour": "rgb",
            "l2": "in-graph",
        },
        "ingest": {"exif": True, "icc": "ignore", "alpha": "white"},
        "sha256": {},
    }


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path: Path = RECIPE) -> dict[str, Any]:
    """The recipe, or the defaults where there is none yet."""
    recipe: dict[str, Any] = json.loads(path.read_text()) if path.exists() else defaults()
    return recipe


def update(stage: Stage, model: Path, values: dict[str, Any], path: Path = RECIPE) -> None:
    """Write what an export knows into its stage's part, and the file's hash."""
    recipe = read(path)
    recipe[stage] = {**recipe[stage], "file": model.name, **values}
    recipe["sha256"][stage] = sha256(model)
    path.write_text(json.dumps(recipe, indent=2) + "\n")
