"""What the reader says about rules, combinations and parts that are written wrongly, each at its place."""

from __future__ import annotations

import pytest

from evalplat.definitions.loader import parse_system

HEAD = """\
format: 1
system: s
version: "1"
title: t
score: {method: METHOD, max: 4}
relative: true
facts: {eased: e}
sources: {stats: s, self: e, panel: p}
raters: {pair: {count: 2}}
surveys: {public: {title: p}, staff: {title: s}}
fields: {x: {title: x}}
indicators:
"""
LEVELS = "{type: levels, levels: [{level: A, points: 4}, {level: B, points: 0}]}"


def problems_of(*lines, method="points"):
    """(code, line below "indicators", column) of each problem."""
    text = HEAD.replace("METHOD", method) + "".join(f"  - {{{line}}}\n" for line in lines)
    return [(one.code, one.where.line - 12, one.where.column) for one in parse_system(text)[1] if one.code != "W203"]


def rule(written):
    return problems_of(f"id: A, title: A, points: 4, rule: {{{written}}}")


@pytest.mark.parametrize("written", [
    "type: goalposts, value: x, low: 20, high: 85, better: low, log: true, capped: false",
    "type: threshold, value: x, bound: 1",
    "type: threshold, value: x, bound: 1, partial: 2, partial_if: eased",
    "type: target, value: x, target: 1, within: all, capped: false, better: low",
    "type: fixed, points: 4",
    "type: top_box, survey: public, best: 2",
    "type: rank, value: x, ties: best",
    "type: first, parts: [{source: stats, rule: {type: fixed, points: 1}}, {source: panel, rule: " + LEVELS + "}]",
])  # fmt: skip
def test_what_is_right_passes(written):
    assert rule(written) == []


@pytest.mark.parametrize(("written", "code", "at"), [
    ("type: goalposts, value: x, low: 5, high: 5", "E127", "5, high"),
    ("type: goalposts, value: x, low: 0, high: 5, log: true", "E139", "0, high"),
    ("type: goalposts, value: x, low: 0", "E123", "{"),
    ("type: goalposts, value: x, low: 0, high: 1, capped: perhaps", "E124", "perhaps"),
    ("type: threshold, value: x", "E123", "{"),
    ("type: threshold, value: x, bound: 1, partial: 2", "E123", "{"),
    ("type: threshold, value: x, bound: 1, partial_if: eased", "E123", "{"),
    ("type: threshold, value: x, bound: 1, partial: 9, partial_if: eased", "E128", "9, partial_if"),
    ("type: threshold, value: x, bound: 1, partial: 1, partial_if: easd", "E105", "easd"),
    ("type: target, value: x", "E123", "{"),
    ("type: fixed, points: 5", "E128", "5"),
    ("type: fixed, points: 4, value: x, scale: [1, 5]", "E121", "scale"),
    ("type: fixed, points: 4, value: x", "E121", "value"),
    ("type: top_box, survey: public, zero_if: x > 1", "E121", "zero_if"),
    ("type: first, value: x, parts: [{source: stats, rule: " + LEVELS + "}, {source: panel, rule: {type: fixed, points: 1}}]",
     "E121", "value"),
    ("type: top_box, best: 2", "E123", "{"),
    ("type: top_box, survey: publik, best: 2", "E136", "publik"),
    ("type: top_box, survey: public, best: 0", "E125", "0"),
    ("type: rank, value: x, ties: none", "E124", "none"),
    ("type: blend, parts: [{source: stats, weight: 1, rule: {type: fixed, points: 1}}]", "E141", "[{"),
    ("type: blend, parts: [{source: stats, weight: 1, rule: " + LEVELS + "}, {source: panel, weight: 1, rule: " + LEVELS + "}]",
     "E141", "[{"),
    ("type: first, parts: [{source: stats, rule: {type: rank, value: x}}, {source: panel, rule: " + LEVELS + "}]", "E141", "{type: rank"),
    ("type: blend, parts: [{source: stats, rule: {type: fixed, points: 1}}, {source: panel, weight: 1, rule: " + LEVELS + "}]", "E123",
     "{source: stats"),
    ("type: first, parts: [{source: stat, rule: {type: fixed, points: 1}}, {source: panel, rule: " + LEVELS + "}]", "E104", "stat,"),
    ("type: first, parts: [{source: stats, rule: nowhere}, {source: panel, rule: " + LEVELS + "}]", "E103", "nowhere"),
    ("type: first, parts: [{source: stats, rule: {type: formula, value: xx}}, {source: panel, rule: " + LEVELS + "}]", "E105", "xx"),
    ("type: first, alert_difference: 200%, parts: [{source: stats, rule: {type: fixed, points: 1}}, {source: panel, rule: " + LEVELS + "}]",
     "E127", "200%"),
    ("type: first, parts: [{source: self, rule: {type: fixed, points: 1}}, {source: panel, rule: " + LEVELS + "}]", "E110", "{type: first"),
])  # fmt: skip
def test_the_fault_is_found_in_its_place(written, code, at):
    line = f"  - {{id: A, title: A, points: 4, rule: {{{written}}}}}"
    start = line.index("rule: ") + 6
    assert (code, 1, line.index(at, start) + 1) in rule(written)


LEAF = "id: B.1, title: t, weight: 1, rule: {type: fixed, points: 1}"


@pytest.mark.parametrize(("block", "found"), [
    ("combine: worst, worst: 2", []),
    ("combine: worst", [("E140", 1, 43)]),
    ("combine: arithmetic, worst: 2", [("E140", 1, 62)]),
    ("combine: worst, worst: 0", [("E125", 1, 57)]),
    ("combine: geometric", []),
])  # fmt: skip
def test_the_weakest_need_their_number(block, found):
    assert problems_of(f"id: B, title: t, weight: 1, {block}", LEAF, method="weights") == found


def test_a_combination_without_effect_is_a_warning():
    block = "id: B, title: t, points: 4, combine: min"
    assert problems_of(block, "id: B.1, title: t, points: 4, rule: {type: fixed, points: 1}") == [("W204", 1, 43)]


def test_last_year_is_a_policy_of_the_file_and_of_a_leaf():
    text = HEAD.replace("METHOD", "points").replace("relative: true", "missing: {default: last_year}")
    system, problems = parse_system(text + "  - {id: A, title: A, points: 4, missing: last_year, rule: {type: fixed, points: 1}}\n")
    assert [one.code for one in problems] == ["W203"]
    assert (system.missing.default, system.leaf("A").missing) == ("last_year", "last_year")
