"""Totals with columns, from objects and with all explanations, against the bare numpy arithmetic: a line for each size.

    python benchmarks/scoring.py [UNITS]

``bare`` is what a person would write in numpy for the same sums: means of the raters, rounded points, blocks, totals, grades. It is
not exact, knows no missing value and looks at no spread of ratings. Each size runs in a process of its own, so that its peak of memory
can be told; ``core MB`` is what the core alone takes on top of its columns.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from systems import POINTS, full_marks, rated, rated_measurements, rated_system

from evalplat.scoring.columns import from_measurements
from evalplat.scoring.engine import score
from evalplat.scoring.totals import totals

HEAD = ("units", "leaves", "raters", "bare", "core", "ratio", "objects", "score()", "core MB", "peak MB")
EXPLAINED = 500
"""Units with which ``score`` is timed where there are more: it grows with them (see the lines with 500)."""


def bare(levels: np.ndarray, cents: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blocks, totals and grades in floats."""
    points = np.floor(np.array(POINTS)[levels].mean(axis=1) * cents[:, None] + 0.5) / 100
    blocks = np.add.reduceat(points, np.arange(0, len(points), 10), axis=0)
    whole = np.round(points.sum(axis=0), 2)
    return blocks, whole, whole < 70


def seconds(deed: Callable[[], object], times: int) -> float:
    """How long it takes, the best of so many."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        deed()
        found.append(time.perf_counter() - began)
    return min(found)


def line(units: int, leaves: int, raters: int) -> str:
    """One line of the table."""
    system, levels, cents = rated_system(leaves, raters), rated(units, leaves, raters), full_marks(leaves)
    given = rated_measurements(levels)
    columns = from_measurements(system, given)
    found = totals(system, columns)
    assert np.abs(found.total / 100 - bare(levels, cents)[1]).max() < leaves / 100, "floats err at halves, not elsewhere"
    loop, core = seconds(lambda: bare(levels, cents), 15), seconds(lambda: totals(system, columns), 15)
    objects = seconds(lambda: totals(system, from_measurements(system, given)), 3)
    tracemalloc.start()
    totals(system, columns)
    memory = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    some = rated_measurements(levels[:, :, :EXPLAINED])
    explained = seconds(lambda: score(system, some), 1) * units / min(units, EXPLAINED)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (f"{units:6} {leaves:7} {raters:7} {loop * 1000:6.1f}ms {core * 1000:6.1f}ms {core / loop:6.1f} {objects:7.2f}s "
            f"{explained:7.2f}s {memory:8.1f} {peak:8.0f}")


def main(most: int = 2000) -> None:
    """Print the table."""
    print("{:>6} {:>7} {:>7} {:>8} {:>8} {:>6} {:>8} {:>8} {:>8} {:>8}".format(*HEAD))
    for units in (most // 4, most // 2, most):
        for leaves in (30, 60):
            for raters in (1, 5):
                size = [str(units), str(leaves), str(raters)]
                subprocess.run([sys.executable, __file__, *size], check=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(line(*map(int, sys.argv[1:])), flush=True)
    else:
        main(*map(int, sys.argv[1:]))
