#!/usr/bin/env python3
"""Reference values for the tests of evaluation and of the library rehearsal.

Written from the definitions and on top of scikit-learn and pytorch-metric-learning, not from the TypeScript:
brute force where a definition is ours. Writes tests/fixtures/metrics/{evaluation,library,dhash}.json.

    pip install numpy scikit-learn torch pytorch-metric-learning
    python scripts/make_metric_fixtures.py [--output DIR]

Cases are random and degenerate: exact ties, singletons, one dog, no labels, everything equal. Every value is
checked here against a library as well wherever the library's definition allows it (no ties in a ranking).
"""

from __future__ import annotations

import argparse
import base64
import json
import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from pytorch_metric_learning.distances import CosineSimilarity
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
from pytorch_metric_learning.utils.inference import CustomKNN
from sklearn.cluster import DBSCAN
from sklearn.metrics import (
    average_precision_score,
    homogeneity_completeness_v_measure,
    roc_auc_score,
    roc_curve,
)
from sklearn.metrics.cluster import pair_confusion_matrix

Floats: TypeAlias = npt.NDArray[np.float64]
Singles: TypeAlias = npt.NDArray[np.float32]
Json: TypeAlias = dict[str, Any]

CASES = 200
# Cases after these, with enough impostor pairs for TAR at FAR 1 % and, from 10,000 pairs on, 0.1 %: dogs, photos each.
LARGE = ((20, 4), (16, 5), (36, 4), (24, 6))
LIBRARY_CASES = 100
DRAWS = 40
FARS = ("0.1", "0.01", "0.001")


@dataclass
class Case:
    """One folder: unit (or, in degenerate cases, arbitrary) float32 rows with their path, dog and burst facts."""

    name: str
    vectors: Singles
    paths: list[str]
    dogs: list[str | None]
    facts: list[Json]


def similarities(vectors: Singles) -> Floats:
    """Float64 dot products of the stored float32 rows, columns summed in ascending order."""
    wide = vectors.astype(np.float64)
    result = np.zeros((len(wide), len(wide)))
    for k in range(wide.shape[1]):
        result += wide[:, k, None] * wide[None, :, k]
    return result


def unit(vectors: Floats) -> Singles:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def clusters(
    rng: np.random.Generator, sizes: list[int], dim: int, spread: float
) -> tuple[Floats, list[str | None]]:
    """Noisy copies of one random direction per dog."""
    rows: list[Floats] = []
    dogs: list[str | None] = []
    for dog, size in enumerate(sizes):
        centre = rng.normal(size=dim)
        centre /= np.linalg.norm(centre)
        for _ in range(size):
            rows.append(centre + spread * rng.normal(size=dim) / math.sqrt(dim))
            dogs.append(f"dog {dog:02d}")
    return np.array(rows).reshape(len(rows), dim), dogs


def make_case(index: int) -> Case:
    rng = np.random.default_rng(1000 + index)
    kind = ("ordinary", "ties", "singletons", "unlabelled", "bursts")[index % 5]
    dim = int(rng.integers(2, 9))
    sizes = [int(x) for x in rng.integers(1, 7, size=int(rng.integers(2, 8)))]
    if kind == "singletons":
        sizes = [1 if rng.random() < 0.6 else size for size in sizes]
    name = kind
    if index in (10, 11):
        name, sizes = "one dog", [int(rng.integers(2, 6))]
    if index == 20:
        name, sizes = "one photo", [1]
    if index == 21:
        name, sizes = "all singletons", [1] * 6
    if index == 22:
        # Enough impostor pairs for FAR 1 %.
        name, sizes, dim = "many pairs", [6] * 10, 8
    if index >= CASES:
        name, (many, each), dim = "large", LARGE[index - CASES], 6
        sizes = [each] * many
    raw, dogs = clusters(rng, sizes, dim, float(rng.uniform(0.1, 2.5)))
    if index >= CASES:
        raw, dogs = clusters(rng, sizes, dim, 0.9)
    if kind == "ties" and name == "ties":
        raw = np.round(raw * 2)
        raw[np.all(raw == 0, axis=1), 0] = 1
        vectors = (raw / 4).astype(np.float32) if index % 2 else unit(raw)
    else:
        vectors = unit(raw)
    if index == 30:
        name, vectors = "all equal", np.tile(vectors[:1], (len(vectors), 1))
    if kind == "unlabelled" and name != "large":
        dogs = [None if rng.random() < 0.3 else dog for dog in dogs]
    if index == 23:
        name, dogs = "no labels", [None for _ in dogs]
    n = len(dogs)
    # Paths are not in row order, so that ties are settled by path and not by accident.
    numbers = rng.permutation(n)
    paths = [f"{dog or 'loose'}/{numbers[i]:03d}.jpg" for i, dog in enumerate(dogs)]
    facts: list[Json] = [{} for _ in range(n)]
    if kind == "bursts" and name != "large":
        for i in range(n):
            facts[i] = {
                "sha256": f"{int(rng.integers(0, n)):064x}",
                "takenAt": f"2024-05-01T10:00:{int(rng.integers(0, 60)):02d}" if rng.random() < 0.5 else None,
                "dhash": f"{(int(rng.integers(0, 4)) * 0x1111111111111111) ^ (1 << int(rng.integers(0, 64))):016x}",
            }
    return Case(name, vectors, paths, dogs, facts)


