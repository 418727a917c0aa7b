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


def test_a_full_width_comma_is_named_where_it_stands():
    problem, = parse_system(EXAMPLE.replace("en: Complete and applied}}", "en: Complete， zz: 3}}", 1))[1]
    line = EXAMPLE.split("\n").index(next(one for one in EXAMPLE.split("\n") if "Complete and applied}}" in one))
    assert problem.text() == 'The full-width comma "，" stands before "zz". Write "," followed by a space.'
    assert (problem.code, problem.where.line) == ("E100", line + 1)
    assert EXAMPLE.replace("en: Complete and applied}}", "en: Complete， zz: 3}}", 1).split("\n")[line][problem.where.column - 1] == "，"


def test_a_block_for_some_categories_is_told_alone():
    said = told("en: Public opinion}, weight: 25}", "en: Public opinion}, weight: 25, categories: [A]}")
    assert said == ['E121 The block "3" counts for every category, so that "categories" is not possible here. '
                    "Write categories with each indicator below it."]


def test_a_sum_that_only_follows_from_an_unknown_category_is_left_out():
    assert [one[:4] for one in told("categories: [A]", "categories: [C]")] == ["E134"]


def test_a_sum_that_is_wrong_for_one_category_says_why_a_block_counts():
    (said,) = told("en: Services online}, weight: 20", "en: Services online}, weight: 25")
    assert said.startswith('E102 The children of "1" add up to 55 for category B (1.1=30, 1.10=25), but "1" has weight 50.')
    assert said.endswith("a block counts for all of them, an indicator may be for some.")


def test_a_missing_last_grade_is_told_without_the_grades_that_a_veto_then_lacks():
    assert [one[:4] for one in told("{else: poor,", "{from: 0, grade: poor,", ("grade_at_most: fair", "grade_at_most: bad"))] == ["E108"]


def test_a_double_id_stands_before_what_follows_from_it():
    said = told("{id: 1.10, title", "{id: 1.1, title")
    assert said[0].startswith('E101 The indicator id "1.1" is written twice')
    assert len(said) > 1
