"""Two systems compared: each kind of change in one line of words; what each indicator really weighs."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from pathlib import Path

import pytest

from evalplat.definitions.diff import differences
from evalplat.definitions.diff_words import ATTRIBUTES, TRUTH, VALUES
from evalplat.definitions.effective import effective_weights
from evalplat.definitions.fields import FIELD_TYPES, FILLED_BY
from evalplat.definitions.indicators import (
    COMBINATIONS,
    MISSING_POLICIES,
    RULE_TYPES,
    Adjustment,
    Grade,
    Leaf,
    MissingPolicy,
    Node,
    Part,
    RaterPolicy,
    Rule,
    ScorePolicy,
    Veto,
)
from evalplat.definitions.loader import load_system, parse_system
from evalplat.definitions.prepare import PrepareStep

FOLDER = Path(__file__).parents[2] / "indicators"
TEXT = (FOLDER / "tengzhou-2026.yaml").read_text(encoding="utf-8")


def lines(*changes: tuple[str, str]) -> list[str]:
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    first, second = parse_system(TEXT)[0], parse_system(text)[0]
    assert first is not None
    assert second is not None
    return [change.text() for change in differences(first, second)]


def test_the_same_system_has_no_difference():
    assert lines() == []
    assert lines(("# Points and thresholds", "# Points, thresholds")) == []


@pytest.mark.parametrize(("before", "after", "said"), [
    ("三定职责分解到位率", "职责分解率",
     "Indicator A101 is now called “职责分解率 / Statutory duties broken down to units/posts” "
     "(before: “三定职责分解到位率 / Statutory duties broken down to units/posts”)."),
    ("{at: 0.80, points: 0}", "{at: 0.75, points: 0}",
     "Indicator A101 “三定职责分解到位率”, the points: now 0.75; 0; 1; 4, before 0.8; 0; 1; 4."),
    ("{from: 0.90, points: 2}, {from: 0.80", "{from: 0.85, points: 2}, {from: 0.80",
     "Indicator A102 “划入和新增职责承接率”, the bands: now ≥ 1: 3; ≥ 0.85: 2; ≥ 0.8: 1; otherwise: 0, "
     "before ≥ 1: 3; ≥ 0.9: 2; ≥ 0.8: 1; otherwise: 0."),
    ("points: 0.5, per: working_day", "points: 1, per: working_day", "Adjustment G01 “逾期报送”, the points: now 1, before 0.5."),
    ("{from: 80, grade: good", "{from: 75, grade: good", "Grade good “良好”, the start: now 75, before 80."),
    ("id: A103", "id: A104", "Indicator A103 “取消下放移交职责落实率” now has the id A104."),
    ("default: not_scored", "default: zero",
     "The system tengzhou-2026 “机构编制评估指标体系”, the policy for what is missing: now it counts 0 points, before no result is given."),
])  # fmt: skip
def test_a_change_is_one_line_of_words(before, after, said):
    assert lines((before, after)) == [said]


def test_added_and_removed():
    added = "  - {id: H06, title: {zh: 新, en: New}, grade_at_most: poor}\n\ngrades:\n"
    assert lines(("\ngrades:\n", added)) == ["Veto H06 “新” was added."]
    first, second = (parse_system(text)[0] for text in (TEXT.replace("\ngrades:\n", added), TEXT))
    assert [change.text() for change in differences(first, second)] == ["Veto H06 “新” was removed."]


def test_a_difference_can_be_said_in_another_language():
    text = TEXT.replace("points: 0.5, per", "points: 1, per")
    [change] = differences(parse_system(TEXT)[0], parse_system(text)[0])
    said = {"Adjustment": "加减分", "the points": "分值", change.message: "{kind} {id} {what}：{before}→{after}"}
    assert change.text(lambda message: said[message]) == "加减分 G01 分值：0.5→1"


def test_effective_weights_count_what_a_category_has():
    system, _ = load_system(FOLDER / "example-gov-perf.yaml")
    shares = effective_weights(system)
    assert shares["A"]["1.2"] == shares["B"]["1.10"] == Fraction(1, 5)
    assert "1.10" not in shares["A"]
    for column in shares.values():
        assert sum(share for code, share in column.items() if "." in code) == 1


def test_points_are_shares_of_the_whole():
    system, _ = load_system(FOLDER / "tengzhou-2026.yaml")
    shares = effective_weights(system)["standard"]
    assert shares["A"] == Fraction(1, 5)
    assert sum(shares[leaf.code] for leaf in system.leaves) == 1


def test_values_of_closed_lists_are_said_in_the_readers_language():
    text = TEXT.replace("default: not_scored", "default: zero").replace("quotas: false", "quotas: true", 1)
    changes = differences(parse_system(TEXT)[0], parse_system(text)[0])
    said = [one.text(lambda message: f"<{message}>" if message in words() else message) for one in changes]
    assert any("now <it counts 0 points>, before <no result is given>" in one for one in said)
    assert not any("True" in one or "\x02" in one for one in said)


def words() -> set[str]:
    return {word for values in VALUES.values() for word in values.values()} | set(TRUTH.values())


def test_every_closed_value_and_attribute_has_a_word():
    for one in (MISSING_POLICIES, COMBINATIONS, RULE_TYPES, FIELD_TYPES, FILLED_BY):
        name = {MISSING_POLICIES: "missing", COMBINATIONS: "combine", FILLED_BY: "filled_by"}.get(one, "type")
        assert set(one) <= set(VALUES[name])
    named = {field.name for kind in (Leaf, Node, Rule, Part, RaterPolicy, Grade, Veto, Adjustment, ScorePolicy, MissingPolicy, PrepareStep)
             for field in fields(kind)}
    assert named - {"id", "code", "line", "depth", "levels", "rule"} <= set(ATTRIBUTES)


def test_texts_of_two_languages_can_be_said_in_one() -> None:
    before = parse_system(TEXT)[0]
    after = parse_system(TEXT.replace("三定职责分解到位率", "职责分解率"))[0]
    english = parse_system(TEXT.replace("Statutory duties broken down", "Duties broken down"))[0]
    assert before
    assert after
    assert english
    assert [one.text(language="zh") for one in differences(before, after)] == [
        "Indicator A101 is now called “职责分解率” (before: “三定职责分解到位率”)."]
    assert all("Duties" in one.text(language="zh") for one in differences(before, english))
