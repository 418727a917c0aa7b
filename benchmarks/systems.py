"""Systems and measurements of a wanted size for the benchmarks: rubrics in blocks of ten, each graded by a panel."""

from __future__ import annotations

import numpy as np

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import parse_system
from evalplat.scoring.model import Measurements, Rating, UnitMeasurements

LETTERS = "ABCD"
POINTS = (1.0, 0.8, 0.5, 0.0)
_HEAD = """\
format: 1
system: rated
version: "1"
title: {zh: 评, en: Rated}
score: {method: points, min: 0, max: 100, decimals: 2, round_at: leaf}
missing: {default: not_scored}
raters: {panel: {title: {zh: 组, en: Panel}, count: %d, minimum: 1, combine: mean, alert_spread: 60%%, above_spread: alert}}
"""
_GRADES = "grades: [{from: 70, grade: good, title: {zh: 好, en: Good}}, {else: poor, title: {zh: 差, en: Poor}}]\n"
_LEVELS = ", ".join(f"{{level: {letter}, points: {points}, text: {{zh: 级, en: Level}}}}"
                    for letter, points in zip(LETTERS, POINTS, strict=True))


def full_marks(leaves: int) -> np.ndarray:
    """Full marks of so many indicators in steps of 0.01 that add up to 100: some a little more than the others."""
    cents = np.full(leaves, 10_000 // leaves, dtype=np.int64)
    cents[: 10_000 - int(cents.sum())] += 1
    return cents


def rated_system(leaves: int, raters: int) -> IndicatorSystem:
    """So many rubrics in blocks of ten, each graded by a panel of so many."""
    blocks = "".join(f"  - {{id: B{at}, title: {{zh: 块, en: Block}}}}\n" for at in range(-(-leaves // 10)))
    rows = "".join(f"  - {{id: L{at}, parent: B{at // 10}, title: {{zh: 项, en: Leaf}}, points: {cents / 100}, rule: four}}\n"
                   for at, cents in enumerate(full_marks(leaves)))
    rules = f"rules:\n  four: {{type: levels, out_of: 1, raters: panel, levels: [{_LEVELS}]}}\n"
    system, problems = parse_system(f"{_HEAD % raters}{rules}indicators:\n{blocks}{rows}{_GRADES}")
    assert system, [one.text() for one in problems]
    return system


def rated(units: int, leaves: int, raters: int, *, seed: int = 1) -> np.ndarray:
    """Leaves × raters × units: the place of the level that each rater gave."""
    return np.random.default_rng(seed).integers(0, len(LETTERS), (leaves, raters, units), dtype=np.int8)


def rated_measurements(levels: np.ndarray) -> Measurements:
    """The same as measurement objects."""
    leaves, raters, units = levels.shape
    names = [f"r{at}" for at in range(raters)]
    return Measurements([
        UnitMeasurements(f"u{unit:05}", ratings={
            f"L{leaf}": [Rating(name, LETTERS[level]) for name, level in zip(names, levels[leaf, :, unit], strict=True)]
            for leaf in range(leaves)})
        for unit in range(units)
    ])
