"""The pairwise judgements behind weights: read, checked and compared, as text and as a workbook."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from evalplat.definitions.comparisons import read_ratio
from evalplat.definitions.diff import differences
from evalplat.definitions.editing import edited
from evalplat.definitions.judgements import RANDOM_INDEX_NAME
from evalplat.definitions.loader import build_system, canonical_text, parse_system
from evalplat.definitions.workbook_reading import load_workbook_bytes
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yamltext import load_yaml

EXAMPLE = (Path(__file__).parents[2] / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
TOP = "1 : 2 = 2, 1 : 3 = 2"
HOUSE = [[5, 3, 7, 6, 6, "1/3", "1/4"], ["1/3", 5, 3, 3, "1/5", "1/7"], [6, 3, 4, 6, "1/5"], ["1/3", "1/4", "1/7", "1/8"],
         ["1/2", "1/5", "1/6"], ["1/5", "1/6"], ["1/2"]]  # fmt: skip
"""House buying, Saaty 1990."""


def pairs(text):
    """``1 : 2 = 3, …`` as the file has it."""
    found = []
    for one in text.split(", "):
        ids, _, ratio = one.partition(" = ")
        a, _, b = ids.partition(" : ")
        found.append({"a": a, "b": b, "ratio": ratio})
    return found


def at_the_top(text, **more):
    return edited(EXAMPLE, {("compared",): {"pairs": pairs(text), **more}})


def below_one(text, **more):
    return edited(EXAMPLE, {("indicators", "1", "compared"): {"pairs": pairs(text), **more}})


def codes(text):
    return [one.code for one in parse_system(text, "x.yaml")[1]]


def house(weights):
    """A system of the eight criteria with these weights."""
    items = "".join(f'  - {{id: "{i}", title: 项, weight: {w}, rule: one}}\n' for i, w in enumerate(weights, 1))
    listed = [f"{{a: {i}, b: {i + j}, ratio: {ratio}}}" for i, row in enumerate(HOUSE, 1) for j, ratio in enumerate(row, 1)]
    return (f"format: 1\nsystem: house\nversion: '1'\ntitle: 购房\nscore: {{method: weights}}\nrules: {{one: {{type: fixed, points: 1}}}}\n"
            f"indicators:\n{items}compared: {{max_cr: 20%, pairs: [{', '.join(listed)}]}}\n")


def test_a_comparison_that_agrees_with_the_weights_says_nothing():
    text = at_the_top(TOP)
    system, problems = parse_system(text)
    assert problems == []
    assert system is not None
    assert system.compared is not None
    assert system.compared.judged == (("1", "2", Fraction(2)), ("1", "3", Fraction(2)))
    assert codes(below_one("1.1 : 1.2 = 3/2, 1.2 : 1.10 = 1")) == []


def test_house_buying_of_saaty_1990_is_told_with_its_ratio_and_the_three_worst_pairs():
    weights = [17, 5, 19, 2, 3, 4, 17, 33]
    assert codes(house(weights)) == []
    [problem] = parse_system(house(weights).replace("max_cr: 20%, ", ""), "x.yaml")[1]
    assert (problem.code, problem.params["ratio"], problem.params["most"]) == ("E119", "0.169", "0.1")
    assert problem.params["index"] == RANDOM_INDEX_NAME == "Saaty 1990"
    assert str(problem.params["pairs"]).count(" : ") == 3


def test_weights_that_differ_by_more_than_rounding_are_a_warning_with_both():
    system, [problem] = parse_system(at_the_top("1 : 2 = 3, 1 : 3 = 3"), "x.yaml")
    assert system is not None
    assert (problem.code, problem.severity) == ("W206", "warning")
    assert problem.params["parts"] == "1=50 (60.00), 2=25 (20.00), 3=25 (20.00)"
    assert codes(at_the_top("1 : 2 = 2.04, 1 : 3 = 1.96")) == []


@pytest.mark.parametrize(("text", "code", "words"), [
    (below_one("1.1 : 1.2 = 3, 1.1 : 1.3 = 2"), "E133", '"1.3" does not stand directly below "1". Did you mean "1.2"?'),
    (below_one("1.1 : 1.2 = 3, 1.1 : 2.1 = 2"), "E133", '"2.1" does not stand directly below "1".'),
    (below_one("1.1 : 1.2 = 3, 1.2 : 1.1 = 1/3, 1.1 : 1.10 = 1"), "E146", 'The pair "1.2" and "1.1" is compared twice.'),
    (below_one("1.1 : 1.1 = 1, 1.1 : 1.2 = 1, 1.1 : 1.10 = 1"), "E146", '"1.1" is compared with itself.'),
    (below_one("1.1 : 1.2 = 10, 1.1 : 1.10 = 1"), "E147", '"10" is no ratio from 1/9 to 9.'),
    (below_one("1.1 : 1.2 = 3:1, 1.1 : 1.10 = 1"), "E147", '"3:1" is no ratio'),
    (below_one("1.1 : 1.2 = 3"), "E148", 'The pairs do not join everything below "1". Compare also: 1.1 : 1.10.'),
    (at_the_top(TOP, max_cr="150%"), "E128", "max_cr must be between 0 % and 100 %"),
])  # fmt: skip
def test_what_is_wrong_with_a_pair_is_told_alone_at_its_place(text, code, words):
    [problem] = parse_system(text, "x.yaml")[1]
    assert problem.code == code
    assert words in problem.text()
    assert problem.where.line
    root, problems = load_workbook_bytes(write_workbook(load_yaml(text)[0]), "x.xlsx")
    [in_book] = build_system(root, problems, file="x.xlsx")[1]
    assert (in_book.code, in_book.where.sheet in ("两两比较", "体系", "最上层两两比较")) == (code, True)


def test_an_indicator_has_nothing_below_it_to_compare():
    assert codes(EXAMPLE.replace("{id: 3.1,", "{id: 3.1, compared: {pairs: []},")) == ["E121"]


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("1/5", Fraction(1, 5)), ("2.5", Fraction(5, 2)), (" 9 ", 9), ("2 / 4", 1 / 2)])
def test_ratios(text, value):
    assert read_ratio(text) == value


@pytest.mark.parametrize("text", ["0", "-1", "1/10", "1/0", "9.1", "50%", "", "3:1", "三", "1/3/3"])
def test_no_ratios(text):
    assert read_ratio(text) is None


def test_the_workbook_keeps_every_pair():
    text = edited(at_the_top(TOP), {("indicators", "1", "compared"): {"max_cr": "5%", "pairs": pairs("1.1 : 1.2 = 3/2, 1.10 : 1.2 = 1")}})
    root, problems = load_workbook_bytes(write_workbook(load_yaml(text)[0]))
    assert problems == []
    assert root is not None
    assert canonical_text(root) == canonical_text(load_yaml(text)[0])


def test_what_changed_is_said_pair_by_pair_whichever_way_round_it_is_written():
    before, after = parse_system(at_the_top(TOP))[0], parse_system(at_the_top("2 : 1 = 1/2, 1 : 3 = 2, 2 : 3 = 1"))[0]
    assert before is not None
    assert after is not None
    [change] = differences(before, after)
    assert "the comparison of 2 : 3: now 1, before –" in change.text()
    assert not change.scoring
