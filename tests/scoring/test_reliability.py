"""Reliability and agreement against published numbers; what carries no answer says why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.scoring.agreement import fleiss, kendall, krippendorff
from evalplat.scoring.distributions import beta_share, chi_square_tail, f_quantile, f_tail
from evalplat.scoring.figures import WORDS
from evalplat.scoring.reliability import cronbach, intraclass

GAP = float("nan")
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_intraclass_correlations_of_shrout_and_fleiss_1979():
    found = intraclass(SHROUT_FLEISS)
    assert [one.value for one in found] == pytest.approx([0.165742, 0.289764, 0.714841, 0.442797, 0.620051, 0.909316], abs=1e-6)
    assert [one.variant for one in found] == ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]


def test_intervals_and_tests_of_the_same_table_as_the_package_psych_prints_them():
    found = intraclass(SHROUT_FLEISS)
    assert [one.low for one in found] == pytest.approx([-0.133, 0.019, 0.342, -0.884, 0.071, 0.676], abs=5e-4)
    assert [one.high for one in found] == pytest.approx([0.72, 0.76, 0.95, 0.91, 0.93, 0.99], abs=5e-3)
    assert [one.test.degrees for one in found] == [(5, 18), (5, 15), (5, 15)] * 2
    assert (found.one_way.test.statistic, found.mixed.test.statistic) == pytest.approx((1.79, 11.03), abs=5e-3)
    assert (found.one_way.test.p, found.mixed.test.p) == pytest.approx((0.16477, 0.00013), abs=5e-6)


def test_a_wider_interval_for_more_confidence():
    usual, sure = intraclass(SHROUT_FLEISS), intraclass(SHROUT_FLEISS, confidence=0.99)
    assert all(wide.low < one.low < one.value < one.high < wide.high for one, wide in zip(usual, sure, strict=True))


def test_raters_who_differ_by_a_constant_agree_in_the_mixed_model_alone():
    found = intraclass([[1, 3], [2, 4], [5, 7]])
    assert (found.mixed.value, found.mixed.low, found.mixed.test.p) == (1, 1, 0)
    assert found.two_way.value < 1
    assert found.two_way.low is None
    same = intraclass([[1, 1], [2, 2], [5, 5]])
    assert [one.value for one in same] == [1] * 6
    assert [one.low for one in same] == [1] * 6


@given(st.sampled_from([0, 0.1, 1e6]), st.sampled_from([1e-3, 1, 1e3]))
def test_intraclass_knows_neither_the_zero_nor_the_unit_of_the_scale(shift, scale):
    usual, moved = intraclass(SHROUT_FLEISS), intraclass(np.array(SHROUT_FLEISS) * scale + shift)
    for one, other in zip(usual, moved, strict=True):
        assert (other.value, other.low, other.high) == pytest.approx((one.value, one.low, one.high), abs=1e-4)
    assert cronbach(np.array(ITEMS) * scale + shift).value == pytest.approx(0.591719, abs=1e-4)


@pytest.mark.parametrize(("table", "reason"), [
    ([[1], [2]], "too_few_raters"), ([[1, 2]], "too_few_units"), ([[3, 3], [3, 3]], "nothing_varies"),
    ([[0.1, 0.1], [0.1, 0.1]], "nothing_varies"), ([[1, 2], [2, 1]], "nothing_varies"),
])  # fmt: skip
def test_intraclass_without_an_answer(table, reason):
    for one in intraclass(table):
        assert (one.value, one.low, one.reason) == (None, None, reason)
        assert one.words == WORDS[reason]


RATERS = ["* * * * * 3 4 1 2 1 1 3 3 * 3", "1 * 2 1 3 3 4 3 * * * * * * *", "* * 2 1 3 4 4 * 2 1 1 3 3 * 4"]
TABLE = [[GAP if cell == "*" else float(cell) for cell in row.split()] for row in RATERS]
LEVELS = ["nominal", "ordinal", "interval", "ratio"]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691358), ("interval", 0.810845), ("ordinal", 0.806721), ("ratio", 0.808944)])
def test_krippendorffs_alpha(level, alpha):
    found = krippendorff(TABLE, level)
    assert found.value == pytest.approx(alpha, abs=1e-6)
    assert (found.variant, found.n) == (level, 12)


@pytest.mark.parametrize(("table", "reason"), [
    ([[1, 1], [1, 1]], "nothing_varies"), ([[GAP, GAP], [GAP, GAP]], "no_values"), ([[1, 2, 3]], "too_few_raters"),
    ([[1, GAP], [GAP, 2]], "no_pairs"), ([[1, 1, 2], [1, 1, GAP]], "nothing_varies"), ([[5]], "too_few_raters"),
])  # fmt: skip
def test_alpha_without_an_answer_says_why(table, reason):
    for level in LEVELS:
        assert (krippendorff(table, level).value, krippendorff(table, level).reason) == (None, reason)


def test_tables_that_are_none_are_refused():
    with pytest.raises(ValueError, match="negative"):
        krippendorff([[-1, 2], [1, 2]], "ratio")
    for wrong in ([1, 2], [[1, float("inf")]]):
        with pytest.raises(ValueError, match="finite"):
            krippendorff(wrong)
    with pytest.raises(ValueError, match="finite"):
        intraclass([[1, GAP], [1, 2]])
    with pytest.raises(ValueError, match="full table"):
        cronbach([1, 2, 3])
    with pytest.raises(ValueError, match="finite"):
        kendall([[1, GAP]])
    with pytest.raises(ValueError, match="raters by things"):
        kendall([1, 2])


units = st.lists(st.integers(0, 5), min_size=2, max_size=10).filter(lambda row: len(set(row)) > 1)


@given(units, st.integers(2, 5), st.sampled_from(LEVELS))
def test_perfect_agreement_is_one(row, raters, level):
    assert krippendorff([row] * raters, level).value == pytest.approx(1)
    assert kendall([row] * raters).value == pytest.approx(1)
    assert intraclass(np.array([row] * raters).T).two_way.value == pytest.approx(1)


@settings(deadline=None)
@given(st.lists(st.lists(st.one_of(st.just(GAP), st.integers(1, 4)), min_size=3, max_size=3), min_size=2, max_size=6),
       st.sampled_from(LEVELS), st.data())  # fmt: skip
def test_alpha_knows_no_order_and_is_at_most_one(columns, level, data):
    found = krippendorff(np.array(columns).T, level)
    moved = np.array(data.draw(st.permutations(columns))).T[data.draw(st.permutations(range(3)))]
    again = krippendorff(moved, level)
    assert again.reason == found.reason
    assert again.value == (None if found.value is None else pytest.approx(found.value))
    assert found.value is None or found.value <= 1 + 1e-12


ITEMS = [
    [3, 2, 4, 1, 4, 5, 1, 4, 3, 2], [5, 4, 6, 3, 5, 1, 2, 5, 5, 5], [7, 3, 5, 5, 6, 4, 3, 3, 6, 5], [2, 4, 3, 3, 2, 2, 2, 6, 6, 3],
    [6, 5, 6, 5, 4, 4, 4, 6, 7, 5], [1, 2, 3, 4, 2, 5, 2, 3, 5, 2], [4, 3, 5, 3, 5, 2, 1, 2, 4, 3], [2, 4, 4, 3, 7, 2, 2, 4, 6, 5],
    [6, 5, 5, 5, 1, 6, 5, 2, 3, 2], [5, 4, 6, 4, 3, 5, 3, 1, 7, 2], [4, 3, 5, 2, 5, 3, 2, 3, 4, 1], [4, 2, 3, 2, 5, 3, 4, 2, 3, 4],
    [5, 5, 6, 2, 3, 3, 2, 4, 4, 5], [6, 5, 5, 4, 2, 2, 1, 4, 6, 5], [4, 3, 5, 5, 3, 1, 3, 2, 3, 4],
]  # fmt: skip


def test_cronbachs_alpha_with_its_interval():
    found = cronbach(ITEMS)
    assert found.value == pytest.approx(0.591719, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.195, 0.840), abs=5e-4)
    assert cronbach([[1], [2]]).reason == cronbach([[1, 2]]).reason == "too_few"
    assert cronbach([[1, 2], [2, 1]]).reason == "nothing_varies"


def test_kendalls_w_of_a_textbook_table_and_its_chi_square():
    """Siegel & Castellan 1988: three firms rank six applicants, W = 0.16; and its test on W · m · (n − 1)."""
    found = kendall([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
    assert found.value == pytest.approx(0.162, abs=5e-4)
    assert found.test.statistic == pytest.approx(3 * 5 * found.value)
    assert found.test.degrees == (5,)
    assert found.test.p == pytest.approx(0.788, abs=1e-3)


def test_kendalls_w_with_ties():
    """By hand: ranks 1.5 1.5 3 and 1 2.5 2.5, R = 2.5 4 5.5, W = (12·52.5 − 3·4·3·16) ÷ (4·3·8 − 2·(6 + 6))."""
    found = kendall([[1, 1, 2], [1, 2, 2]])
    assert found.value == pytest.approx((12 * 52.5 - 576) / (96 - 24))
    assert found.variant == "ties corrected"
    assert kendall([[1, 2]]).reason == "too_few_raters"
    assert kendall([[1], [2]]).reason == "too_few_units"
    assert kendall([[1, 1], [2, 2]]).reason == "nothing_varies"


WIKIPEDIA = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0],
             [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]  # fmt: skip
DIAGNOSES = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 00501 30012 51000 02040 10203 "
    "00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)


def test_fleiss_kappa_of_ten_subjects_and_fourteen_raters():
    found = fleiss(WIKIPEDIA)
    assert found.value == pytest.approx(0.210, abs=5e-4)
    assert found.n == 10


def test_fleiss_kappa_of_the_diagnoses_of_fleiss_1971():
    found = fleiss([[int(cell) for cell in row] for row in DIAGNOSES.split()])
    assert found.value == pytest.approx(0.430, abs=5e-4)
    assert found.test.statistic == pytest.approx(17.7, abs=0.05)


def test_fleiss_without_an_answer():
    assert fleiss([[3, 0], [0, 3]]).value == 1
    assert fleiss([[1, 0], [0, 1]]).reason == "too_few_raters"
    assert fleiss([[0, 0], [0, 0]]).reason == "no_values"
    assert fleiss([[3, 0], [3, 0]]).reason == "nothing_varies"
    for wrong, told in (([[2, 1], [1, 1]], "same number"), ([[-1, 3]], "whole numbers"), ([[1.5, 0.5]], "whole numbers")):
        with pytest.raises(ValueError, match=told):
            fleiss(wrong)


def test_quantiles_and_tails_from_printed_tables():
    assert f_quantile(0.95, 5, 10) == pytest.approx(3.3258, abs=1e-4)
    assert f_quantile(0.975, 1, 20) == pytest.approx(5.8715, abs=1e-4)
    assert f_tail(3.3258, 5, 10) == pytest.approx(0.05, abs=1e-5)
    assert (f_tail(0, 2, 3), f_tail(float("inf"), 2, 3)) == (1, 0)
    assert beta_share(0.5, 3, 3) == pytest.approx(0.5)
    for value, degrees, share in ((3.841459, 1, 0.05), (18.307038, 10, 0.05), (2.155856, 9, 0.989), (23.209251, 10, 0.01)):
        assert chi_square_tail(value, degrees) == pytest.approx(share, abs=5e-4)
    assert chi_square_tail(0, 3) == 1
