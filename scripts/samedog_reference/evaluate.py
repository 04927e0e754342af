"""Identification and verification, from their definitions. Similarities are float64 dot products."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

Array = NDArray[Any]


def figure(value: float | None, n: int, reason: str) -> dict[str, Any]:
    if value is None or n == 0:
        return {"value": None, "reason": reason}
    return {"value": float(value), "n": int(n), "low": None, "high": None}


def ranking(similarity: Array, query: int, gallery: Array, paths: list[str]) -> list[int]:
    """Gallery rows, most similar first; ties by path. The query is never in its own gallery."""
    return sorted((int(i) for i in gallery if i != query), key=lambda i: (-similarity[query, i], paths[i], i))


def error_rates(genuine: Array, impostor: Array) -> tuple[float, float]:
    """AUC (Mann-Whitney, ties one half) and the EER where FAR and FRR cross, linear between thresholds."""
    labels = np.concatenate([np.ones(len(genuine)), np.zeros(len(impostor))])
    scores = np.concatenate([genuine, impostor])
    far, tar, _ = roc_curve(labels, scores, drop_intermediate=False)
    gap = far - (1 - tar)
    at = int(np.argmax(gap >= 0))
    share = -gap[at - 1] / (gap[at] - gap[at - 1])
    return float(roc_auc_score(labels, scores)), float(far[at - 1] + share * (far[at] - far[at - 1]))


def evaluate(
    similarity: Array, identities: list[str | None], paths: list[str], counts: dict[str, int]
) -> dict[str, Any]:
    """metrics.json. Rows without identity are neither query, gallery nor pair."""
    known = np.array([i for i, name in enumerate(identities) if name is not None], int)
    names = np.array([str(identities[i]) for i in known])
    queries = [i for i in known if (names == identities[i]).sum() > 1]
    hits: dict[int, list[float]] = {1: [], 5: [], 10: []}
    precision: list[float] = []
    at_r: list[float] = []
    for query in queries:
        order = ranking(similarity, query, known, paths)
        same = np.array([identities[i] == identities[query] for i in order])
        for k, found in hits.items():
            found.append(float(same[:k].any()))
        wanted = int(same.sum())
        precision.append(float(average_precision_score(same, -np.arange(len(same)))))
        at_r.append(float((np.cumsum(same) / np.arange(1, len(same) + 1) * same)[:wanted].sum() / wanted))
    no_query = "no dog has two embedded photos"
    found_at = {f"recallAt{k}": figure(np.mean(v) if v else None, len(v), no_query) for k, v in hits.items()}
    first, second = np.triu_indices(len(known), 1)
    values = similarity[known[first], known[second]] if len(known) else np.zeros(0)
    same_pair = names[first] == names[second] if len(known) else np.zeros(0, bool)
    genuine, impostor = values[same_pair], values[~same_pair]
    pairs, no_pair = len(values), "needs pairs of the same dog and of different dogs"
    both = len(genuine) > 0 and len(impostor) > 0
    auc, eer = error_rates(genuine, impostor) if both else (None, None)
    tar: dict[str, Any] = {}
    for text in ("0.1", "0.01", "0.001"):
        if not both:
            tar[text] = figure(None, 0, no_pair)
        elif len(impostor) * float(text) < 10:
            tar[text] = figure(None, 0, f"{len(impostor)} impostor pairs are too few for a FAR of {text}")
        else:
            thresholds = np.unique(values)
            false = np.array([(impostor >= t).sum() for t in thresholds]) / len(impostor)
            allowed = thresholds[false <= float(text)]
            tar[text] = figure((genuine >= allowed[0]).mean() if len(allowed) else 0.0, len(genuine), no_pair)
    return {
        "schema": "samedog.metrics/1",
        "counts": {**counts, "dogs": len(set(names)), "queries": len(queries)},
        "identification": {
            **found_at,
            "mAP": figure(np.mean(precision) if precision else None, len(precision), no_query),
            "mapAtR": figure(np.mean(at_r) if at_r else None, len(at_r), no_query),
        },
        "verification": {
            "genuinePairs": len(genuine), "impostorPairs": len(impostor),
            "genuineMean": figure(genuine.mean() if len(genuine) else None, len(genuine), no_pair),
            "impostorMean": figure(impostor.mean() if len(impostor) else None, len(impostor), no_pair),
            "auc": figure(auc, pairs, no_pair), "eer": figure(eer, pairs, no_pair), "tarAtFar": tar,
        },
    }
