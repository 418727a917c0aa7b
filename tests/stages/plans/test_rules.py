"""Risk in parts, years spread evenly, a lot that can be drawn again."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evalplat.stages.plans import rules
from evalplat.stages.plans.rules import Candidate, Signals

WEIGHTS = rules.WEIGHTS


def test_a_risk_is_the_sum_of_its_parts_and_at_most_100() -> None:
    signals = Signals(2022, grade=3, open_findings=4, critical=1, overdue=2, relapses=1, veto=False, hold=True)
    parts = {part.key: part.points for part in rules.risk_parts(signals, year=2026, weights=WEIGHTS)}
    assert parts == {"year": 32, "grade_3": 10, "finding": 8, "critical": 8, "overdue": 12, "relapse": 10, "hold": 10}
    assert rules.risk_of(rules.risk_parts(signals, year=2026, weights=WEIGHTS)) == 90
    worst = Signals(None, grade=4, open_findings=20, critical=5, overdue=9, relapses=3, veto=True, hold=True)
    assert rules.risk_of(rules.risk_parts(worst, year=2026, weights=WEIGHTS)) == 100


def test_what_weighs_nothing_is_no_part() -> None:
    assert rules.risk_parts(Signals(2026, grade=1), year=2026, weights=WEIGHTS) == ()


def test_never_evaluated_is_due_now_others_after_the_cycle() -> None:
    assert rules.due_year(None, cycle=5, year=2026) == 2026
    assert rules.due_year(2023, cycle=5, year=2026) == 2028


def test_who_is_due_first_comes_first_then_who_has_more_risk() -> None:
    units = [Candidate("a", "x", 2030, 10), Candidate("b", "x", 2026, 5), Candidate("c", "x", 2026, 50)]
    assert rules.propose(units, first=2027, years=3) == {"c": 2027, "b": 2028, "a": 2029}


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(2020, 2036), st.integers(0, 100)), max_size=90), st.integers(1, 6))
def test_every_category_and_every_year_is_spread_evenly(given_units: list[tuple[str, int, int]], years: int) -> None:
    units = [Candidate(f"u{n}", category, due, risk) for n, (category, due, risk) in enumerate(given_units)]
    placed = rules.propose(units, first=2027, years=years)
    assert set(placed) == {unit.code for unit in units}
    for group in "xyz":
        counts = Counter(dict.fromkeys(range(2027, 2027 + years), 0))
        counts.update(placed[unit.code] for unit in units if unit.category == group)
        assert max(counts.values()) - min(counts.values()) <= 1
    loads = Counter(dict.fromkeys(range(2027, 2027 + years), 0))
    loads.update(placed.values())
    assert max(loads.values()) - min(loads.values()) <= 1


def test_a_lot_is_drawn_again_by_its_seed_and_takes_all_above_the_limit() -> None:
    pool = {f"a{n}": ("x", n) for n in range(20)} | {"b0": ("y", 90), "b1": ("y", 10), "b2": ("y", 20)}
    full, light = rules.draw(pool, seed="s1", share=1, limit=60)
    assert (full, light) == rules.draw(pool, seed="s1", share=1, limit=60)
    assert "b0" in full
    assert len(full) == 3
    assert sorted([*full, *light]) == sorted(pool)
    assert any(rules.draw(pool, seed=f"s{n}", share=1, limit=60)[0] != full for n in range(2, 9))
