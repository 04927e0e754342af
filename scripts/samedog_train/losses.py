"""Losses of the embedder's training."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F


def supervised_contrastive(
    embedding: torch.Tensor, label: torch.Tensor, temperature: float = 0.1
) -> torch.Tensor:
    """Khosla et al. 2020, L_out; rows without a partner and rows of label -1 are left out.

    embedding: unit rows [B, D]; label: int64 [B].
    """
    logits = embedding @ embedding.T / temperature
    eye = torch.eye(len(label), dtype=torch.bool, device=label.device)
    positive = (label[:, None] == label[None]) & ~eye & (label[:, None] >= 0)
    log_prob = logits - logits.masked_fill(eye, -torch.inf).logsumexp(dim=1, keepdim=True)
    count = positive.sum(dim=1)
    rows = count > 0
    return -((log_prob * positive).sum(dim=1)[rows] / count[rows]).mean()


class ArcFace(nn.Module):
    """Additive angular margin (Deng et al. 2019) over one centre per identity."""

    def __init__(self, centres: torch.Tensor, scale: float = 24.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(F.normalize(centres, dim=1))
        self.scale = scale

    def forward(self, embedding: torch.Tensor, label: torch.Tensor, margin: float) -> torch.Tensor:
        """embedding: unit rows [B, D]; label [B], -1 is left out; margin in radians."""
        rows = label >= 0
        cosine = (embedding[rows] @ F.normalize(self.weight, dim=1).T).clamp(-1 + 1e-6, 1 - 1e-6)
        target = label[rows]
        theta = torch.acos(cosine.gather(1, target[:, None]))
        shifted = torch.cos((theta + margin).clamp(max=torch.pi - 1e-4))
        logits = cosine.scatter(1, target[:, None], shifted) * self.scale
        return F.cross_entropy(logits, target, label_smoothing=0.05)


def distillation(embedding: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Cosine distance to the teacher's vectors plus the same for pairwise similarities.

    Both [B, D] with unit rows. The relational part is what retrieval needs: who is near whom.
    """
    direct = (1 - (embedding * teacher).sum(dim=1)).mean()
    off = ~torch.eye(len(teacher), dtype=torch.bool, device=teacher.device)
    relational = F.smooth_l1_loss(
        (embedding @ embedding.T)[off], (teacher @ teacher.T)[off], beta=0.05
    )
    return direct + 4 * relational
