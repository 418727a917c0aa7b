"""Delphi rounds: what is shown of each item, who should say why, and the declared rule that ends the asking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.scoring.delphi import Outside, StopRule, largest_change, summarise, verdict

ITEMS = ["duty", "staff", "service"]
FIRST = {
    "e1": {"duty": 9, "staff": 5, "service": 7}, "e2": {"duty": 5, "staff": 7, "service": 6}, "e3": {"duty": 7, "staff": 9, "service": 8},
    "e4": {"duty": 8, "staff": 1, "service": None}, "e5": {"duty": 8, "staff": 6},
}  # fmt: skip
AGREED = {expert: {"duty": 9, "staff": 5, "service": 7} for expert in FIRST}


def test_a_round_shows_median_quartiles_spread_and_who_is_outside():
    found = summarise(FIRST, ITEMS)
    duty = found.item("duty")
    assert (duty.n, duty.low, duty.median, duty.high, duty.spread) == (5, 7, 8, 8, 1)
    assert duty.outside == (Outside("e1", 9, "above"), Outside("e2", 5, "below"))
    assert duty.variation.value == pytest.approx((9.2 / 4) ** 0.5 / 7.4)
    assert (found.experts, found.asked) == (3, 5)
    assert found.item("service").n == 3


def test_concordance_is_kendalls_w_of_the_full_answers():
    found = summarise(FIRST, ITEMS)
    assert found.concordance.value == pytest.approx(12 * ((5 - 6) ** 2 + (7 - 6) ** 2) / (9 * 24))
    assert summarise(AGREED, ITEMS).concordance.value == pytest.approx(1)


@pytest.mark.parametrize(("ratings", "concordance", "variation"), [
    ({}, "no_values", "no_values"), ({"e1": {"duty": 3, "staff": 2, "service": 1}}, "too_few_raters", "too_few"),
    ({"e1": {}, "e2": {"duty": None}}, "no_values", "no_values"),
    ({"e1": dict.fromkeys(ITEMS, 4), "e2": dict.fromkeys(ITEMS, 4)}, "nothing_varies", ""),
    ({"e1": dict.fromkeys(ITEMS, 0), "e2": dict.fromkeys(ITEMS, 0)}, "nothing_varies", "mean_is_zero"),
])  # fmt: skip
def test_rounds_that_say_little_say_why(ratings, concordance, variation):
    found = summarise(ratings, ITEMS)
    assert found.concordance.reason == concordance
    assert found.item("duty").variation.reason == variation
    assert found.item("duty").outside == ()
    assert (found.item("duty").spread is None) == (found.item("duty").n == 0)


def test_the_stop_rule_names_the_part_that_held():
    first, again, agreed = summarise(FIRST, ITEMS), summarise(FIRST, ITEMS), summarise(AGREED, ITEMS)
    rule = StopRule(3, agreement=0.7, change=0.25)
    on = verdict([first], rule)
    assert (on.stop, on.by) == (False, "")
    assert on.reason == "Ask again: rounds left 2 of 3 (Kendall's W: 0.11)."
    assert on.ask_why["duty"] == first.item("duty").outside
    held = verdict([first, agreed], rule)
    assert (held.stop, held.by, held.reason) == (True, "agreement", "The experts agree: Kendall's W is 1.00, at least 0.7.")
    settled = verdict([first, again], rule)
    assert (settled.by, settled.reason) == ("change", "The answers have settled: no median moved by more than 0.25.")
    assert verdict([first, again], StopRule(3, agreement=0.7)).stop is False
    assert verdict([first, again, first], StopRule(3, agreement=0.7)).by == "rounds"
    assert verdict([first], StopRule(3, spread=10)).by == "spread"
    assert verdict([first], StopRule(1)).reason == "No round is left: 1 of 1 were held without agreement (Kendall's W: 0.11)."


def test_what_is_not_known_does_not_end_it():
    open_item = summarise({"e1": {"duty": 4}, "e2": {"duty": 4}}, ITEMS)
    assert largest_change([open_item, open_item]) is None
    assert largest_change([open_item]) is None
    assert verdict([open_item, open_item], StopRule(3, agreement=0, change=9, spread=9)).stop is False
    assert largest_change([summarise(FIRST, ITEMS), summarise(AGREED, ITEMS)]) == 1


def test_wrong_requests_are_refused():
    with pytest.raises(ValueError, match="not among the items: other"):
        summarise({"e1": {"other": 1}}, ITEMS)
    with pytest.raises(ValueError, match="finite"):
        summarise({"e1": {"duty": float("nan")}}, ITEMS)
    with pytest.raises(ValueError, match="no round"):
        verdict([], StopRule(1))
    for wrong in ({"rounds": 0}, {"rounds": 1, "change": -1}, {"rounds": 1, "spread": -1}, {"rounds": 1, "agreement": 2}):
        with pytest.raises(ValueError, match=r"stop rule|Kendall"):
            StopRule(**wrong)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 10), min_size=1, max_size=12))
def test_outside_are_just_those_beyond_the_quartiles_in_any_order(given_ratings):
    ratings = {expert: {"duty": mine} for expert, mine in given_ratings.items()}
    one = summarise(ratings, ["duty"]).item("duty")
    assert one.low <= one.median <= one.high
    assert {out.expert for out in one.outside} == {name for name, mine in given_ratings.items() if mine < one.low or mine > one.high}
    turned = summarise(dict(reversed(ratings.items())), ["duty"]).item("duty")
    assert (turned.median, turned.low, turned.high, set(turned.outside)) == (one.median, one.low, one.high, set(one.outside))
