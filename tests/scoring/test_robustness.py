from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.definitions.loader import parse_system
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, UnitMeasurements
from evalplat.scoring.robustness import Doubt, leaving_out, rank_ranges
from evalplat.scoring.varying import field_of
from tests.scoring.tengzhou_data import FIELDS, full_unit, tengzhou

SYSTEM = tengzhou()
UNITS = [
    replace(full_unit(SYSTEM, str(number)), fields=FIELDS | {"T8.duties_assigned": 40 - number, "T8.assigned_on_time": on_time})
    for number, on_time in enumerate((80, 99, 95, 85))
]
RESULT = score(SYSTEM, Measurements(UNITS))
TREE = """\
format: 1
system: tried
version: "1"
title: {{zh: 试, en: Tried}}
score: {{method: weights, min: 0, max: 100, decimals: 4, round_at: total, combine: {top}}}
fields:
  a: {{type: number, title: {{zh: 甲, en: A}}, filled_by: office}}
  b: {{type: number, title: {{zh: 乙, en: B}}, filled_by: office}}
  c: {{type: number, title: {{zh: 丙, en: C}}, filled_by: office}}
  d: {{type: number, title: {{zh: 丁, en: D}}, filled_by: office}}
relative: true
missing: {{default: reweight, min_coverage: 0%}}
indicators:
  - {{id: N, title: {{zh: 块, en: Block}}, weight: 60, combine: {inner}}}
  - {{id: N1, title: {{zh: 一, en: One}}, parent: N, weight: 20, rule: {{type: formula, value: a, out_of: 100}}}}
  - {{id: N2, title: {{zh: 二, en: Two}}, parent: N, weight: 40, rule: {{type: formula, value: b, out_of: 100}}}}
  - {{id: M, title: {{zh: 三, en: Three}}, weight: 30, rule: {{type: formula, value: c, out_of: 100}}}}
  - {{id: R, title: {{zh: 四, en: Four}}, weight: 10, rule: {{type: minmax, value: d, within: all, out_of: 100}}}}
grades: [{{from: 50, grade: good, title: {{zh: 好, en: Good}}}}, {{else: poor, title: {{zh: 差, en: Poor}}}}]
"""


def tree(top: str = "arithmetic", inner: str = "arithmetic"):
    system, problems = parse_system(TREE.format(top=top, inner=inner))
    assert system, problems
    return system


def scored(system, rows):
    units = [UnitMeasurements(f"u{at:02}", fields={name: value for name, value in zip("abcd", row, strict=True) if value is not None})
             for at, row in enumerate(rows)]
    return score(system, Measurements(units))


ROWS = [(40, 60, 50, 1), (70, 30, 55, 5), (55, 55, 20, 9), (90, 80, 95, 7), (10, 20, 15, 2)]


def test_the_published_rank_lies_in_its_range_and_the_seed_repeats_it():
    found = rank_ranges(RESULT, SYSTEM, category="gov_econ")
    assert len(found) == 4
    for one in found.values():
        assert one.best <= one.rank <= one.worst
        assert one.low <= float(RESULT.unit(one.unit).total) <= one.high
        assert 0 <= one.same_grade <= 1
    assert found == rank_ranges(RESULT, SYSTEM, category="gov_econ")
    assert found != rank_ranges(RESULT, SYSTEM, category="gov_econ", seed=2)


def test_without_doubt_nothing_moves():
    for one in rank_ranges(RESULT, SYSTEM, category="gov_econ", doubt=Doubt(0), draws=10).values():
        assert one.best == one.rank == one.worst
        assert one.grade_is_certain


def test_a_category_without_ranks_has_no_ranges():
    unit = replace(UNITS[0], fields={})
    assert rank_ranges(score(SYSTEM, Measurements([unit])), SYSTEM, category="gov_econ") == {}
    assert rank_ranges(RESULT, SYSTEM, category="party") == {}
    assert leaving_out(RESULT, SYSTEM, category="party") == []


@pytest.mark.parametrize("top", ["arithmetic", "geometric", "harmonic", "min"])
@pytest.mark.parametrize("inner", ["arithmetic", "geometric", "harmonic", "min", "sum"])
def test_with_the_files_own_weights_the_totals_are_the_exact_ones(top, inner):
    system = tree(top, inner)
    result = scored(system, [*ROWS[:4], (10, None, 15, 2)])
    units = [unit for unit in result.units if unit.total is not None]
    assert units
    field = field_of(units, system)
    assert len(field.patterns) == 1 + any(unit.unit == "u04" for unit in units)
    totals = field.totals(np.ones((1, len(field.codes))))[0]
    assert totals == pytest.approx([float(unit.total) for unit in units], abs=1e-4)


