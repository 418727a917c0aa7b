"""A file changed place by place: what was named changes, everything else means the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalplat.definitions.editing import CannotEdit, at, edited, placed, read_tree
from evalplat.definitions.loader import canonical_text, parse_system
from evalplat.definitions.yamltext import as_plain
from evalplat.resources import indicators_dir

SHIPPED = sorted(indicators_dir().rglob("*.yaml"))
SMALL = (indicators_dir() / "example-gov-perf.yaml").read_text(encoding="utf-8")


def plain(text: str) -> Any:
    return as_plain(read_tree(text))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_no_change_keeps_every_shipped_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert canonical_text(read_tree(edited(text, {}))) == canonical_text(read_tree(text))


def test_only_the_named_places_change() -> None:
    before = plain(SMALL)
    after = plain(edited(SMALL, {
        ("indicators", "1.10", "weight"): "15",
        ("indicators", "1.1", "title", "zh"): "任务：完成, 率",
        ("rules", "deviation", "bands", "1", "points"): "80.50",
        ("version",): "2027.10",
    }))  # fmt: skip
    assert after["indicators"][3] == before["indicators"][3] | {"weight": "15"}
    assert after["indicators"][1]["title"] == {"zh": "任务：完成, 率", "en": "Tasks completed"}
    assert after["rules"]["deviation"]["bands"][1] == {"to": "5", "points": "80.50"}
    assert after["version"] == "2027.10"
    after["indicators"][3], after["indicators"][1], after["version"] = before["indicators"][3], before["indicators"][1], "2026.1"
    after["rules"]["deviation"]["bands"][1]["points"] = "85"
    assert after == before


def test_a_changed_file_loads_with_its_changed_points() -> None:
    system, problems = parse_system(edited(SMALL, {("rules", "deviation", "bands", "1", "points"): "80.50"}))
    assert system is not None
    assert not [one for one in problems if one.severity == "error"]
    assert str(system.leaf("1.2").rule.bands[1].points) == "161/2"


def test_texts_without_languages_get_them_and_empty_ones_go() -> None:
    text = "indicators:\n  - {id: A, title: 甲}\n"
    english = edited(text, {("indicators", "A", "title", "en"): "First", ("indicators", "A", "note", "zh"): "说明"})
    assert plain(english)["indicators"] == [{"id": "A", "title": {"zh": "甲", "en": "First"}, "note": {"zh": "说明"}}]
    without = edited(english, {("indicators", "A", "note", "zh"): None, ("indicators", "A", "title", "en"): None})
    assert plain(without)["indicators"] == [{"id": "A", "title": {"zh": "甲"}}]
    assert plain(edited(without, {("indicators", "A", "evidence", "zh"): None})) == plain(without)


def test_entries_are_put_in_taken_out_and_moved() -> None:
    more = edited(SMALL, {("indicators", "2.3"): {"id": "2.3", "title": {"zh": "新"}, "weight": "5", "rule": "four_levels"}})
    assert plain(more)["indicators"][-1]["id"] == "2.3"
    ids = [one["id"] for one in plain(placed(more, ("indicators", "2.3"), before="2.1"))["indicators"]]
    assert ids == ["1", "1.1", "1.2", "1.10", "2", "2.3", "2.1", "2.2", "3", "3.1"]
    assert [one["id"] for one in plain(placed(more, ("indicators", "1"), before=None))["indicators"]][-1] == "1"
    assert plain(edited(more, {("indicators", "2.3"): None})) == plain(SMALL)
    bands = edited(SMALL, {("rules", "deviation", "bands", "4"): {"to": "20", "points": "1"}, ("rules", "deviation", "bands", "0"): None})
    assert [sorted(one) for one in plain(bands)["rules"]["deviation"]["bands"]] == [["points", "to"], ["points", "to"], ["else"],
                                                                                 ["points", "to"]]


@pytest.mark.parametrize("path", [
    ("indicators", "1.3", "weight"), ("indicators", "1.1", "rule", "points"), ("rules", "deviation", "bands", "9", "points"),
    ("rules", "deviaton", "type"), ("indicators", "٣"), ("indicators", "1.1", "weight", "x"),
])  # fmt: skip
def test_a_place_that_is_not_there_is_told(path: tuple[str, ...]) -> None:
    with pytest.raises(CannotEdit) as told:
        edited(SMALL, {path: "1"}, file="a.yaml")
    assert told.value.problem.code == "E162"
    assert told.value.problem.where.line
    with pytest.raises(CannotEdit):
        at(read_tree(SMALL), path)


def test_what_is_more_than_one_value_is_never_overwritten_by_a_word() -> None:
    with pytest.raises(CannotEdit) as told:
        edited(SMALL, {("indicators", "1.1", "title"): "x"})
    assert told.value.problem.code == "E161"
    with pytest.raises(CannotEdit):
        edited(SMALL, {("indicators", "1.9"): None})
    with pytest.raises(CannotEdit) as broken:
        edited("a: [", {})
    assert broken.value.problem.code == "E100"


@pytest.mark.parametrize("typed", ["no", "1.10", "~", "", "a: b", "#x", "中文，：“”", "多\n行", "'", '"', "- x", "{a}", "%", "\u2028"])
def test_every_text_comes_back_as_it_was_typed(typed: str) -> None:
    changed = edited(SMALL, {("indicators", "1.1", "note", "zh"): typed})
    assert at(read_tree(changed), ("indicators", "1.1", "note", "zh")).text == typed  # type: ignore[union-attr]
    assert edited(changed, {}) == changed