# ----------------------------------------------------------------- identification


def rankings(
    sims: Floats, case: Case, excluded: set[tuple[int, int]]
) -> Iterator[tuple[int, list[bool]]]:
    """(query, is-mate flags down its gallery) of every query: brute force from the definition."""
    labelled = [i for i, dog in enumerate(case.dogs) if dog is not None]
    for query in labelled:
        gallery = [
            j for j in labelled if j != query and (min(query, j), max(query, j)) not in excluded
        ]
        gallery.sort(key=lambda j: (-sims[query, j], case.paths[j], j))
        flags = [case.dogs[j] == case.dogs[query] for j in gallery]
        if any(flags):
            yield query, flags


def query_scores(flags: list[bool]) -> dict[str, float]:
    mates = sum(flags)
    found = 0
    precision = 0.0
    at_r = 0.0
    for place, mate in enumerate(flags, start=1):
        if mate:
            found += 1
            precision += found / place
            if place <= mates:
                at_r += found / place
    return {
        "recallAt1": float(any(flags[:1])),
        "recallAt5": float(any(flags[:5])),
        "recallAt10": float(any(flags[:10])),
        "mAP": precision / mates,
        "mapAtR": at_r / mates,
    }


FIGURES = ("recallAt1", "recallAt5", "recallAt10", "mAP", "mapAtR")


def identification(scores: dict[int, dict[str, float]], case: Case) -> Json | None:
    """Micro and macro averages, or None without queries."""
    if not scores:
        return None
    by_dog: dict[str, list[int]] = {}
    for query in scores:
        by_dog.setdefault(str(case.dogs[query]), []).append(query)
    micro = {f: float(np.mean([s[f] for s in scores.values()])) for f in FIGURES}
    macro = {
        f: float(np.mean([np.mean([scores[q][f] for q in qs]) for qs in by_dog.values()]))
        for f in FIGURES
    }
    return {"queries": len(scores), "micro": micro, "macro": macro}


def check_against_libraries(sims: Floats, case: Case, scores: dict[int, dict[str, float]]) -> int:
    """scikit-learn and pytorch-metric-learning agree wherever no ranking has a tie. Returns 1 when compared."""
    labelled = [i for i, dog in enumerate(case.dogs) if dog is not None]
    if not scores:
        return 0
    for query in scores:
        line = [sims[query, j] for j in labelled if j != query]
        gaps = np.diff(np.sort(line))
        if len(gaps) > 0 and gaps.min() < 1e-9:
            return 0
        truth = [case.dogs[j] == case.dogs[query] for j in labelled if j != query]
        reference = average_precision_score(truth, line)
        assert abs(reference - scores[query]["mAP"]) < 1e-12, case.name
    names = sorted({str(case.dogs[i]) for i in labelled})
    labels = torch.tensor([names.index(str(case.dogs[i])) for i in labelled])
    vectors = torch.tensor(case.vectors[labelled].astype(np.float64))
    for macro in (False, True):
        calculator = AccuracyCalculator(
            include=("precision_at_1", "mean_average_precision", "mean_average_precision_at_r"),
            k=len(labelled) - 1,
            avg_of_avgs=macro,
            knn_func=CustomKNN(CosineSimilarity()),
        )
        found = calculator.get_accuracy(vectors, labels)
        ours = identification(scores, case)
        assert ours is not None
        mine = ours["macro" if macro else "micro"]
        # Its cosine normalises again in float64: ranks are the same, values need no tolerance beyond rounding.
        assert abs(found["precision_at_1"] - mine["recallAt1"]) < 1e-6, (case.name, found, mine)
        assert abs(found["mean_average_precision_at_r"] - mine["mapAtR"]) < 1e-6, (case.name, found, mine)
        assert abs(found["mean_average_precision"] - mine["mAP"]) < 1e-6, (case.name, found, mine)
    return 1


