"""The fast way with columns says exactly what ``score`` says, for any file and any measurements."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.loader import parse_system
from evalplat.scoring.columns import from_measurements
from evalplat.scoring.engine import score
from evalplat.scoring.model import (
    AdjustmentDecision,
    Approval,
    LastYear,
    LeadDecision,
    Measurements,
    Options,
    Override,
    Rating,
    SurveyValue,
    UnitMeasurements,
    VetoDecision,
)
from evalplat.scoring.totals import STATES, results, totals
from tests.scoring.tengzhou_data import full_unit, tengzhou

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = "text: {zh: 级, en: Level}"
POINTS = {"A": 4, "B": 2.5, "C": 1.333, "D": 0}
LEVELS = f"levels: [{', '.join(f'{{level: {key}, points: {points}, {TEXT}}}' for key, points in POINTS.items())}]"
PLAIN = [
    *(f"type: levels, raters: {panel}, {LEVELS}" for panel in ("mean", "median", "trimmed", "lead")),
    "type: bands, value: f0, bands: [{from: 50, points: 4}, {above: 20, points: 1.25}, {from: -3, points: 2}, {else: 0}]",
    "type: bands, value: f1, bands: [{to: -3, points: 4}, {below: 40, points: 1.25}, {to: 60, points: 2}, {else: 0.005}]",
    "type: linear, value: f0 / f1 * 100, points: [{at: 5, points: 0.3}, {at: 50, points: 1}, {at: 90, points: 4}]",
    "type: goalposts, value: f1, low: 10, high: 60",
    "type: goalposts, value: f1 - f0, low: 3, high: 7, better: low, capped: false",
    "type: goalposts, value: abs(f0) * 0.3 + f2, low: -10, high: 60, better: low", "type: threshold, value: f1, bound: 40",
    "type: threshold, value: f2, bound: 0.125, better: low", "type: deduct, value: f3, each: 0.3, floor: 1",
    "type: formula, value: -f0 / 7 + 2",
    "type: fixed, points: 3.005", "type: survey, survey: people, scale: [0, 100]", "type: survey, survey: staff, scale: [1, 5]",
]  # fmt: skip
OTHER = [
    "type: top_box, survey: people, best: 2",
    "type: formula, value: 'if(yes, f0, f1)'", "type: goalposts, value: f1, low: 1, high: 60, log: true",
    "type: threshold, value: f1, bound: 40, partial: 1.5, partial_if: f0 > 3",
    "type: formula, value: 'min(f0, f1)', zero_if: f2 > 90",
    f"type: blend, parts: [{{source: a, weight: 3, rule: {{type: levels, raters: mean, {LEVELS}}}}}, "
    "{source: a, weight: 1, rule: {type: formula, value: f0}}]",
    "type: minmax, value: f0, within: category", "type: rank, value: f1, within: all",
]  # fmt: skip
FIELDS = """fields:
  {f0: {title: f}, f1: {title: f}, f2: {title: f, type: percent}, f3: {title: f, type: integer}, yes: {title: f, type: yes_no}}
raters:
  mean: {title: p, count: 9, minimum: 2, combine: mean, alert_spread: 50%, above_spread: alert}
  median: {title: p, count: 9, minimum: 1, combine: median, alert_spread: 33.325%, above_spread: alert}
  trimmed: {title: p, count: 9, minimum: 3, combine: trimmed_mean, alert_spread: 100%, above_spread: alert}
  lead: {title: p, count: 9, minimum: 1, combine: mean, alert_spread: 40%, above_spread: lead}
surveys: {people: {title: g, minimum: 30}, staff: {title: g}}
facts: {has: h, big: b}
categories: {K: k, L: l}
sources: {a: a}
dimensions: {X: x, Y: y}
"""
END = """adjust:
  order: [%s]
  caps: {bonus: 3}
  items: [{id: P, kind: bonus, title: b, points: 1.3, per: x, cap: 3}, {id: M, kind: deduct, title: d, points: 0.7, per: x}]
