"""Teams proposed by rule: nobody near a unit of theirs, a lead in each, even load, categories together where it costs nothing.

Pure: the same people and units give the same proposal, whatever the order they come in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

LEAST, USUAL = 2, 3
WEIGHTS = {"full": 4, "light": 1}
SIZES = ((300, 2), (100, 1))
"""From so many staff on, a unit that is visited counts so much more."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may sit in a team. ``away``: the units that this person must not evaluate."""

    key: str
    leads: bool
    away: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A unit to be evaluated, and how much work it is."""

    key: str
    category: str
    weight: int


@dataclass(frozen=True, slots=True)
class ProposedTeam:
    """A team of the proposal; the lead stands before the members."""

    lead: str
    members: tuple[str, ...]
    units: tuple[str, ...]
    load: int


@dataclass(frozen=True, slots=True)
class NotGiven:
    """A unit that no team may evaluate; ``blockers``: for each team the people who must keep away."""

    unit: str
    blockers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Teams, those who stay free (for the panel, for replacing), and units without a team."""

    teams: tuple[ProposedTeam, ...]
    free: tuple[str, ...]
    left: tuple[NotGiven, ...]


def weight_of(mode: str, staff: int | None = None) -> int:
    """How much work a unit is: a visit counts four times a look at papers, a big house more."""
    base = WEIGHTS.get(mode, WEIGHTS["full"])
    return base + (next((more for least, more in SIZES if (staff or 0) >= least), 0) if mode == "full" else 0)


def propose(people: Iterable[Candidate], places: Iterable[Place], *, seats: list[list[str]] | None = None) -> Proposal:
    """The proposal. Without two people, one of whom may lead, there is no team and every unit is left. ``seats``: teams that
    stay as they are, each with its lead first; then only the units are shared out."""
    known = {one.key: one for one in sorted(people, key=lambda one: one.key)}
    units = sorted(places, key=lambda one: (-one.weight, one.category, one.key))
    if seats is None:
        seats = _swap_people(_seat(known, units), known, units)
    away = [frozenset().union(*(known[key].away for key in team)) for team in seats]
    given = _balance(_give(units, away), {one.key: one for one in units}, away)
    _gather(given, {one.key: one for one in units}, away)
    weights = {one.key: one.weight for one in units}
    teams = tuple(ProposedTeam(team[0], tuple(team[1:]), tuple(sorted(mine)), sum(weights[key] for key in mine))
                  for team, mine in zip(seats, given, strict=True))
    taken, seated = {key for mine in given for key in mine}, {key for team in seats for key in team}
    left = tuple(NotGiven(one.key, tuple(tuple(key for key in team if one.key in known[key].away) for team in seats))
                 for one in sorted(units, key=lambda one: one.key) if one.key not in taken)
    return Proposal(teams, tuple(key for key in known if key not in seated), left)