# ----------------------------------------------------------------- verification


@dataclass
class Pairs:
    scores: Floats
    genuine: npt.NDArray[np.bool_]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]


def all_pairs(sims: Floats, case: Case, excluded: set[tuple[int, int]]) -> Pairs:
    rows = [
        (i, j)
        for i in range(len(case.dogs))
        for j in range(i + 1, len(case.dogs))
        if case.dogs[i] is not None and case.dogs[j] is not None and (i, j) not in excluded
    ]
    first = np.array([i for i, _ in rows], dtype=np.int64)
    second = np.array([j for _, j in rows], dtype=np.int64)
    scores = np.array([sims[i, j] for i, j in rows])
    genuine = np.array([case.dogs[i] == case.dogs[j] for i, j in rows], dtype=bool)
    return Pairs(scores, genuine, first, second)


def crossing(far: Floats, tar: Floats) -> float:
    """Where the polyline (far, tar) crosses far = 1 - tar, by exact linear interpolation."""
    gap = far - (1 - tar)
    at = int(np.argmax(gap >= 0))
    if at == 0:
        return float(far[0])
    share = -gap[at - 1] / (gap[at] - gap[at - 1])
    return float(far[at - 1] + share * (far[at] - far[at - 1]))


def verification(pairs: Pairs, weights: Floats | None = None) -> Json:
    """Figures of weighted pairs; None where there is no genuine or no impostor weight."""
    weight = np.ones(len(pairs.scores)) if weights is None else weights
    keep = weight > 0
    scores, genuine, weight = pairs.scores[keep], pairs.genuine[keep], weight[keep]
    result: Json = {
        "genuineMean": None,
        "impostorMean": None,
        "auc": None,
        "eer": None,
        "tarAtFar": {far: None for far in FARS},
    }
    if genuine.any():
        result["genuineMean"] = float(np.average(scores[genuine], weights=weight[genuine]))
    if (~genuine).any():
        result["impostorMean"] = float(np.average(scores[~genuine], weights=weight[~genuine]))
    if genuine.any() and (~genuine).any():
        result["auc"] = float(roc_auc_score(genuine, scores, sample_weight=weight))
        far, tar, _ = roc_curve(genuine, scores, sample_weight=weight, drop_intermediate=False)
        result["eer"] = crossing(far, tar)
        for x in FARS:
            # A FAR of exactly x may come out one rounding above it after sklearn's cumulative sums.
            result["tarAtFar"][x] = float(tar[far <= float(x) * (1 + 1e-12)].max())
    return result


def thresholds(pairs: Pairs) -> Json | None:
    """Grid thresholds by the three rules, and counts at a few places, by brute force."""
    genuine, impostor = pairs.scores[pairs.genuine], pairs.scores[~pairs.genuine]
    if len(genuine) == 0 or len(impostor) == 0:
        return None
    grid = [b / 1000 for b in range(-1000, 1001)]
    table = [(t, int((impostor >= t).sum()), int((genuine < t).sum())) for t in grid]

    def best(loss: Any) -> float:
        least = min(loss(m, s) for _, m, s in table)
        return max(t for t, m, s in table if loss(m, s) == least)

    reachable = [t for t, m, _ in table if m / len(impostor) <= 0.1]
    return {
        "eer": best(lambda m, s: abs(m / len(impostor) - s / len(genuine))),
        "far0.1": min(reachable) if reachable else None,
        "cost10": best(lambda m, s: 10 * m + s),
        "counts": {str(t): [m, s] for t, m, s in table if t in (-1.0, 0.0, 0.25, 0.5, 0.875, 1.0)},
    }


# ----------------------------------------------------------------- bootstrap


class Mulberry32:
    """The generator that draws the dogs, written from its description."""

    def __init__(self, seed: int) -> None:
        self.state = seed & 0xFFFFFFFF

    def random(self) -> float:
        mask = 0xFFFFFFFF
        self.state = (self.state + 0x6D2B79F5) & mask
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & mask
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & mask)) & mask
        return ((t ^ (t >> 14)) & mask) / 4294967296


