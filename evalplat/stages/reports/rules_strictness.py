"""How strictly a team gives points: its units against the other teams' units of the same category, leaf by leaf. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from evalplat.kernel.i18n import N_

LEAST_UNITS = 2
"""One unit may simply be better or worse: a team stands out only with two."""
LEVEL = 0.05
"""Below this share of the full mark a difference is no difference."""


@dataclass(frozen=True, slots=True)
class Given:
    """The points of one unit for one leaf, as a share of its full mark."""

    unit: str
    team: str
    category: str
    leaf: str
    rate: float
    full: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One team on one leaf. ``difference`` is in points (rate in shares) and None where nobody else can be compared with.

    ``like``: every unit was compared with units of its own category alone; otherwise with all units of the other teams.
    """

    leaf: str
    team: str
    n: int
    mean: float
    others: float | None
    rate: float | None
    difference: float | None
    like: bool

    def kind(self, gap: float) -> str:
        """``above``, ``below`` (by the gap or more, with two units or more), ``higher``, ``lower``, ``level`` or ``alone``."""
        if self.rate is None:
            return "alone"
        if abs(self.rate) < LEVEL:
            return "level"
        far = abs(self.rate) >= gap and self.n >= LEAST_UNITS
        return ("above" if far else "higher") if self.rate > 0 else ("below" if far else "lower")


KINDS: dict[str, str] = {
    "above": N_("more generous than the others"), "below": N_("stricter than the others"),
    "higher": N_("a little more generous"), "lower": N_("a little stricter"), "level": N_("like the others"),
    "alone": N_("nobody to compare with"),
}


def cells(given: Iterable[Given]) -> list[Cell]:
    """Every leaf × team that has a unit."""
    by_leaf: dict[str, list[Given]] = {}
    for one in given:
        by_leaf.setdefault(one.leaf, []).append(one)
    return [_cell(rows, team) for rows in by_leaf.values() for team in dict.fromkeys(row.team for row in rows)]


def _cell(rows: Sequence[Given], team: str) -> Cell:
    """Each unit against the mean of the comparable units of other teams; the mean of these differences is the team's.

    So a team that has only the strong category is not called generous for it. Where some unit has no counterpart in its
    category, all of the team's units are compared with all others, and the cell says that the mix may play a part.
    """
    mine, others = [row for row in rows if row.team == team], [row for row in rows if row.team != team]
    mean = fmean(row.rate for row in mine)
    if not others:
        return Cell(mine[0].leaf, team, len(mine), mean, None, None, None, like=False)
    beside = [[other.rate for other in others if other.category == row.category] for row in mine]
    like = all(beside)
    against = [fmean(rates) for rates in beside] if like else [fmean(row.rate for row in others)] * len(mine)
    rates = [row.rate - other for row, other in zip(mine, against, strict=True)]
    points = [rate * row.full for rate, row in zip(rates, mine, strict=True)]
    return Cell(mine[0].leaf, team, len(mine), mean, fmean(against), fmean(rates), fmean(points), like=like)


def outliers(found: Iterable[Cell], gap: float) -> list[Cell]:
    """The cells that stand out, the farthest first."""
    far = [cell for cell in found if cell.kind(gap) in ("above", "below")]
    return sorted(far, key=lambda cell: (-abs(cell.rate or 0), cell.leaf, cell.team))


def offset(found: Iterable[Cell], team: str) -> float | None:
    """What a team gives more (or less) over all leaves, in points of the whole; None where nobody can be compared with."""
    known = [cell.difference for cell in found if cell.team == team and cell.difference is not None]
    return sum(known) if known else None
