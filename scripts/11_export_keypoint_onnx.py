"""Pose checkpoint (.pt) -> models/onnx/keypoint.onnx, through ultralytics' export.

    python scripts/11_export_keypoint_onnx.py [--checkpoint X.pt] [--output Y.onnx] [--imgsz N] [--check]
"""

from __future__ import annotations

import ast

from samedog_train.export_yolo import arguments, export
from samedog_train.faces import KEYPOINTS


def inspect(metadata: dict[str, str]) -> dict[str, object]:
    """The pose head, kpt_shape and kpt_names must have survived."""
    if metadata.get("task") != "pose" or not metadata.get("head", "").startswith("Pose"):
        raise SystemExit(f"not a pose model: task {metadata.get('task')}, head {metadata.get('head')}")
    shape = ast.literal_eval(metadata.get("kpt_shape", "None"))
    if list(shape or ()) != [len(KEYPOINTS), 3]:
        raise SystemExit(f"kpt_shape {shape}, expected {[len(KEYPOINTS), 3]}")
    names = ast.literal_eval(metadata.get("kpt_names", "{}")).get(0)
    if names != list(KEYPOINTS):
        raise SystemExit(f"kpt_names {names}, expected {list(KEYPOINTS)}")
    return {"names": names, "roles": {name: name for name in names}}


if __name__ == "__main__":
    export(arguments(__doc__, "keypoint.onnx", "keypoint.pt"), "keypoint", True, inspect)