def intervals(case: Case, scores: dict[int, dict[str, float]], pairs: Pairs, seed: int) -> Json:
    """Percentile intervals over dogs, literally: every query and pair weighted, every figure computed again.

    None where draws can say nothing: figures of mates need two dogs with a genuine pair, impostor pairs three dogs
    (the pairs of two dogs weigh the same in every draw that holds both).
    """
    dogs = sorted({dog for dog in case.dogs if dog is not None})
    generator = Mulberry32(seed)
    draws: dict[str, list[float | None]] = {}
    for _ in range(DRAWS):
        times = dict.fromkeys(dogs, 0)
        for _ in dogs:
            times[dogs[math.floor(generator.random() * len(dogs))]] += 1
        query_weight = {q: times[str(case.dogs[q])] for q in scores}
        total = sum(query_weight.values())
        for figure in FIGURES:
            micro = (
                sum(query_weight[q] * scores[q][figure] for q in scores) / total if total else None
            )
            draws.setdefault(f"micro.{figure}", []).append(micro)
            means = {
                dog: float(np.mean([scores[q][figure] for q in scores if case.dogs[q] == dog]))
                for dog in {str(case.dogs[q]) for q in scores}
            }
            weight = sum(times[dog] for dog in means)
            macro = sum(times[dog] * mean for dog, mean in means.items()) / weight if weight else None
            draws.setdefault(f"macro.{figure}", []).append(macro)
        pair_weight = np.array(
            [
                times[str(case.dogs[i])] * (1 if g else times[str(case.dogs[j])])
                for i, j, g in zip(pairs.first, pairs.second, pairs.genuine, strict=True)
            ],
            dtype=np.float64,
        )
        figures = verification(pairs, pair_weight)
        for name in ("genuineMean", "impostorMean", "auc", "eer"):
            draws.setdefault(name, []).append(figures[name])
        for far in FARS:
            draws.setdefault(f"tarAtFar{far}", []).append(figures["tarAtFar"][far])
    with_pair = {case.dogs[i] for i, g in zip(pairs.first, pairs.genuine, strict=True) if g}
    mates, strangers = len(with_pair) >= 2, len(dogs) >= 3
    varies = {"impostorMean": strangers}
    for name in ("auc", "eer", *(f"tarAtFar{far}" for far in FARS)):
        varies[name] = mates and strangers
    result: Json = {}
    for name, values in draws.items():
        defined = [value for value in values if value is not None]
        if not varies.get(name, mates) or len(defined) * 2 < DRAWS or not defined:
            result[name] = None
        else:
            result[name] = [float(np.percentile(defined, q)) for q in (2.5, 97.5)]
    return result


def end_to_end(case: Case, scores: dict[int, dict[str, float]], seed: int) -> Json:
    """Recall@1 over every photo that was run, some of them lost by the pipeline: those are misses.

    A dog asks when it has two photos that were run, and only such dogs are drawn. `lost` are photos beside the rows.
    """
    rng = np.random.default_rng(7000 + seed)
    dogs = sorted({dog for dog in case.dogs if dog is not None})
    lost = [
        {"path": f"{dog}/lost{i}.jpg", "dog": dog, "status": str(rng.choice(["no-dog", "failed", "not-run"]))}
        for dog in [*dogs, "dog 99"]
        for i in range(int(rng.integers(0, 3)))
    ]
    hits: dict[str, list[float]] = {dog: [] for dog in [*dogs, "dog 99"]}
    for row, dog in enumerate(case.dogs):
        if dog is not None:
            hits[dog].append(scores[row]["recallAt1"] if row in scores else 0.0)
    for photo in lost:
        if photo["status"] != "not-run":
            hits[photo["dog"]].append(0.0)
    asking = [dog for dog in sorted(hits) if len(hits[dog]) >= 2]
    asked = [hit for dog in asking for hit in hits[dog]]
    generator = Mulberry32(seed)
    values: list[float] = []
    for _ in range(DRAWS):
        drawn = [asking[math.floor(generator.random() * len(asking))] for _ in asking]
        if drawn:
            values.append(float(np.mean([hit for dog in drawn for hit in hits[dog]])))
    interval = [float(np.percentile(values, q)) for q in (2.5, 97.5)] if len(asking) >= 2 else None
    return {
        "lost": lost,
        "n": len(asked),
        "value": float(np.mean(asked)) if asked else None,
        "interval": interval,
    }


