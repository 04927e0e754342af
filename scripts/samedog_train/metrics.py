"""Identification and verification figures, as the headless run defines them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Retrieval:
    """Figures over one set of embeddings; all fractions."""

    recall1: float
    recall5: float
    mean_ap: float
    auc: float
    tar1: float
    queries: int
    genuine: int
    impostor: int

    def __str__(self) -> str:
        return (
            f"R@1 {self.recall1:.4f} R@5 {self.recall5:.4f} mAP {self.mean_ap:.4f} "
            f"TAR@1% {self.tar1:.4f} AUC {self.auc:.4f} (n={self.queries})"
        )


def tar_at_far(genuine: Floats, impostor: Floats, far: float) -> float:
    """Largest TAR over thresholds (accept >= t) whose FAR is <= far."""
    descending = np.sort(impostor)[::-1]
    allowed = int(np.floor(far * len(descending) + 1e-12))
    if allowed >= len(descending):
        return 1.0
    # Accept strictly above the first impostor that may not pass.
    return float(np.mean(genuine > descending[allowed]))


def roc_auc(genuine: Floats, impostor: Floats) -> float:
    """Mann-Whitney with ties counted half."""
    order = np.sort(impostor)
    below = np.searchsorted(order, genuine, side="left")
    upto = np.searchsorted(order, genuine, side="right")
    return float((below + upto).mean() / (2 * len(order)))


def per_query(similarity: Floats, identity: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """recall1, recall5, ap per photo (NaN where its dog has no other photo)."""
    n = len(identity)
    out = {name: np.full(n, np.nan) for name in ("recall1", "recall5", "ap")}
    for q in range(n):
        row = similarity[q].copy()
        row[q] = -np.inf
        order = np.argsort(-row, kind="stable")[: n - 1]
        relevant = identity[order] == identity[q]
        if not relevant.any():
            continue
        out["recall1"][q] = relevant[0]
        out["recall5"][q] = relevant[:5].any()
        hits = np.flatnonzero(relevant)
        out["ap"][q] = np.mean(np.arange(1, len(hits) + 1) / (hits + 1))
    return out


def retrieval(embeddings: npt.NDArray[np.floating], identities: list[str]) -> Retrieval:
    """All figures for unit rows `embeddings` [N, D]."""
    e = embeddings.astype(np.float64)
    _, ids = np.unique(np.asarray(identities), return_inverse=True)
    similarity = e @ e.T
    queries = per_query(similarity, ids)
    upper = np.triu_indices(len(ids), 1)
    same = ids[upper[0]] == ids[upper[1]]
    pairs = similarity[upper]
    genuine, impostor = pairs[same], pairs[~same]
    return Retrieval(
        recall1=float(np.nanmean(queries["recall1"])),
        recall5=float(np.nanmean(queries["recall5"])),
        mean_ap=float(np.nanmean(queries["ap"])),
        auc=roc_auc(genuine, impostor),
        tar1=tar_at_far(genuine, impostor, 0.01),
        queries=int(np.isfinite(queries["recall1"]).sum()),
        genuine=len(genuine),
        impostor=len(impostor),
    )
