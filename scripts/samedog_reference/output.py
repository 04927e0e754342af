"""What a run prints and writes."""
from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def report(results: dict[str, Any], similarity: Array, rows: list[str]) -> None:
    """What the run prints: stages, similarity matrix (abridged), the matches of one query per dog, the figures."""
    metrics, counts = results["metrics"], results["metrics"]["counts"]
    print("{photos} photos: {embedded} embedded, {noDog} without a dog, {failed} failed; {dogs} dogs".format(**counts))
    branches = [dog["branch"] + "/" + dog["reason"] for photo in results["photos"] for dog in photo["dogs"]]
    print("embedded from: " + ", ".join(f"{b} {branches.count(b)}" for b in sorted(set(branches))))
    for photo in results["photos"]:
        if photo["failure"]:
            print(f"  {photo['path']}: {photo['failure']['code']}: {photo['failure']['message']}")
    print(f"similarity matrix, first {min(12, len(rows))} of {len(rows)}:")
    for path, line in list(zip(rows, similarity, strict=True))[:12]:
        print("  " + " ".join(f"{value:6.3f}" for value in line[:12]) + "  " + path)
    for query in results["queries"]:
        print(f"query {query['path']}")
        for match in query["matches"]:
            print(f"  {match['rank']}. {match['similarity']:.4f}  {match['path']}")
    for part in ("identification", "verification"):
        for name, value in metrics[part].items():
            if isinstance(value, dict) and "value" in value:
                print(f"{name}: " + (f"{value['value']:.4f} (n {value['n']})" if "n" in value else value["reason"]))


def write(out: Path, results: dict[str, Any], embeddings: Array, similarity: Array, rows: list[str]) -> None:
    """results.json, metrics.json, embeddings.npy, similarity.npy, and similarity.csv for up to 1000 rows."""
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "embeddings.npy", embeddings)
    np.save(out / "similarity.npy", similarity.astype(np.float32))
    (out / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False, allow_nan=False))
    (out / "metrics.json").write_text(json.dumps(results["metrics"], indent=2, allow_nan=False))
    if len(rows) <= 1000:
        with (out / "similarity.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(["", *rows])
            for path, line in zip(rows, similarity.astype(np.float32), strict=True):
                table.writerow([path, *map(str, line)])