vetoes: [{id: V, title: v, grade_at_most: C, score_at_most: 61.5}]
grades: [{from: 80, grade: A, title: a}, {from: 55.555, grade: B, title: b}, {else: C, title: c}]
"""
NUMBERS = ["0", "1", "2", "3", "5", "40", "50", "60", "0.125", "-3", "-2.5", "33.333", "100", "0.00000000000000000001",
           "99999999999999999999", "12345678901.5",
           "7", "20", Fraction(1, 3), Fraction(22, 7), Decimal("89.995"), 4, None, "", "50%"]  # fmt: skip
POLICIES = ["not_scored", "zero", "reweight", "last_year", "group_mean"]


@cache
def system_of(seed: int) -> IndicatorSystem:
    """A file with a few blocks; one in three has rules that need the other way."""
    dice = Random(seed)  # noqa: S311 - a made-up file
    points = dice.random() < 0.5
    rules = PLAIN + (OTHER if dice.random() < 0.33 else [])
    policies = POLICIES if dice.random() < 0.2 else POLICIES[:4]
    text = (f'format: 1\nsystem: s\nversion: "1"\ntitle: t\nscore: {{METHOD, decimals: {dice.choice([0, 1, 2, 2, 4])}, '
            f"round_at: {dice.choice(['leaf', 'total'])}, combine: {dice.choice(['arithmetic', 'arithmetic', 'min'])}}}\n"
            "relative: true\n"
            f"missing: {{default: {dice.choice(policies)}, min_coverage: {dice.choice([0, 40, 80])}%}}\n" + FIELDS)
    marks = [Fraction(dice.choice(["4", "2.5", "3.333", "10"])) for _ in range(12)]
    sizes = [dice.choice([2, 3, 4]) for _ in range(dice.choice([1, 2, 3]))]
    if points and dice.random() < 0.5:
        text += f"profiles: {{one: {{title: p, points: {{B0a: {float(marks[0] + 1)}, B0b: {float(marks[1] - 1)}}}}}}}\n"
    chosen = [marks[4 * at : 4 * at + size] if points else [None] * size for at, size in enumerate(sizes)]
    rows = "".join(_block(dice, at, rules, policies, marks=some) for at, some in enumerate(chosen))
    most = float(sum(sum(some) for some in chosen)) if points else 4
    text = text.replace("METHOD", f"method: {'points' if points else 'weights'}, min: 0, max: {most}")
    order = dice.choice(["bonus, deduct, clamp, veto", "clamp, bonus, deduct, veto"])
    system, problems = parse_system(text + "indicators:\n" + rows + END % order)
    if system is None:
        bad = {one.code for one in problems if one.severity == "error"}
        assert bad <= {"E102", "E109"}, [one.text() for one in problems]
    return system or system_of(seed + 1_000_003)


def _block(dice: Random, at: int, rules: list[str], policies: list[str], *, marks: list[Fraction | None]) -> str:
    leaves, total, points = [], Fraction(0), marks[0] is not None
    for letter, mark in zip("abcd", marks, strict=False):
        weight = dice.choice([1, 2, 3, "0.5"] if dice.random() < 0.9 else [0])
        total += Fraction(weight)
        more = dice.choice([""] * 4 + ["applies_if: has, ", "categories: [K], "]) + dice.choice(["", f"missing: {dice.choice(policies)}, "])
        size = f"weight: {weight}, " if mark is None else f"points: {float(mark)}, "
        leaves.append(f"  - {{id: B{at}{letter}, parent: B{at}, title: l, {size}{more}dimension: {dice.choice('XY')}, "
                      f"rule: {{out_of: 4, {dice.choice(rules)}}}}}\n")  # fmt: skip
    how = dice.choice(["arithmetic", "arithmetic", "sum", "min", "arithmetic, floor: 0.7"])
    how = "geometric, floor: 0.1" if dice.random() < 0.02 else how
    node = "" if points else f"weight: {float(total)}, combine: {how}, "
    node += dice.choice([""] * 5 + ["applies_if: big, "]) + dice.choice([""] * 5 + ["redistribute_short: true, "])
    return f"  - {{id: B{at}, {node}title: n}}\n" + "".join(leaves)


def _unit(system: IndicatorSystem, dice: Random, code: str) -> UnitMeasurements:
    """One unit: usually plain, sometimes with a thing that is rare."""
    def seldom(value, other, share=0.1):
        return value if dice.random() < share else other

    plain = dice.random() < 0.6
    numbers = ["0", "1", "2", "3", "5", "40", "50", "60", "100", "7", "20", "33.333", "0.125", "-2.5"]
    fields = {name: dice.choice(numbers if plain else NUMBERS) for name in ("f0", "f1", "f2") if plain or dice.random() < 0.9}
    fields["f3"] = dice.choice(["0", "1", "3", 12, "40"] if plain else ["1.5", "-1", None, 9])
    fields["yes"] = dice.choice([True, False, "yes", None])
    number = dice.choice([1, 2, 3, 5])
    ratings = {leaf.code: [Rating(f"r{at if dice.random() < 0.98 else 0}", dice.choice("ABCD" if dice.random() < 0.98 else "ABX"))
                           for at in range(seldom(dice.randint(0, 6), number))] for leaf in system.rubric_leaves}
    mean = dice.choice(["12.5", "99.99", 60, seldom("101", "7"), seldom(None, "0")])
    surveys = {"people": SurveyValue(mean, dice.choice([10, 29, 30, 99, 500]), counts=seldom((3, 9, 40), ())),
               "staff": SurveyValue("4.2", seldom(None, 9))}  # fmt: skip
    tree = [item.code for item in system.tree]
    leaves = [leaf.code for leaf in system.leaves]
    return UnitMeasurements(
        code, seldom("one", "", 0.5) if system.profiles else "", dice.choice("KL"),
        {"has": dice.choice([True, True, False, None]), "big": seldom(None, True)}, fields,
        ratings={} if dice.random() < 0.03 else ratings, surveys=surveys,
        lead_decisions=seldom({leaf.code: LeadDecision("B", "seen") for leaf in system.rubric_leaves}, {}),
        not_applicable={dice.choice(tree): Approval("none") for _ in range(seldom(2, 0, 0.2))},
        adjustments=seldom([AdjustmentDecision("P", dice.randint(0, 4)), AdjustmentDecision("M", "2.5")], [], 0.2),
        vetoes=seldom([VetoDecision("V")], []), overrides=seldom({dice.choice(leaves): Override("1.005")}, {}, 0.05),
        last=seldom({dice.choice(leaves): LastYear("0.755")}, {}, 0.05),
    )  # fmt: skip


def _same(system: IndicatorSystem, measurements: Measurements, options: Options | None = None):
    """Everything that ``totals`` says against ``score``; how many units did not go the slow way."""
    expected = score(system, measurements, options=options)
    found = totals(system, from_measurements(system, measurements), options=options)
    assert list(found.units) == [unit.unit for unit in expected.units]
    assert sorted(one.text() for one in found.problems) == sorted(one.text() for one in expected.problems)
    for place, (unit, short) in enumerate(zip(expected.units, results(found), strict=True)):
        assert replace(short, leaves=(), lines=()) == replace(unit, leaves=(), lines=())
        assert [STATES[state] for state in found.states[:, place]] == [leaf.state for leaf in unit.leaves]
        assert found.pointed[:, place].tolist() == [leaf.points is not None for leaf in unit.leaves]
        assert [points for points, known in zip(found.points[:, place].tolist(), found.pointed[:, place], strict=True) if known] == [
            leaf.fixed for leaf in unit.leaves if leaf.fixed is not None]  # fmt: skip
        digits = 10**system.score.decimals
        assert (int(found.base[place]) if found.based[place] else None) == (None if unit.base is None else int(unit.base * digits))
        assert (int(found.total[place]) if found.totalled[place] else None) == (None if unit.total is None else int(unit.total * digits))
        assert (None if found.grade[place] < 0 else system.grades[found.grade[place]].code) == unit.grade
    return len(expected.units) - len(found.scored)


@SLOW
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_totals_say_what_score_says(seed, dice):
    system = system_of(seed)
    units = [_unit(system, dice, f"u{number:02}") for number in range(dice.choice([1, 4, 12]))]
    hidden = frozenset(leaf.code for leaf in system.leaves if dice.random() < 0.1)
    _same(system, Measurements(units), Options(hidden) if dice.random() < 0.2 else None)


HALVES = ('format: 1\nsystem: s\nversion: "1"\ntitle: t\nrelative: true\n'
          "score: {method: weights, max: 4, min: -4, decimals: 2, round_at: leaf}\n"
          "missing: {default: not_scored}\nfields: {x: {title: x}, y: {title: y}}\nindicators:\n"
          "  - {id: A, title: A, weight: 1, rule: {type: goalposts, value: x, low: 0, high: 4, capped: false}}\n"
          "  - {id: B, title: B, weight: 1, rule: {type: formula, value: y}}\n")  # fmt: skip


@pytest.mark.parametrize(("value", "fixed"), [
    ("0.005", 1), ("1.005", 101), ("1.00499999", 100), ("-0.005", -1), ("-0.00499", 0), (Fraction(2, 3), 67), ("0", 0),
    ("99999999999999999999.994", 9999999999999999999999),
    ("0.00000000000000000001", 0), ("-99999999999999999999", -9999999999999999999900),
])  # fmt: skip
def test_halves_go_away_from_zero_and_no_number_is_too_large(value, fixed):
    system, problems = parse_system(HALVES)
    assert system, problems
    measurements = Measurements([UnitMeasurements("a", fields={"x": value, "y": 1}), UnitMeasurements("b", fields={"x": "2.005", "y": 1})])
    assert _same(system, measurements) >= 1
    assert totals(system, from_measurements(system, measurements)).points[0].tolist() == [fixed, 201]


def test_what_is_plain_goes_in_columns_and_the_same_unit_twice_is_refused():
    system = tengzhou()
    units = [full_unit(system, name) for name in "ABC"]
    assert _same(system, Measurements(units)) == 3
    with pytest.raises(ValueError, match="twice"):
        totals(system, from_measurements(system, Measurements([units[0], units[0]])))
    assert totals(system, from_measurements(system, Measurements([]))).units == ()
