"""Tests of training and export. They need scripts/requirements.txt, so they run apart:

    cd scripts && python -m unittest -v test_training

Those that train need the photos (SAMEDOG_DATA, default ../shared/data) and say so when skipped.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from samedog_train import recipe
from samedog_train.chips import to_input
from samedog_train.faces import FLIP, IMAGE_SIDE, KEYPOINTS, face_chip
from samedog_train.metrics import roc_auc, tar_at_far
from samedog_train.networks import Embedder, fold_norms
from samedog_train.onnx_files import MIN_ELEMENTS, round_weights_half, store_weights_half
from samedog_train.yolo import padded_crop

SCRIPTS = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SAMEDOG_DATA", recipe.REPO.parent / "shared/data"))
SAMPLE = recipe.REPO / "public/sample"


def run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=recipe.REPO, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout[-3000:]}")
    return done.stdout


class Preprocessing(unittest.TestCase):
    """What was trained is what models/pipeline.json tells the app to serve."""

    def setUp(self) -> None:
        self.recipe = recipe.read()

    def test_embedder_input(self) -> None:
        part = self.recipe["embedder"]
        self.assertEqual((part["resize"], part["fit"], part["colour"]), ("pil-bilinear", "squash", "rgb"))
        pixels = np.random.default_rng(0).integers(0, 256, (90, 140, 3), dtype=np.uint8)
        resized = Image.fromarray(pixels).resize((part["size"],) * 2, Image.Resampling.BILINEAR)
        expected = (np.asarray(resized) / part["scale"] - part["mean"]) / part["std"]
        mine = to_input([pixels], part["size"])[0].permute(1, 2, 0).numpy()
        np.testing.assert_allclose(mine, expected, atol=1e-5)

    def test_body_crop(self) -> None:
        part = self.recipe["crop"]
        self.assertEqual(part["padBasis"], "width")
        crop = padded_crop((100.5, 50, 200.5, 400), 640, 480, part["bodyPad"])
        self.assertEqual(crop, (90, 40, 211, 410))

    def test_face_chip(self) -> None:
        """Training cuts the chips that the pipeline cuts (script 12 is the independent one)."""
        spec = importlib.util.spec_from_file_location("served", SCRIPTS / "12_run_full_pipeline.py")
        assert spec and spec.loader
        served = importlib.util.module_from_spec(spec)
        sys.modules["served"] = served  # its dataclasses look themselves up
        spec.loader.exec_module(served)
        rng = np.random.default_rng(0)
        body = (40, 30, 340, 330)
        for ears in (1.0, 0.0):
            points = np.ones((5, 3), np.float32)
            points[:, :2] = rng.uniform(90, 280, (5, 2))
            points[3:, 2] = ears
            pose = np.array([0, 0, 0, 0, 1.0])
            inside = points - (body[0], body[1], 0)
            box, reason = served.face_chip(
                pose, inside, self.recipe["keypoint"], self.recipe["crop"], 300, 300
            )
            self.assertEqual(reason, "face-found")
            moved = tuple(int(v) + body[i % 2] for i, v in enumerate(box))
            self.assertEqual(face_chip(points, body, self.recipe["crop"]), moved)

    def test_keypoint_names(self) -> None:
        self.assertEqual(self.recipe["keypoint"]["names"], list(KEYPOINTS))
        mirrored = [KEYPOINTS[i] for i in FLIP]
        self.assertEqual(mirrored, [IMAGE_SIDE[name] for name in KEYPOINTS])

    def test_hashes(self) -> None:
        for stage, digest in self.recipe["sha256"].items():
            file = recipe.MODELS / "onnx" / self.recipe[stage]["file"]
            self.assertEqual(recipe.sha256(file), digest, stage)


class Numbers(unittest.TestCase):
    def test_roc(self) -> None:
        genuine, impostor = np.array([0.9, 0.5, 0.5]), np.array([0.5, 0.2])
        self.assertAlmostEqual(roc_auc(genuine, impostor), (2 + 1.5 + 1.5) / 6)
        self.assertAlmostEqual(tar_at_far(genuine, impostor, 0.01), 1 / 3)
        self.assertAlmostEqual(tar_at_far(genuine, impostor, 0.5), 1.0)

    def test_folded_norms(self) -> None:
        torch.manual_seed(0)
        model = Embedder().eval()
        x = torch.randn(1, 3, 64, 64)
        with torch.no_grad():
            before = model(x)
            fold_norms(model.features)
            self.assertLess(float((model(x) - before).abs().max()), 1e-4)

    def test_half_storage(self) -> None:
        from onnx import TensorProto, helper, numpy_helper

        values = np.random.default_rng(0).normal(size=(32, MIN_ELEMENTS // 32)).astype(np.float32)
        graph = helper.make_graph(
            [helper.make_node("MatMul", ["x", "w"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, MIN_ELEMENTS // 32])],
            [numpy_helper.from_array(values, "w")],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        self.assertEqual(store_weights_half(model), 1)
        stored = numpy_helper.to_array(model.graph.initializer[0])
        linear = torch.nn.Linear(*values.T.shape[::-1])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(values.T.copy()))
        round_weights_half(linear)
        np.testing.assert_array_equal(stored.astype(np.float32), linear.weight.detach().numpy().T)


@unittest.skipUnless(DATA.is_dir(), f"no training photos at {DATA} (SAMEDOG_DATA)")
class Smoke(unittest.TestCase):
    """Every training script runs, writes a checkpoint and resumes from it."""

    def check(self, script: str, *more: str) -> None:
        with tempfile.TemporaryDirectory() as out:
            command = (f"scripts/{script}", "--data", str(DATA), "--out", out, "--smoke", *more)
            run(*command)
            self.assertTrue((Path(out) / "step00003.pt").exists())
            run(*command, "--resume")

    def test_detector(self) -> None:
        self.check("train_detector.py")

    def test_keypoint(self) -> None:
        self.check("train_keypoint.py")

    def test_embedder(self) -> None:
        self.check("train_embedder.py")

    def test_embedder_with_renders(self) -> None:
        self.check("train_embedder.py", "--renders", str(SAMPLE))

    def test_data(self) -> None:
        with tempfile.TemporaryDirectory() as out:
            run("scripts/prepare_data.py", "--data", str(DATA), "--out", out, "--smoke")


@unittest.skipUnless(SAMPLE.is_dir(), f"no sample photos at {SAMPLE}")
class Reexport(unittest.TestCase):
    """The committed ONNX files come from the committed checkpoints."""

    def test_detector(self) -> None:
        self.assertIn("reproduced", run("scripts/10_export_detector_onnx.py", "--check"))

    def test_keypoint(self) -> None:
        self.assertIn("reproduced", run("scripts/11_export_keypoint_onnx.py", "--check"))

    def test_embedder(self) -> None:
        self.assertIn("reproduced", run("scripts/09_export_embedding_model.py", "--check"))


if __name__ == "__main__":
    unittest.main()