def test_of_the_shipped_system_too():
    totals = field_of(RESULT.units, SYSTEM).totals(np.ones((1, len(SYSTEM.tree))))[0]
    assert totals == pytest.approx([float(unit.total) for unit in RESULT.units], abs=1e-9)


def test_one_weight_alone_moves_what_the_exact_engine_says():
    heavier = TREE.format(top="arithmetic", inner="geometric").replace("weight: 20", "weight: 15").replace("weight: 40", "weight: 45")
    other, problems = parse_system(heavier)
    assert other, problems
    system = tree("arithmetic", "geometric")
    result = scored(system, ROWS)
    field = field_of([unit for unit in result.units if unit.total is not None], system)
    factors = np.ones((1, len(field.codes)))
    factors[0, field.codes.index("N2")] = 1.5
    expected = [float(unit.total) for unit in scored(other, ROWS).units if unit.total is not None]
    assert field.totals(factors)[0] == pytest.approx(expected, abs=1e-4)


def test_batches_change_nothing(monkeypatch):
    system = tree()
    result = scored(system, ROWS)
    whole = rank_ranges(result, system, draws=300)
    monkeypatch.setattr("evalplat.scoring.robustness.CELLS", 50)
    assert rank_ranges(result, system, draws=300) == whole


def test_each_source_of_doubt_is_told():
    system = tree()
    result = scored(system, ROWS)
    doubt = Doubt(0.5, errors={("u00", "N1"): 20.0}, combine=("geometric",), normalise=("rank", "percentile"))
    found = rank_ranges(result, system, doubt=doubt, draws=500)
    assert doubt.sources == ("weights", "survey", "combine", "normalise")
    assert all(set(one.parts) == set(doubt.sources) for one in found.values())
    assert max(one.parts["survey"] for one in found.values()) > 0
    alone = rank_ranges(result, system, doubt=doubt.only("survey"), draws=500)
    assert alone["u00"].low < float(result.unit("u00").total) < alone["u00"].high
    assert alone["u03"].low == alone["u03"].high
    assert alone["u03"].parts == {}


def test_leaving_one_indicator_out():
    system = tree()
    found = leaving_out(scored(system, ROWS), system)
    assert {one.leaf for one in found} == {"N1", "N2", "M", "R"}
    assert [one.mean_shift for one in found] == sorted((one.mean_shift for one in found), reverse=True)
    without = TREE.format(top="arithmetic", inner="arithmetic")
    without = "\n".join(line for line in without.splitlines() if "id: N1," not in line).replace("weight: 40", "weight: 60")
    other, problems = parse_system(without)
    assert other, problems
    before = {one.unit: one for one in rank_ranges(scored(system, ROWS), system, doubt=Doubt(0), draws=1).values()}
    after = {one.unit: one for one in rank_ranges(scored(other, ROWS), other, doubt=Doubt(0), draws=1).values()}
    shifts = {unit: after[unit].rank - before[unit].rank for unit in before}
    mine = next(one for one in found if one.leaf == "N1")
    assert mine.mean_shift == pytest.approx(np.mean([abs(one) for one in shifts.values()]))
    assert shifts[mine.unit] == mine.shift


def test_the_sentence_of_a_report():
    one = next(iter(rank_ranges(RESULT, SYSTEM, category="gov_econ").values()))
    message, given = replace(one, rank=12, best=9, worst=15, same_grade=1.0).words()
    assert message.format(**given) == "rank 12; between 9 and 15 in 90 % of 2,000 draws; the grade is certain"
    message, given = replace(one, rank=1, best=1, worst=1, same_grade=0.7).words()
    assert message.format(**given) == "rank 1 in at least 90 % of 2,000 draws; the grade stays in 70 % of them"


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.integers(1, 100)] * 3, st.integers(0, 50)), min_size=2, max_size=12, unique=True), st.randoms())
def test_the_order_of_the_units_is_irrelevant(rows, random):
    system = tree()
    mixed = list(rows)
    random.shuffle(mixed)

    def ranges(given):
        found = rank_ranges(scored(system, given), system, draws=40)
        return {given[int(unit[1:])]: (one.best, one.worst, one.same_grade) for unit, one in found.items()}

    assert ranges(rows) == ranges(mixed)




