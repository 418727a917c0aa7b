"""Steps on raw figures: COINr's published cases, what stays missing, and a log from which every change can be read."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.scoring.preparing import denominate, impute, passes, screen, treat_outliers, winsorise

F = Fraction
HALF = F(1, 2)


def column(values, name="x"):
    """A table of one indicator; units are named by their place."""
    return {f"u{place}": {name: None if value is None else F(value)} for place, value in enumerate(values)}


def taken(prepared, name="x"):
    return [row[name] for row in prepared.table.values()]


def replayed(table, changes):
    """The table with the log applied by hand."""
    new = {unit: dict(row) for unit, row in table.items()}
    for one in changes:
        if one.indicator:
            assert new[one.unit].get(one.indicator) == one.before
            new[one.unit][one.indicator] = one.after
        else:
            del new[one.unit]
    return new


def test_winsorise_of_coinr():
    assert winsorise([F(one) for one in (*range(1, 11), 100)]) == [*range(1, 11), 10]
    found = treat_outliers(column([*range(1, 11), 100]), ["x"])
    assert taken(found) == [*range(1, 11), 10]
    assert [(one.step, one.unit, one.before, one.after) for one in found.changes] == [("winsorise", "u10", 100, 10)]
    assert "pulled in" in found.changes[0].why
    assert found.unresolved == ()


def test_low_outliers_are_pulled_up():
    assert taken(treat_outliers(column([*range(1, 11), -100]), ["x"])) == [*range(1, 11), 1]


def test_when_one_point_is_not_enough_the_raw_values_become_a_logarithm_as_in_coinr():
    values = [*range(1, 21), 100, 200]
    assert winsorise([F(one) for one in values], most=1) == [*range(1, 21), 100, 100]
    assert not passes(winsorise([F(one) for one in values], most=1))
    found = treat_outliers(column(values), ["x"], most=1)
    expected = [math.log(one - 1 + 1.99) for one in values]
    assert [float(one) for one in taken(found)] == pytest.approx(expected)
    assert {one.step for one in found.changes} == {"logarithm"}
    assert len(found.changes) == 22
    assert taken(treat_outliers(column(values), ["x"])) == [*range(1, 21), 20, 20]


def test_a_tail_at_the_low_end_keeps_the_order_of_units():
    values = [-one for one in (*range(1, 21), 100, 200)]
    found = taken(treat_outliers(column(values), ["x"], most=1))
    assert [float(one) for one in found] == pytest.approx([-math.log(-one - 1 + 1.99) for one in values])
    assert sorted(range(22), key=lambda at: found[at]) == sorted(range(22), key=lambda at: values[at])


def test_tied_outliers_count_each():
    values = [F(one) for one in (*range(1, 31), 500, 500, 500)]
    assert not passes(values, kurtosis=0)
    assert winsorise(values, kurtosis=0, most=2) == values
    assert winsorise(values, kurtosis=0, most=3) == [*range(1, 31), 30, 30, 30]


@pytest.mark.parametrize("values", [[], [None, None], [1], [1, 2, 1000], [5, 5, 5, 5, 5], [1, 2, 3, 4, None]])
def test_columns_without_a_shape_or_an_outlier_stay(values):
    table = column(values) or {"u0": {"x": None}}
    found = treat_outliers(table, ["x"])
    assert (found.table, found.changes, found.unresolved) == (table, (), ())


def test_a_column_of_two_values_is_left_alone_and_named():
    table = column([0] * 20 + [1])
    found = treat_outliers(table, ["x"])
    assert (found.table, found.changes, found.unresolved) == (table, (), ("x",))
    assert winsorise([F(0)] * 20 + [F(1)]) == [0] * 20 + [1]


columns = st.lists(st.one_of(st.none(), st.integers(-50, 50), st.integers(-10**6, 10**6)), min_size=1, max_size=25)


@settings(deadline=None)
@given(columns, st.integers(0, 5))
def test_outliers_change_few_units_keep_the_order_and_the_log_tells_all(values, most):
    table = column(values)
    found = treat_outliers(table, ["x"], most=most)
    assert replayed(table, found.changes) == found.table
    pulled = [one for one in found.changes if one.step == "winsorise"]
    assert len(pulled) <= most
    before = [row["x"] for row in table.values()]
    pairs = [(old, new) for old, new in zip(before, taken(found), strict=True) if old is not None]
    assert [new for _, new in sorted(pairs)] == sorted(new for _, new in pairs)
    assert [one is None for one in before] == [one is None for one in taken(found)]
    rest = [new for _, new in pairs]
    assert bool(found.unresolved) is not passes(rest)


TABLE = {
    "a": {"doctors": F(30), "people": F(1000)}, "b": {"doctors": F(0), "people": F(500)}, "c": {"doctors": F(4), "people": F(0)},
    "d": {"doctors": F(4)}, "e": {"doctors": None, "people": F(7)},
}  # fmt: skip


def test_denominators_zero_is_a_value_and_nothing_is_divided_by_it():
    found = denominate(TABLE, {"doctors": "people"})
    assert {unit: row.get("doctors") for unit, row in found.table.items()} == {"a": F(3, 100), "b": 0, "c": None, "d": None, "e": None}
    assert {one.unit: one.why for one in found.changes} == {
        "a": "divided by people = 1000", "b": "divided by people = 500",
        "c": "people is 0, so that nothing can be divided by it", "d": "people is missing, so that nothing can be divided by it",
    }  # fmt: skip
    assert replayed(TABLE, found.changes) == found.table
    assert TABLE["a"]["doctors"] == 30
    with pytest.raises(ValueError, match="not in the table: area"):
        denominate(TABLE, {"doctors": "area"})


def test_gaps_are_filled_by_the_mean_or_the_median():
    table = column([1, 2, None, 9])
    assert taken(impute(table, ["x"], "mean")) == [1, 2, 4, 9]
    assert taken(impute(table, ["x"], "median")) == [1, 2, 2, 9]
    median = column([*range(1, 3), None, *range(4, 11)])
    found = impute(median, ["x"], "median")
    assert (found.table["u2"]["x"], found.changes[0].why) == (6, "median of all units, 9 of 10 have a value")
    assert impute(column([1, 2, None, 4]), ["x"], "median").table["u2"]["x"] == 2


def test_groups_fill_their_own_gaps_and_who_is_in_none_keeps_them():
    table = column([1, None, 10, None, None, 5])
    groups = {"u0": "s", "u1": "s", "u2": "l", "u3": "l", "u5": "s"}
    found = impute(table, ["x"], "mean", groups=groups)
    assert taken(found) == [1, 3, 10, 10, None, 5]
    assert found.changes[0].why == "mean of group s, 2 of 3 have a value"


@pytest.mark.parametrize("how", ["mean", "median"])
def test_below_the_threshold_of_availability_a_gap_stays_as_in_coinr(how):
    table = column([7, None, None, None, None])
    assert taken(impute(table, ["x"], how, coverage=HALF)) == [7, None, None, None, None]
    assert taken(impute(table, ["x"], how)) == [7] * 5
    assert taken(impute(column([None, None]), ["x"], how)) == [None, None]


def test_units_with_too_few_values_are_left_out_just_enough_stay():
    names = ["p", "q", "r", "s", "t"]
    table = {
        "full": dict.fromkeys(names, F(0)), "four": {**dict.fromkeys(names, F(1)), "t": None},
        "one": {**dict.fromkeys(names), "p": F(1)}, "none": dict.fromkeys(names),
    }  # fmt: skip
    found = screen(table, names, HALF)
    assert list(found.table) == ["full", "four"]
    assert [(one.unit, one.why) for one in found.changes] == [
        ("one", "1 of 5 values are there, fewer than 50 %"), ("none", "0 of 5 values are there, fewer than 50 %")]  # fmt: skip
    assert list(screen(table, names, F(4, 5)).table) == ["full", "four"]
    assert list(screen(table, names, F(1)).table) == ["full"]
    assert list(screen(table, names, F(0)).table) == list(table)
    assert replayed(table, found.changes) == found.table


def test_wrong_requests_are_refused():
    table = column([1, 2])
    for step in (lambda: impute(table, ["y"], "mean"), lambda: screen(table, ["y"], HALF), lambda: treat_outliers(table, ["y"])):
        with pytest.raises(ValueError, match="not in the table: y"):
            step()
    for step in (lambda: impute(table, ["x"], "mean", coverage=F(2)), lambda: screen(table, ["x"], F(-1))):
        with pytest.raises(ValueError, match="share between 0 and 1"):
            step()
    with pytest.raises(ValueError, match="at least one indicator"):
        screen(table, [], HALF)
    assert impute({}, ["x"], "mean").table == {}


@given(columns, st.sampled_from(["mean", "median"]))
def test_filled_values_lie_between_the_given_ones_and_those_stay(values, how):
    table = column(values)
    found = impute(table, ["x"], how)
    known = [F(one) for one in values if one is not None]
    for old, new in zip(values, taken(found), strict=True):
        assert new == old if old is not None or not known else min(known) <= new <= max(known)
    assert replayed(table, found.changes) == found.table