def _seat(known: Mapping[str, Candidate], units: list[Place]) -> list[list[str]]:
    """Leads first, those with the fewest units to avoid; the others go where they close the fewest further units."""
    order = sorted(known.values(), key=lambda one: (len(one.away), one.key))
    leads = [one for one in order if one.leads]
    count = min(len(leads), len(order) // LEAST, max(len(units), 1))
    teams = [[one.key] for one in leads[:count]]
    rest = [one for one in order if not one.leads] + leads[count:]
    rest = rest[:count * (USUAL - 1)]
    for one in sorted(rest, key=lambda one: (-len(one.away), one.leads, one.key)):
        least = min(len(team) for team in teams)
        here = min((number for number, team in enumerate(teams) if len(team) == least),
                   key=lambda number: (len(one.away - _away(teams[number], known)), number))
        teams[here].append(one.key)
    return teams


def _away(team: Iterable[str], known: Mapping[str, Candidate]) -> frozenset[str]:
    return frozenset().union(*(known[key].away for key in team))


def _closed(teams: list[list[str]], known: Mapping[str, Candidate], units: list[Place]) -> int:
    """How many units no team may evaluate."""
    away = [_away(team, known) for team in teams]
    return sum(all(unit.key in closed for closed in away) for unit in units)


def _swap_people(teams: list[list[str]], known: Mapping[str, Candidate], units: list[Place]) -> list[list[str]]:
    """While a unit is closed to every team, let two people change places, or somebody free come in, if that opens one."""
    closed = _closed(teams, known, units)
    while closed and teams:
        better = next((trial for trial in _trials(teams, known) if _closed(trial, known, units) < closed), None)
        if better is None:
            break
        teams, closed = better, _closed(better, known, units)
    return teams


def _trials(teams: list[list[str]], known: Mapping[str, Candidate]) -> Iterable[list[list[str]]]:
    seats = [(number, place) for number, team in enumerate(teams) for place in range(len(team))]
    seated = {key for team in teams for key in team}
    for number, place in seats:
        for key in (key for key in known if key not in seated):
            if place or known[key].leads:
                yield [[key if (n, p) == (number, place) else old for p, old in enumerate(team)] for n, team in enumerate(teams)]
    for one, other in combinations(seats, 2):
        first, second = teams[one[0]][one[1]], teams[other[0]][other[1]]
        if one[0] != other[0] and (one[1] or known[second].leads) and (other[1] or known[first].leads):
            swap = {first: second, second: first}
            yield [[swap.get(key, key) for key in team] for team in teams]


def _give(units: list[Place], away: list[frozenset[str]]) -> list[list[str]]:
    """The heaviest units first, those that few teams may take before others, each to the team with the least load."""
    given: list[list[str]] = [[] for _ in away]
    load, kinds = [0] * len(away), [Counter[str]() for _ in away]
    closed = {unit.key: sum(unit.key in one for one in away) for unit in units}
    for unit in sorted(units, key=lambda one: (-closed[one.key], -one.weight, one.category, one.key)):
        may = [number for number, one in enumerate(away) if unit.key not in one]
        if may:
            here = min(may, key=lambda number: (load[number], -kinds[number][unit.category], number))
            given[here].append(unit.key)
            load[here] += unit.weight
            kinds[here][unit.category] += 1
    return given


def _balance(given: list[list[str]], units: Mapping[str, Place], away: list[frozenset[str]]) -> list[list[str]]:
    """Move a unit whenever that brings two teams nearer; every move makes the sum of squares smaller, so it ends."""
    load = [sum(units[key].weight for key in mine) for mine in given]
    while True:
        moves = [(load[one] - load[other] - units[key].weight, key, one, other)
                 for one, mine in enumerate(given) for key in mine for other in range(len(given))
                 if other != one and key not in away[other] and load[one] - load[other] > units[key].weight]
        if not moves:
            return given
        _, key, one, other = max(moves)
        given[one].remove(key)
        given[other].append(key)
        load[one] -= units[key].weight
        load[other] += units[key].weight


def _gather(given: list[list[str]], units: Mapping[str, Place], away: list[frozenset[str]]) -> None:
    """Let two units of equal weight change teams whenever that brings more of one category together: no load changes."""
    kinds = [Counter(units[key].category for key in mine) for mine in given]
    while (found := _better_swap(given, units, away, kinds=kinds)) is not None:
        one, first, other, second = found
        given[one][given[one].index(first)], given[other][given[other].index(second)] = second, first
        for number, gone, come in ((one, first, second), (other, second, first)):
            kinds[number][units[gone].category] -= 1
            kinds[number][units[come].category] += 1


def _better_swap(given: list[list[str]], units: Mapping[str, Place], away: list[frozenset[str]], *,
                 kinds: list[Counter[str]]) -> tuple[int, str, int, str] | None:
    for one, other in combinations(range(len(given)), 2):
        for first in given[one]:
            for second in given[other]:
                a, b = units[first], units[second]
                if a.weight != b.weight or a.category == b.category or first in away[other] or second in away[one]:
                    continue
                # Sums of squares of what stands together, after less before, halved.
                gain = (kinds[one][b.category] - kinds[other][b.category] + 1
                        + kinds[other][a.category] - kinds[one][a.category] + 1)
                if gain > 0:
                    return one, first, other, second
    return None