def without(line_of: str) -> str:
    return "\n".join(line for line in TREE.splitlines() if f"id: {line_of}," not in line)


@pytest.mark.parametrize("inner", ["min", "worst, worst: 1", "sum", "geometric"])
def test_leaving_out_is_the_same_as_a_file_without_it(inner):
    """Whatever the block does, alone in it or not."""
    text = TREE.format(top="arithmetic", inner=inner)
    system, problems = parse_system(text)
    assert system, problems
    result = scored(system, ROWS)
    found = {one.leaf: one for one in leaving_out(result, system)}
    for leaf, text in (("N1", without("N1").replace("weight: 40", "weight: 60")), ("M", without("M"))):
        other, problems = parse_system(text.format(top="arithmetic", inner=inner))
        assert other, problems
        before = {one.unit: one.rank for one in rank_ranges(result, system, doubt=Doubt(0), draws=1).values()}
        after = {one.unit: one.rank for one in rank_ranges(scored(other, ROWS), other, doubt=Doubt(0), draws=1).values()}
        assert found[leaf].mean_shift == pytest.approx(np.mean([abs(after[unit] - before[unit]) for unit in before])), leaf


ALONE = "\n".join(line for line in TREE.splitlines() if "id: N2," not in line).replace("parent: N, weight: 20", "parent: N, weight: 60")


def test_an_indicator_alone_in_its_block_leaves_with_it():
    system, problems = parse_system(ALONE.format(top="arithmetic", inner="arithmetic"))
    assert system, problems
    result = scored(system, [(90, 0, 10, 1), (10, 0, 90, 1), (50, 0, 50, 1)])
    first = leaving_out(result, system)[0]
    assert (first.leaf, abs(first.shift)) == ("N1", 2)


def test_ties_are_ranked_as_the_file_says():
    text = TREE.replace("round_at: total,", "round_at: total, ties: same_rank_dense,")
    system, problems = parse_system(text.format(top="arithmetic", inner="arithmetic"))
    assert system, problems
    rows = [(50, 50, 50, 5), (50, 50, 50, 5), (40, 40, 40, 5), (30, 30, 30, 5), (90, 90, 90, 9)]
    for one in rank_ranges(scored(system, rows), system, doubt=Doubt(1e-9), draws=20).values():
        assert one.best == one.rank == one.worst


def test_grades_are_those_of_the_rounded_total():
    text = TREE.replace("decimals: 4", "decimals: 0, rank_on: exact").replace("from: 50", "from: 85")
    system, problems = parse_system(text.format(top="arithmetic", inner="arithmetic"))
    assert system, problems
    result = scored(system, [(83, 83, 83, 5), (20, 20, 20, 1)])
    assert (str(result.unit("u00").total), result.unit("u00").grade) == ("85", "good")
    found = rank_ranges(result, system, doubt=Doubt(1e-6), draws=20)
    assert found["u00"].grade_is_certain


def test_a_normalisation_that_says_nothing_leaves_the_files_own():
    system = tree()
    result = scored(system, [(40, 60, 50, 3), (70, 30, 55, 3), (10, 20, 15, 3)])
    units = [unit for unit in result.units if unit.total is not None]
    assert units
    rank_ranges(result, system, doubt=Doubt(0, normalise=("zscore",)), draws=20)
    zero = parse_system(TREE.format(top="arithmetic", inner="arithmetic").replace("default: reweight", "default: zero"))[0]
    assert zero
    assert rank_ranges(scored(zero, [(40, 60, 50, 3), (70, 30, 55, 3)]), zero, doubt=Doubt(0, normalise=("zscore", "rank")), draws=20)


def test_other_normalisations_read_the_exact_values():
    rows = [(40, 60, 50, "1.00000001"), (70, 30, 55, "1.00000002"), (55, 55, 20, "1.00000003")]
    result = scored(tree(), rows)
    assert {unit.leaf("R").raw for unit in result.units} == {"1"}
    found = rank_ranges(result, tree(), doubt=Doubt(0, normalise=("rank",)), draws=20)
    assert {unit: one.low == one.high for unit, one in found.items()} == {"u00": True, "u01": True, "u02": True}
    percentile = rank_ranges(result, tree(), doubt=Doubt(0, normalise=("percentile",)), draws=20)
    assert percentile["u00"].low < percentile["u00"].high
