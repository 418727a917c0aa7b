"""When a campaign will be over: how long each step took so far, laid before the units that still have steps to make. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from evalplat.workflow.stages import ORDER, State

PATH: tuple[tuple[str, State, int], ...] = (
    ("acknowledge", State.ASSESSING, 3), ("submit", State.SUBMITTED, 28), ("accept", State.ACCEPTED, 7),
    ("seal_review", State.REVIEWED, 28),
    ("score", State.SCORED, 4), ("moderate", State.MODERATED, 7), ("approve_report", State.REPORTED, 21), ("inform", State.INFORMED, 14),
    ("finalise", State.FINAL, 18),
)
"""Move, the state that it leads to, and the calendar days it takes where nothing was seen yet."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One unit: its state, since when, and its moves with their moments."""

    code: str
    state: State
    entered_at: datetime
    moves: Sequence[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """When each unit should be final, the last one last; ``seen``: how many steps the days were learned from."""

    ends: tuple[tuple[str, datetime], ...]
    last: datetime | None
    most: datetime | None
    seen: int


def typical_days(walks: Iterable[Walk]) -> tuple[dict[str, float], int]:
    """(move → the median of the days that it took, steps seen)."""
    taken: dict[str, list[float]] = {}
    for walk in walks:
        made = [pair for pair in walk.moves if pair[0] in {move for move, _, _ in PATH}]
        for (_, before), (move, at) in pairwise(made):
            taken.setdefault(move, []).append(max(0.0, (at - before).total_seconds() / 86400))
    days = {move: median(taken[move]) if move in taken else float(default) for move, _, default in PATH}
    return days, sum(map(len, taken.values()))


def forecast(walks: Sequence[Walk], now: datetime) -> Forecast:
    """Lay the typical days before every unit that is not final. A step that already took longer than usual ends today at the earliest."""
    days, seen = typical_days(walks)
    ends = sorted(((walk.code, _end(walk, days, now)) for walk in walks if ORDER[walk.state] < ORDER[State.FINAL]),
                  key=lambda pair: (pair[1], pair[0]))
    most = ends[max(0, -(-len(ends) * 4 // 5) - 1)][1] if ends else None
    return Forecast(tuple(ends), ends[-1][1] if ends else None, most, seen)


def _end(walk: Walk, days: Mapping[str, float], now: datetime) -> datetime:
    left = [move for move, after, _ in PATH if ORDER[after] > ORDER[walk.state]]
    first = max(now, walk.entered_at + timedelta(days=days[left[0]]))
    return first + timedelta(days=sum(days[move] for move in left[1:]))
