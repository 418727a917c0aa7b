"""Draws of weightings against the bare loop of the same draws: a line for each size, so that the growth can be seen.

    python benchmarks/robustness.py [DRAWS] [UNITS] [LEAVES]

The limit in the same run is the loop that a person would write in numpy: for each draw one product and one sorting. Ranks, their
intervals, the intervals of totals and how often grades stay come on top in ours.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import numpy as np

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import parse_system
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, Result, UnitMeasurements
from evalplat.scoring.robustness import Doubt, rank_ranges

HEAD = """\
format: 1
system: many
version: "1"
title: {zh: 多, en: Many}
score: {method: weights, min: 0, max: 100, decimals: 4, round_at: total}
missing: {default: not_scored}
"""
GRADES = "grades: [{from: 50, grade: good, title: {zh: 好, en: Good}}, {else: poor, title: {zh: 差, en: Poor}}]\n"


def result_of(units: int, leaves: int) -> tuple[IndicatorSystem, Result, np.ndarray]:
    """A system of so many leaves in blocks of ten, and the result of so many units."""
    fields = "".join(f"  f{at}: {{type: number, title: {{zh: 数, en: Figure}}, filled_by: office}}\n" for at in range(leaves))
    blocks = "".join(f"  - {{id: B{at}, title: {{zh: 块, en: Block}}, weight: {min(10, leaves - 10 * at)}}}\n"
                     for at in range(-(-leaves // 10)))
    rows = "".join(f"  - {{id: L{at}, parent: B{at // 10}, title: {{zh: 项, en: Leaf}}, weight: 1, "
                   f"rule: {{type: formula, value: f{at}, out_of: 100}}}}\n" for at in range(leaves))
    system, problems = parse_system(f"{HEAD}fields:\n{fields}indicators:\n{blocks}{rows}{GRADES}")
    assert system, problems
    table = np.random.default_rng(1).integers(0, 10_000, (units, leaves))
    given = [UnitMeasurements(f"u{row:05}", fields={f"f{at}": Decimal(int(value)) / 100 for at, value in enumerate(values)})
             for row, values in enumerate(table)]
    return system, score(system, Measurements(given)), table / 100


def bare(table: np.ndarray, draws: int) -> np.ndarray:
    """The loop: weights, totals, ranks."""
    dice, units = np.random.default_rng(1), len(table)
    ranks = np.empty((draws, units), dtype=np.int32)
    for draw in range(draws):
        weights = dice.uniform(0.75, 1.25, table.shape[1])
        totals = np.round(table @ (weights / weights.sum()), 4)
        ranks[draw, np.argsort(-totals)] = np.arange(1, units + 1)
    return np.quantile(ranks, [0.05, 0.95], axis=0, method="nearest")


def seconds(deed: Callable[[], object]) -> float:
    """How long it takes, the best of three."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        deed()
        times.append(time.perf_counter() - began)
    return min(times)


def main(draws: int = 10_000, units: int = 2_000, leaves: int = 60) -> None:
    """Print the table."""
    sizes = dict.fromkeys([(draws // 4, units, leaves), (draws // 2, units, leaves), (draws, units // 4, leaves),
                           (draws, units // 2, leaves), (draws, units, leaves // 2), (draws, units, leaves)])
    print("  draws  units  leaves     ours     loop   ratio")
    for some, many, wide in sizes:
        system, result, table = result_of(many, wide)
        ours = seconds(lambda: rank_ranges(result, system, doubt=Doubt(0.25), draws=some))  # noqa: B023 - called at once
        loop = seconds(lambda: bare(table, some))  # noqa: B023 - called at once
        print(f"{some:7} {many:6} {wide:7} {ours:7.2f}s {loop:7.2f}s {ours / loop:7.2f}", flush=True)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main(*[int(word) for word in sys.argv[1:]])
