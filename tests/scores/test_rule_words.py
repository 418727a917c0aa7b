"""Each kind of rule reads as sentences, in both languages."""

from __future__ import annotations

import pytest

from evalplat.definitions.loader import parse_system
from evalplat.kernel.i18n import speaking
from evalplat.scores.rule_words import rule_lines
from evalplat.scores.words import RATING

HEAD = """\
format: 1
system: s
version: "1"
title: t
score: {max: 4}
relative: true
facts: {eased: {zh: 已批准, en: Approved}}
sources: {stats: {zh: 统计, en: Statistics}, panel: {zh: 考评, en: Panel}}
surveys: {public: {title: {zh: 公众, en: Public}}}
fields: {x: {title: {zh: 数, en: Figure}}}
indicators:
  - {id: A, title: A, points: 4, rule: {%s}}
"""


def lines(rule, language="en"):
    system, problems = parse_system(HEAD % rule)
    assert [one.line() for one in problems if one.severity == "error"] == []
    with speaking(language):
        return rule_lines(system, system.leaf("A"))


@pytest.mark.parametrize(("rule", "told"), [
    ("type: goalposts, value: x, low: 20, high: 85", ("0 points at 20, 4 points at 85, in proportion between.",)),
    ("type: goalposts, value: x, low: 20, high: 85, better: low, log: true, capped: false",
     ("0 points at 85, 4 points at 20, in proportion between.", "The proportion is that of the logarithms.",
      "Outside these the points go on, below 0 and above the full mark.")),
    ("type: threshold, value: x, bound: 95%, partial: 2, partial_if: eased",
     ("0.95 or more: 4 points", "2 points if “Approved”", "otherwise: 0 points")),
    ("type: threshold, value: x, bound: 0, better: low", ("up to 0: 4 points", "otherwise: 0 points")),
    ("type: target, value: x, target: 3",
     ("4 points at the target 3, 0 points for the weakest value of the group, in proportion between.",)),
])  # fmt: skip
def test_rules_of_a_figure(rule, told):
    assert lines(rule) == ("Value: “Figure”", *told)
    assert not any(word in " ".join(lines(rule, "zh")) for word in ("points", "Value", "otherwise", "logarithm"))


def test_rules_without_a_figure():
    assert lines("type: fixed, points: 3") == ("Always 3 points.",)
    assert lines("type: top_box, survey: public, best: 2") == ("Share of the best 2 answers in the survey: Public.",)
    assert lines("type: top_box, survey: public, best: 2", "zh") == ("由社会调查评定：公众中选择最好的 2 个选项的比例。",)


def test_several_sources():
    parts = ("parts: [{source: stats, weight: 60, rule: {type: formula, value: x}}, "
             "{source: panel, weight: 40, rule: {type: fixed, points: 1}}]")
    assert lines(f"type: blend, {parts}") == (
        "Several sources count together.", "Statistics (60 %):", "Value: “Figure”", "Panel (40 %):", "Always 1 points.",
        "A notice is given if they are more than 20 % of the full mark apart.",
    )  # fmt: skip
    assert lines(f"type: first, {parts}", "zh")[:2] == ("有多个数据来源，以排在最前且有数据的来源为准。", "统计：")


def test_what_was_prepared_is_no_rater():
    line = "办件数: – → 30 ÷ 2 = 15; chen A → 3, wang B → 2"
    assert RATING.sub("#", line) == "办件数: – → 30 ÷ 2 = 15#3#2"
