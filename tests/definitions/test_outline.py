"""A file that is not right yet is still read, as far as it goes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from evalplat.definitions.editing import edited
from evalplat.definitions.loader import parse_system
from evalplat.definitions.outline import Step, Sum, outline_of, sums_of
from evalplat.resources import indicators_dir

BIG = (indicators_dir() / "tengzhou-2026.yaml").read_text(encoding="utf-8")
SMALL = (indicators_dir() / "example-gov-perf.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [BIG, SMALL])
def test_the_outline_agrees_with_the_system(text: str) -> None:
    system, outline = parse_system(text)[0], outline_of(text)
    assert system is not None
    assert outline is not None
    assert {one.code: one.parent for one in outline.entries} == {one.code: one.parent for one in system.tree}
    assert [one.code for one in outline.below("")] == [one.code for one in system.tree]
    assert {one.code: one.rule.type for one in outline.entries if one.rule} == {one.code: one.rule.type for one in system.leaves}
    for node in system.nodes:
        assert all(one.fits for one in sums_of(outline, node.code)), node.code


def test_steps_stand_as_they_are_written() -> None:
    outline = outline_of(SMALL)
    assert outline is not None
    rule = outline.entry("1.2").rule  # type: ignore[union-attr]
    assert rule is not None
    assert (rule.path, rule.steps[0], rule.steps[-1]) == (("rules", "deviation"), Step("3", "100", "to"), Step("", "0", "else"))
    assert outline.users_of("deviation") == ("1.2",)
    assert [one.category for one in sums_of(outline, "1")] == ["A", "B"]


def test_a_wrong_number_is_shown_and_not_added() -> None:
    outline = outline_of(edited(BIG, {("indicators", "A101", "points"): "三"}))
    assert outline is not None
    assert outline.entry("A101").share == "三"  # type: ignore[union-attr]
    assert sums_of(outline, "A1") == (Sum(None, Fraction(9), "points"),) or sums_of(outline, "A1")[0].total is None
    assert not sums_of(outline, "A")[0].fits


def test_every_problem_finds_its_entry() -> None:
    text = edited(BIG, {("indicators", "C101", "rule", "bands", "1", "points"): "40", ("version",): "x"})
    _, problems = parse_system(text)
    outline = outline_of(text)
    assert outline is not None
    assert {outline.place_of(one.where.line) for one in problems if one.code == "E128"} == {"C101"}
    assert outline.place_of(1) == outline.place_of(5) == ""
    assert outline.top_of("C101") == "C"


@pytest.mark.parametrize("text", ["", "[]", "a: ["])
def test_what_is_no_file_has_no_outline(text: str) -> None:
    assert outline_of(text) is None


def test_circles_and_odd_entries_do_no_harm() -> None:
    text = "indicators: [{id: A, parent: B}, {id: B, parent: A}, x, {title: z}, {id: C, rule: nothing}, {id: D, rule: {type: [1]}}]"
    outline = outline_of(text)
    assert outline is not None
    assert [one.code for one in outline.below("")] == ["C", "D"]
