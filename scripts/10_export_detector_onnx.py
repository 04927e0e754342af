"""Detector checkpoint (.pt) -> models/onnx/detector.onnx, through ultralytics' export.

    python scripts/10_export_detector_onnx.py [--checkpoint X.pt] [--output Y.onnx] [--imgsz N] [--check]
"""

from __future__ import annotations

from samedog_train.export_yolo import arguments, export


def inspect(metadata: dict[str, str]) -> dict[str, object]:
    if metadata.get("task") != "detect" or metadata.get("names") != "{0: 'dog'}":
        raise SystemExit(f"not a dog detector: task {metadata.get('task')}, names {metadata.get('names')}")
    return {"classes": ["dog"]}


if __name__ == "__main__":
    export(arguments(__doc__, "detector.onnx", "detector.pt"), "detector", False, inspect)
