from __future__ import annotations

import numpy as np
import pytest

from evalplat.scoring.beta import beta_share, f_quantile
from evalplat.scoring.reliability import cronbach, intraclass, krippendorff, without_severity

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_intraclass_correlations_of_shrout_and_fleiss_1979():
    found = intraclass(SHROUT_FLEISS)
    assert (found.one_way, found.two_way, found.mixed) == pytest.approx((0.165742, 0.289764, 0.714841), abs=1e-6)
    assert (found.one_way_mean, found.two_way_mean, found.mixed_mean) == pytest.approx((0.442797, 0.620051, 0.909316), abs=1e-6)
    assert without_severity(SHROUT_FLEISS)[0] == pytest.approx([6.6250, 4.7917, 5.9583, 6.6250], abs=1e-4)


RATERS = ["* * * * * 3 4 1 2 1 1 3 3 * 3", "1 * 2 1 3 3 4 3 * * * * * * *", "* * 2 1 3 4 4 * 2 1 1 3 3 * 4"]
TABLE = [[float("nan") if cell == "*" else float(cell) for cell in row.split()] for row in RATERS]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691358), ("interval", 0.810845), ("ordinal", 0.806721), ("ratio", 0.808944)])
def test_krippendorffs_alpha(level, alpha):
    assert krippendorff(TABLE, level) == pytest.approx(alpha, abs=1e-6)


def test_alpha_without_variation_is_no_number():
    assert np.isnan(krippendorff([[1, 1], [1, 1]]))


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


def test_quantiles_of_f_from_printed_tables():
    assert f_quantile(0.95, 5, 10) == pytest.approx(3.3258, abs=1e-4)
    assert f_quantile(0.975, 1, 20) == pytest.approx(5.8715, abs=1e-4)
    assert beta_share(0.5, 3, 3) == pytest.approx(0.5)
