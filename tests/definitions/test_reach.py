"""What only looks right: a full mark out of reach, an id that means two things, and errors that only follow from another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalplat.definitions.loader import parse_system

EXAMPLE = (Path(__file__).parents[2] / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
WHOLE = "{at: 100, points: 100}]"
LOWER = "{at: 100, points: 90}]"


def told(before: str, after: str, *more: tuple[str, str]) -> list[str]:
    """What is said of the example with something changed."""
    text = EXAMPLE
    for one, other in ((before, after), *more):
        assert one in text, one
        text = text.replace(one, other, 1)
    return [f"{one.code} {one.text()}" for one in parse_system(text)[1]]


@pytest.mark.parametrize(("before", "after", "leaves"), [
    (WHOLE, LOWER, [("1.1", 90)]),
    ("{to: 3, points: 100}", "{to: 3, points: 95}", [("1.2", 95)]),
    ("{level: A, points: 100", "{level: A, points: 85", [("2.1", 85), ("2.2", 85)]),
    (WHOLE, f"{LOWER}\n    out_of: 90", []),
    ("{at: 60, points: 0}, {at: 90, points: 80}, {at: 100, points: 100}]",
     "{at: 60, points: 100}, {at: 90, points: 80}, {at: 100, points: 0}]", []),
])  # fmt: skip
def test_a_full_mark_that_nobody_can_reach_is_told(before, after, leaves):
    assert told(before, after) == [
        f'W207 Nobody can reach the full mark of "{leaf}": the best is {best} of 100. Give 100 for the best, unless this is meant.'
        for leaf, best in leaves
    ]


@pytest.mark.parametrize(("before", "after"), [("id: D1", "id: 1.1"), ("id: V1", "id: 3"), ("id: B1", "id: 2")])
def test_an_adjustment_or_veto_may_not_have_the_id_of_an_indicator_or_block(before, after):
    (one,) = told(before, after)
    assert one.startswith(f'E101 The id "{after[4:]}" of an adjustment or veto is that of an indicator or block.')


def test_the_id_that_is_written_twice_is_told_at_the_second_place():
    problem, = parse_system(EXAMPLE.replace("{id: V1", "{id: B1"))[1]
    assert (problem.code, problem.where.line) == ("E101", 65)
