"""What a unit's risk is made of, when it is due, how units are spread over the years, and how a sample is drawn. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evalplat.kernel.i18n import N_

CYCLE = 5
"""A full evaluation at least once in so many years (a setting of the office, ``plan_cycle``)."""


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFTED = "drafted"
    HANDED_OVER = "handed_over"
    APPROVED = "approved"
    REPLACED = "replaced"


STATES: dict[str, str] = {
    PlanState.DRAFTED: N_("in preparation"), PlanState.HANDED_OVER: N_("with the commission"),
    PlanState.APPROVED: N_("approved"), PlanState.REPLACED: N_("replaced by a later version"),
}
KINDS: dict[str, str] = {"full": N_("Full evaluation"), "thematic": N_("Thematic evaluation"), "other": N_("Other check")}
MODES: dict[str, str] = {"full": N_("visited"), "light": N_("light, not visited")}

WEIGHTS: dict[str, int] = {
    "year": 8, "never": 40, "grade_2": 3, "grade_3": 10, "grade_4": 25, "finding": 2, "critical": 8, "overdue": 6, "relapse": 10,
    "veto": 20, "hold": 10,
}
"""Points of risk, as defaults of the office's settings (``risk_weights``): the office's own choice, not a rule from outside."""
WEIGHT_LABELS: dict[str, str] = {
    "year": N_("Each year since the last full evaluation"), "never": N_("Never evaluated in full"),
    "grade_2": N_("Last grade: second best"), "grade_3": N_("Last grade: third"), "grade_4": N_("Last grade: lowest"),
    "finding": N_("Each open problem"), "critical": N_("Each open critical problem, besides"), "overdue": N_("Each overdue rectification"),
    "relapse": N_("Each relapse found when looking back"), "veto": N_("A veto in the last result"),
    "hold": N_("New requests are held up"),
}
MOST = 100


@dataclass(frozen=True, slots=True)
class Signals:
    """What the books know about one unit. ``last_full``: the year of its last full evaluation; ``grade``: the place of the last
    grade, 1 the best."""

    last_full: int | None
    grade: int | None = None
    open_findings: int = 0
    critical: int = 0
    overdue: int = 0
    relapses: int = 0
    veto: bool = False
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a risk: what, how often, points each, points together."""

    key: str
    count: int
    each: int
    points: int


def risk_parts(signals: Signals, *, year: int, weights: Mapping[str, int]) -> tuple[Part, ...]:
    """Every part that weighs something, in the order of the weights."""
    since = max(0, year - signals.last_full) if signals.last_full is not None else 0
    counts = {"year": since, "never": int(signals.last_full is None), "finding": signals.open_findings, "critical": signals.critical,
              "overdue": signals.overdue, "relapse": signals.relapses, "veto": int(signals.veto), "hold": int(signals.hold)}
    if signals.grade is not None and signals.grade > 1:
        counts[f"grade_{min(signals.grade, 4)}"] = 1
    found = [Part(key, counts[key], weights[key], counts[key] * weights[key]) for key in WEIGHTS if counts.get(key)]
    return tuple(part for part in found if part.points)


def risk_of(parts: Iterable[Part]) -> int:
    """The sum, at most 100."""
    return min(MOST, sum(part.points for part in parts))


def due_year(last_full: int | None, *, cycle: int, year: int) -> int:
    """The year by which the next full evaluation is due; a unit that never had one is due now."""
    return year if last_full is None else last_full + cycle


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that a plan is made for."""

    code: str
    category: str
    due: int
    risk: int


def propose(units: Sequence[Candidate], *, first: int, years: int) -> dict[str, int]:
    """Unit → year. In each category the units stand in a queue (earlier due first, then higher risk) and fill the years in turn;
    every category is spread evenly, and what does not divide goes to the years that have least."""
    load = dict.fromkeys(range(first, first + years), 0)
    placed: dict[str, int] = {}
    groups: dict[str, list[Candidate]] = {}
    for unit in units:
        groups.setdefault(unit.category, []).append(unit)
    for _, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        queue = sorted(members, key=lambda one: (max(one.due, first), -one.risk, one.code))
        room = dict.fromkeys(load, len(queue) // years)
        for year in sorted(load, key=lambda one: (load[one] + room[one], one))[: len(queue) % years]:
            room[year] += 1
        for year in load:
            for unit in queue[: room[year]]:
                placed[unit.code] = year
            load[year] += room[year]
            queue = queue[room[year]:]
    return placed


def draw(pool: Mapping[str, tuple[str, int]], *, seed: str, share: int, limit: int) -> tuple[list[str], list[str]]:
    """(visited, light) out of unit → (category, risk): all above the limit, and ``share`` drawn by lot in each category.

    The lot is the order of hashes over seed and code: whoever knows the seed draws the same again.
    """
    above = {code for code, (_, risk) in pool.items() if risk > limit}
    drawn = set(above)
    for category in {category for category, _ in pool.values()}:
        rest = [code for code, (group, _) in pool.items() if group == category and code not in above]
        drawn |= set(sorted(rest, key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())[:share])
    return sorted(drawn), sorted(set(pool) - drawn)
