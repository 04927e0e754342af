"""95 % intervals by resampling dogs (or photos), with pair statistics weighted accordingly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .metrics import per_query

Floats = npt.NDArray[np.float64]
ROUNDS = 1000


@dataclass(frozen=True)
class Figure:
    """A fraction with its 95 % percentile interval and denominator."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


def interval(value: float, draws: list[float], n: int) -> Figure:
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(value, float(low), float(high), n)


def ratio(hits: Floats, total: Floats, seed: int = 0) -> Figure:
    """sum(hits) / sum(total), resampling the units (photos, dogs) that the arrays list."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(hits), (ROUNDS, len(hits)))
    with np.errstate(invalid="ignore"):
        draws = hits[picks].sum(axis=1) / total[picks].sum(axis=1)
        value = float(hits.sum() / total.sum()) if total.sum() else float("nan")
    return interval(value, draws.tolist(), int(total.sum()))


class Verification:
    """Genuine and impostor pairs of one set, so that dogs can be resampled with multiplicities."""

    def __init__(self, embeddings: Floats, identities: list[str]) -> None:
        self.names, self.ids = np.unique(np.asarray(identities), return_inverse=True)
        similarity = embeddings @ embeddings.T
        queries = per_query(similarity, self.ids)
        self.recall1, self.recall5 = queries["recall1"], queries["recall5"]
        i, j = np.triu_indices(len(self.ids), 1)
        pairs, same = similarity[i, j], self.ids[i] == self.ids[j]
        order = np.argsort(-pairs, kind="stable")
        self.a, self.b = self.ids[i][order], self.ids[j][order]
        self.same, self.score = same[order], pairs[order]

    def weights(self, rng: np.random.Generator) -> Floats:
        count = len(self.names)
        return np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)

    def recall(self, weight: Floats, values: Floats) -> float:
        w = weight[self.ids] * np.isfinite(values)
        return float((w * np.nan_to_num(values)).sum() / w.sum())

    def roc(self, weight: Floats) -> tuple[float, float]:
        """TAR at FAR 1 % and AUC, a genuine pair weighing w_a and an impostor pair w_a w_b.

        Ties are broken by order; float64 cosines practically never tie.
        """
        genuine = np.where(self.same, weight[self.a], 0.0)
        impostor = np.where(self.same, 0.0, weight[self.a] * weight[self.b])
        tar, far = np.cumsum(genuine), np.cumsum(impostor)
        tar, far = tar / tar[-1], far / far[-1]
        at = int(np.searchsorted(far, 0.01 + 1e-12, side="right")) - 1
        return float(tar[at]) if at >= 0 else 0.0, float((impostor / impostor.sum() * tar).sum())

    def figures(self, weight: Floats) -> dict[str, float]:
        tar, auc = self.roc(weight)
        return {
            "recall1": self.recall(weight, self.recall1),
            "recall5": self.recall(weight, self.recall5),
            "tar1": tar,
            "auc": auc,
        }


def verification(v: Verification, seed: int = 0, rounds: int = 300) -> dict[str, Figure]:
    rng = np.random.default_rng(seed)
    value = v.figures(np.ones(len(v.names)))
    draws = [v.figures(v.weights(rng)) for _ in range(rounds)]
    genuine = int(v.same.sum())
    n = {"recall1": int(np.isfinite(v.recall1).sum()), "recall5": len(v.ids), "tar1": genuine, "auc": genuine}
    return {k: interval(value[k], [d[k] for d in draws], n[k]) for k in value}


def paired_gain(ours: Verification, theirs: Verification, seed: int = 0, rounds: int = 300) -> dict[str, Figure]:
    """Difference of figures on the same photos, dogs resampled jointly."""
    rng = np.random.default_rng(seed)

    def difference(weight: Floats) -> dict[str, float]:
        a, b = ours.figures(weight), theirs.figures(weight)
        return {k: a[k] - b[k] for k in ("recall1", "tar1")}

    value = difference(np.ones(len(ours.names)))
    draws = [difference(ours.weights(rng)) for _ in range(rounds)]
    return {k: interval(value[k], [d[k] for d in draws], len(ours.ids)) for k in value}