# ----------------------------------------------------------------- bursts


def burst_pairs(case: Case) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for i, a in enumerate(case.facts):
        for j in range(i + 1, len(case.facts)):
            b = case.facts[j]
            same = any(a.get(key) and a.get(key) == b.get(key) for key in ("sha256", "takenAt"))
            if a.get("dhash") and b.get("dhash"):
                same = same or (int(a["dhash"], 16) ^ int(b["dhash"], 16)).bit_count() <= 3
            if same:
                found.add((i, j))
    return found


def evaluation_case(index: int) -> tuple[Json, int]:
    case = make_case(index)
    sims = similarities(case.vectors)
    scores = {query: query_scores(flags) for query, flags in rankings(sims, case, set())}
    compared = check_against_libraries(sims, case, scores)
    pairs = all_pairs(sims, case, set())
    record: Json = {
        "name": case.name,
        "dim": case.vectors.shape[1],
        "vectors": base64.b64encode(case.vectors.astype("<f4").tobytes()).decode(),
        "paths": case.paths,
        "dogs": case.dogs,
        "genuinePairs": int(pairs.genuine.sum()),
        "impostorPairs": int((~pairs.genuine).sum()),
        "identification": identification(scores, case),
        "verification": verification(pairs),
        "thresholds": thresholds(pairs),
    }
    several = len({dog for dog in case.dogs if dog is not None}) >= 2
    if (index % 4 == 0 or index >= CASES) and several:
        record["seed"] = index
        record["intervals"] = intervals(case, scores, pairs, index)
        for far in FARS:
            # A FAR that is refused has no interval to check.
            if record["impostorPairs"] < 10 / float(far):
                del record["intervals"][f"tarAtFar{far}"]
        record["endToEnd"] = end_to_end(case, scores, index)
    if case.name == "bursts":
        away = burst_pairs(case)
        rest = {query: query_scores(flags) for query, flags in rankings(sims, case, away)}
        kept = all_pairs(sims, case, away)
        record["facts"] = case.facts
        record["withoutBursts"] = {
            "pairs": len(away),
            "genuinePairs": int(kept.genuine.sum()),
            "impostorPairs": int((~kept.genuine).sum()),
            "identification": identification(rest, case),
            "verification": verification(kept),
        }
        if "seed" in record:
            found = intervals(case, rest, kept, index)
            few = [far for far in FARS if int((~kept.genuine).sum()) < 10 / float(far)]
            record["withoutBursts"]["intervals"] = {
                name: value for name, value in found.items() if name not in {f"tarAtFar{far}" for far in few}
            }
    return record, compared


# ----------------------------------------------------------------- the photo library


def library_people(distances: Floats, order: list[int], max_distance: float, min_faces: int) -> list[int]:
    """The library's face recognition, literally, as a job queue. -1: no person."""
    n = len(order)
    person = [-1] * n
    created = 0
    queue: list[tuple[int, bool]] = [(face, False) for face in order]
    while queue:
        face, deferred = queue.pop(0)
        nearest = sorted(range(n), key=lambda other: (other != face, distances[face][other], other))
        limited = nearest[:min_faces]
        matches = [other for other in limited if distances[face][other] <= max_distance]
        if min_faces > 1 and len(matches) <= 1:
            continue
        is_core = len(matches) >= min_faces
        if not is_core and not deferred:
            queue.append((face, True))
            continue
        chosen = next((person[other] for other in matches if person[other] >= 0), -1)
        if chosen < 0:
            with_person = [
                other
                for other in nearest
                if person[other] >= 0 and distances[face][other] <= max_distance
            ]
            chosen = person[with_person[0]] if with_person else -1
        if is_core and chosen < 0:
            chosen = created
            created += 1
        if chosen >= 0:
            person[face] = chosen
    return person


