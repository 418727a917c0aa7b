"""Which cells of a filtered table may be shown so that nobody is found by subtracting one shown number from another.

A filter picks one value or all of each property. A cell is hidden when it holds 1 to k − 1 people, and further cells are
hidden until no line of the table (its total less its shown cells) and no pair of shown cells, one inside the other,
leaves 1 to k − 1 people.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

Cell = tuple[int, ...]


def with_totals(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The table with one more index on each axis: all values together."""
    table = np.asarray(counts, dtype=np.int64)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def may_show(counts: NDArray[np.int64], k: int = 5) -> NDArray[np.bool_]:
    """For each cell of ``with_totals(counts)`` whether it may be shown. The last index of an axis stands for all."""
    table = with_totals(counts)
    shown = np.asarray((table == 0) | (table >= k))
    if 0 < int(table.max(initial=0)) < k:
        return np.zeros_like(shown)
    while _close_lines(table, shown, k=k) | _close_pairs(table, shown, k=k):
        pass
    return shown


def _lines(table: NDArray[np.int64]) -> Iterator[tuple[list[Cell], Cell]]:
    """Each line along an axis: its cells and their total."""
    for axis in range(table.ndim):
        others = [range(size) for place, size in enumerate(table.shape) if place != axis]
        for fixed in product(*others):
            cells = [(*fixed[:axis], at, *fixed[axis:]) for at in range(table.shape[axis])]
            yield cells[:-1], cells[-1]


def _close_lines(table: NDArray[np.int64], shown: NDArray[np.bool_], *, k: int) -> bool:
    """Hide the smallest shown cells of a line while what its total leaves over is small or a single cell."""
    changed = False
    for cells, total in _lines(table):
        while shown[total]:
            hidden = [cell for cell in cells if not shown[cell]]
            open_cells = [cell for cell in cells if shown[cell] and table[cell] > 0]
            left = sum(int(table[cell]) for cell in hidden)
            if not hidden or (left >= k and len(hidden) > 1):
                break
            smallest = min(open_cells, key=lambda cell: int(table[cell]), default=total)
            shown[smallest] = False
            changed = True
    return changed


def _close_pairs(table: NDArray[np.int64], shown: NDArray[np.bool_], *, k: int) -> bool:
    """Hide the inner one of two shown cells when 1 to k − 1 people are in the outer one alone."""
    changed = False
    cells = sorted(np.argwhere(shown).tolist(), key=lambda cell: -int(table[tuple(cell)]))
    for outer in map(tuple, cells):
        for inner in map(tuple, cells):
            if (
                shown[outer]
                and shown[inner]
                and _inside(inner, outer, table.shape)
                and 0 < table[outer] - table[inner] < k
            ):
                shown[inner] = False
                changed = True
    return changed


def _inside(inner: Cell, outer: Cell, shape: tuple[int, ...]) -> bool:
    return inner != outer and all(b in {a, size - 1} for a, b, size in zip(inner, outer, shape, strict=True))
