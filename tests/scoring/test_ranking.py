"""Ranks: who is outside and why, tie groups by overlapping intervals, the error of a total, quotas without those left out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.definitions.indicators import Part, Rule
from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements, VetoDecision
from evalplat.scoring.ranking import COMPARED, Ranked, leaf_error, quota_grades, rank, share_key, total_error
from tests.scoring.tengzhou_data import full_unit, tengzhou

SYSTEM = tengzhou()


@dataclass(frozen=True)
class One:
    """As much of a result as ranking reads."""

    unit: str
    total: Decimal | None
    category: str = "gov"
    total_exact: Fraction | None = None
    grade: str | None = "good"
    marks: tuple[str, ...] = ()
    vetoes: tuple[object, ...] = ()


def units(**totals: str) -> list[One]:
    return [One(code, Decimal(total)) for code, total in totals.items()]


def places(found: dict[str, Ranked]) -> dict[str, tuple[int | None, int | None]]:
    return {code: (one.rank, one.last) for code, one in found.items()}


def test_without_errors_the_rank_is_exact():
    found = rank(units(a="90.01", b="90.00", c="80"), SYSTEM)
    assert places(found) == {"a": (1, None), "b": (2, None), "c": (3, None)}
    assert not any(one.is_group for one in found.values())


def test_units_whose_intervals_overlap_share_a_group_and_the_others_keep_exact_places():
    found = rank(units(a="95", b="90.0", c="89.5", d="89.0", e="80"), SYSTEM, errors={"b": 0.2, "c": 0.2, "d": 0.2})
    assert places(found) == {"a": (1, 1), "b": (2, 4), "c": (2, 4), "d": (2, 4), "e": (5, 5)}
    assert found["c"].is_group
    assert not found["a"].is_group


def test_intervals_that_do_not_touch_do_not_tie():
    apart = 2 * COMPARED * 0.2
    assert places(rank(units(a="90", b="89.44"), SYSTEM, errors={"a": 0.2, "b": 0.2})) == {"a": (1, 1), "b": (2, 2)}
    assert apart < 0.56
    assert rank(units(a="90", b="89.45"), SYSTEM, errors={"a": 0.2, "b": 0.2})["b"].is_group


def test_who_takes_no_part_is_marked_with_the_reason_and_does_not_stop_the_others():
    rows = [*units(a="90", light="99", halted="98"), One("short", Decimal(97), marks=("sample_short_block",)),
            One("veto", Decimal(96), vetoes=("V1",)), One("never", None)]
    found = rank(rows, SYSTEM, left_out={"light": "light", "halted": "suspended", "never": "exempt"})
    assert {code: (one.rank, one.reason) for code, one in found.items()} == {
        "a": (1, ""), "light": (None, "light"), "halted": (None, "suspended"), "short": (None, "sample_short"),
        "veto": (None, "vetoed"), "never": (None, "exempt")}


def test_one_unit_without_a_total_keeps_its_category_without_ranks_and_no_other():
    rows = [*units(a="90"), One("open", None), One("x", Decimal(70), category="party"), One("l", Decimal(60))]
    found = rank(rows, SYSTEM, left_out={"l": "light"})
    assert {code: one.reason for code, one in found.items()} == {
        "a": "category_incomplete", "open": "category_incomplete", "x": "", "l": "light"}
    assert found["x"].rank == 1


@given(st.lists(st.tuples(st.decimals(50, 100, places=2), st.floats(0, 2)), min_size=1, max_size=12))
def test_groups_cover_all_places_once_and_never_overlap(values):
    rows = [One(f"u{n}", total) for n, (total, _) in enumerate(values)]
    errors = {f"u{n}": error for n, (_, error) in enumerate(values)}
    found = rank(rows, SYSTEM, errors=errors)
    if not any(errors.values()):
        return
    spans = sorted({(one.rank, one.last) for one in found.values()})
    assert [first for first, _ in spans] == [1, *(last + 1 for _, last in spans[:-1])]
    for one in rows:
        for other in rows:
            gap = abs(float(one.total) - float(other.total)) - COMPARED * (errors[one.unit] + errors[other.unit])
            if gap <= 0:
                assert found[one.unit].rank == found[other.unit].rank


def test_the_error_of_a_total_goes_through_the_weights_of_the_survey_leaves():
    unit = score(SYSTEM, Measurements([full_unit(SYSTEM, "a")])).units[0]
    group = next(leaf.rule.survey for leaf in SYSTEM.leaves if leaf.rule.type == "survey")
    mine = [leaf for leaf in unit.leaves if SYSTEM.leaf(leaf.code).rule.survey == group]
    expected = sum(float(leaf.weight) for leaf in mine) / 100 * 2.0
    assert total_error(SYSTEM, unit.leaves, {group: 2.0}) == pytest.approx(expected)
    assert total_error(SYSTEM, unit.leaves, {}) == 0
    decided = replace(unit, leaves=tuple(replace(leaf, overridden=True) for leaf in unit.leaves))
    assert total_error(SYSTEM, decided.leaves, {group: 2.0}) == 0


def test_a_vetoed_result_of_the_engine_is_outside():
    code = SYSTEM.vetoes[0].code
    vetoed = replace(full_unit(SYSTEM, "b"), vetoes=(VetoDecision(code, "核实", "决定"),))
    found = rank(score(SYSTEM, Measurements([full_unit(SYSTEM, "a"), vetoed])), SYSTEM)
    assert (found["a"].rank, found["a"].of) == (1, 1)
    assert found["b"].reason == "vetoed"


def test_who_is_left_out_fills_no_quota():
    rows = [One(f"u{n}", Decimal(99 - n), grade=SYSTEM.grades[0].code) for n in range(4)]
    system = replace(SYSTEM, quotas=True, grades=(replace(SYSTEM.grades[0], quota=Fraction(1, 2)), *SYSTEM.grades[1:]))
    first, second = SYSTEM.grades[0].code, SYSTEM.grades[1].code
    assert quota_grades(rows, system) == {"u0": first, "u1": first, "u2": second, "u3": second}
    assert quota_grades(rows, system, left_out={"u0": "light"}) == {"u0": first, "u1": first, "u2": second, "u3": second}


def test_the_error_of_a_share_of_best_answers_and_of_a_blend_follow_their_rules():
    group = next(iter(SYSTEM.surveys))
    box = Rule("top_box", Fraction(4), survey=group, best=2)
    asked = Rule("survey", Fraction(4), survey=group)
    fixed = Rule("fixed", Fraction(4))
    blend = Rule("blend", Fraction(4), parts=(Part("a", Fraction(1), box), Part("b", Fraction(1), asked), Part("c", Fraction(2), fixed)))
    unit = score(SYSTEM, Measurements([full_unit(SYSTEM, "a")])).units[0]
    code = next(leaf.code for leaf in SYSTEM.leaves if leaf.rule.type == "survey")
    mine = [leaf for leaf in unit.leaves if leaf.code == code]
    weight, full = float(mine[0].weight), float(mine[0].effective_max)
    for rule, errors, share in ((box, {share_key(group, 2): 0.02}, 0.02), (box, {group: 2.0}, 0.0),
                                (blend, {share_key(group, 2): 0.02, group: 2.0}, math.hypot(0.02 / 4, 2 / 100 / 4)),
                                (Rule("first", Fraction(4), parts=blend.parts), {share_key(group, 2): 0.02}, 0.02)):
        system = replace(SYSTEM, tree=tuple(replace(one, rule=rule) if one.code == code else one for one in SYSTEM.tree))
        assert total_error(system, mine, errors) == pytest.approx(weight / 100 * 100 * share)
        assert leaf_error(system, mine[0], errors) == pytest.approx(full * share)
        assert leaf_error(system, replace(mine[0], overridden=True), errors) == 0
