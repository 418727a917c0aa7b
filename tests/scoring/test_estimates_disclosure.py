"""Filters over three properties: no shown number, no difference of two, no rest of a line is a small cell."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evalplat.scoring.disclosure import may_show, with_totals


def small(value: int, k: int) -> bool:
    return 0 < value < k


@settings(deadline=None, max_examples=60)
@given(arrays(np.int64, (3, 3, 3), elements=st.integers(0, 14)), st.integers(3, 6))
def test_no_pair_of_filters_and_no_line_gives_a_small_cell(counts: np.ndarray, k: int) -> None:
    table, shown = with_totals(counts), may_show(counts, k)
    cells = list(product(range(4), repeat=3))
    for one in cells:
        assert not (shown[one] and small(int(table[one]), k))
        for other in cells:
            nested = all(b in {a, 3} for a, b in zip(one, other, strict=True))
            if nested and shown[one] and shown[other]:
                assert not small(int(table[other] - table[one]), k)
    for axis, fixed in product(range(3), product(range(4), repeat=2)):
        line = [(*fixed[:axis], at, *fixed[axis:]) for at in range(4)]
        if shown[line[3]]:
            hidden = [cell for cell in line[:3] if not shown[cell]]
            assert len(hidden) != 1
            assert not small(int(sum(table[cell] for cell in hidden)), k)


def test_what_is_large_is_shown() -> None:
    counts = np.full((3, 3, 3), 10, dtype=np.int64)
    assert may_show(counts).all()
    counts[0, 0, 0] = 4
    shown = may_show(counts)
    assert not shown[0, 0, 0]
    assert shown[3, 3, 3]
    assert shown.sum() >= shown.size - 8


def test_a_few_people_are_never_shown() -> None:
    assert not may_show(np.array([[1, 2], [0, 1]], dtype=np.int64)).any()
    assert may_show(np.zeros((2, 2), dtype=np.int64)).all()