def cluster_scores(person: list[int], dogs: list[str | None]) -> Json:
    """scikit-learn's scores over labelled faces; an unassigned face is a person of its own, for purity in none."""
    own = [p if p >= 0 else 10_000 + face for face, p in enumerate(person)]
    rows = [i for i, dog in enumerate(dogs) if dog is not None]
    truth = [str(dogs[i]) for i in rows]
    found = [own[i] for i in rows]
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(truth, found)
    # Ordered pairs: [[different-different, same person only], [same dog only, both]].
    (_, merged), (split, both) = pair_confusion_matrix(truth, found).tolist()
    sizes: dict[int, dict[str, int]] = {}
    for dog, p in zip(truth, found, strict=True):
        sizes.setdefault(p, {}).setdefault(dog, 0)
        sizes[p][dog] += 1
    return {
        "unassigned": sum(1 for i in rows if person[i] < 0),
        "purity": sum(max(counts.values()) for p, counts in sizes.items() if p < 10_000) / len(rows),
        "pairPrecision": both / (both + merged) if both + merged else None,
        "pairRecall": both / (both + split) if both + split else None,
        "homogeneity": homogeneity,
        "completeness": completeness,
        "vMeasure": v_measure,
        "wrongMerges": merged // 2,
        "wrongSplits": split // 2,
    }


def library_case(index: int) -> Json:
    rng = np.random.default_rng(5000 + index)
    dim = int(rng.integers(3, 13))
    sizes = [int(x) for x in rng.integers(1, 9, size=int(rng.integers(2, 7)))]
    raw, dogs = clusters(rng, sizes, dim, float(rng.uniform(0.3, 1.6)))
    vectors = unit(np.round(raw * 3) + 1e-3 if index % 7 == 0 else raw)
    if index % 3 == 0:
        dogs = [None if rng.random() < 0.15 else dog for dog in dogs]
        dogs[0] = dogs[0] or "dog 00"
    distances = 1 - similarities(vectors)
    np.fill_diagonal(distances, 0)
    max_distance = float(rng.choice([0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7]))
    min_faces = int(rng.integers(1, 6))
    order = [int(x) for x in rng.permutation(len(dogs))]
    person = library_people(distances, order, max_distance, min_faces)
    reference = DBSCAN(eps=max_distance, min_samples=min_faces, metric="precomputed").fit(
        np.maximum(distances, 0)
    )
    return {
        "dim": dim,
        "vectors": base64.b64encode(vectors.astype("<f4").tobytes()).decode(),
        "dogs": dogs,
        "order": order,
        "maxDistance": max_distance,
        "minFaces": min_faces,
        "person": person,
        "scores": cluster_scores(person, dogs),
        "dbscan": [int(x) for x in reference.labels_],
    }


# ----------------------------------------------------------------- dHash


def dhash(pixels: npt.NDArray[np.uint8]) -> str:
    """64 comparisons of exact area means, by repeating pixels instead of sharing them."""
    wide = pixels.astype(np.int64)
    grey = (19595 * wide[..., 0] + 38470 * wide[..., 1] + 7471 * wide[..., 2] + 32768) >> 16
    big = np.repeat(np.repeat(grey, 8, axis=0), 9, axis=1)
    height, width = grey.shape
    sums = big.reshape(8, height, 9, width).sum(axis=(1, 3))
    bits = "".join("1" if row[c] > row[c + 1] else "0" for row in sums for c in range(8))
    return f"{int(bits, 2):016x}"


def dhash_case(index: int) -> Json:
    rng = np.random.default_rng(9000 + index)
    height, width = int(rng.integers(1, 24)), int(rng.integers(1, 24))
    pixels = rng.integers(0, 256, size=(height, width, 3)).astype(np.uint8)
    if index == 0:
        pixels[:] = 77
    return {
        "width": width,
        "height": height,
        "rgb": base64.b64encode(pixels.tobytes()).decode(),
        "dhash": dhash(pixels),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("--output", type=Path, default=root / "tests" / "fixtures" / "metrics")
    output: Path = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    # With one dog the calculator warns that its largest class, query included, exceeds the gallery: it must.
    logging.disable(logging.WARNING)
    records: list[Json] = []
    compared = 0
    for index in range(CASES + len(LARGE)):
        record, checked = evaluation_case(index)
        records.append(record)
        compared += checked
    files: dict[str, Any] = {
        "evaluation.json": {"draws": DRAWS, "cases": records},
        "library.json": {"cases": [library_case(index) for index in range(LIBRARY_CASES)]},
        "dhash.json": {"cases": [dhash_case(index) for index in range(12)]},
    }
    for name, content in files.items():
        text = json.dumps(content, separators=(",", ":"), allow_nan=False)
        (output / name).write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {len(text) / 1024:.0f} KiB")
    print(f"{compared} of {len(records)} cases also agreed with scikit-learn's and pytorch-metric-learning's rankings")


if __name__ == "__main__":
    main()
