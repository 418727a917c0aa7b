"""A unit that is scored among others but shown alone has the same result to the last byte."""

from __future__ import annotations

import json

import pytest

from evalplat.definitions.loader import parse_system
from evalplat.scoring.canonical import canonical_bytes
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, UnitMeasurements, Value

RULES = ("minmax", "zscore", "rank", "percentile")
FIGURES = ("a", "b", "c", "d", "e")


def text(within: str) -> str:
    """One relative rule of each kind, and one that compares nothing; a missing value takes the mean of the group."""
    leaves = [f"  - {{id: {name}, title: {name}, points: 20, rule: {{type: {rule}, value: {name}, within: {within}}}}}"
              for name, rule in zip(FIGURES, RULES, strict=False)]
    return "\n".join((
        "format: 1", "system: only", 'version: "1"', "title: 比较", "score: {method: points, max: 100}", "relative: true",
        "missing: {default: group_mean}", "categories: {party: 党, people: 群}",
        "fields: {" + ", ".join(f"{name}: {{title: {name}, filled_by: office}}" for name in FIGURES) + "}",
        "indicators:", *leaves, "  - {id: e, title: e, points: 20, rule: {type: formula, value: e}}"))


@pytest.mark.parametrize("within", ["all", "category"])
@pytest.mark.parametrize("lacking", [{}, {(1, "a"), (4, "c"), (2, "e")}, {(number, "b") for number in range(0, 9, 2)}, {(5, "e")}])
def test_the_same_alone_as_among_all(within: str, lacking: set[tuple[int, str]]) -> None:
    system, problems = parse_system(text(within))
    assert system is not None, problems
    given = Measurements([UnitMeasurements(f"u{number}", category=("party", "people")[number % 2], fields={
        name: Value(str((number * (7 + place)) % 11), "r") for place, name in enumerate(FIGURES) if (number, name) not in lacking})
        for number in range(9)])
    whole = json.loads(canonical_bytes(score(system, given)))
    for place in range(9):
        one = json.loads(canonical_bytes(score(system, given, only=f"u{place}")))
        assert one["units"] == [whole["units"][place]]
        assert one["input_hash"] == whole["input_hash"]
