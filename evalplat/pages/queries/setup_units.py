"""The units of a plan: those of the office with whether they are in, and who is visited and who takes part lightly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from evalplat.campaigns import modes
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order

from .units import campaign_system, category_label


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit of the office, and whether it is in. ``below``: the department that it belongs to; ``light``: in, but not visited."""

    code: str
    name: str
    chosen: bool
    team: str
    below: str = ""
    light: bool = False


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The office's units of one category."""

    key: str
    label: str
    units: tuple[UnitChoice, ...]

    @property
    def count(self) -> int:
        """How many of them are in."""
        return sum(unit.chosen for unit in self.units)


@dataclass(frozen=True, slots=True)
class Side:
    """Units of a plan that are treated alike: by category with their names."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return sum(len(names) for _, names in self.groups)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the plan reaches, as an approver must know it. ``document``: the yearly plan that it was taken from, if any."""

    visited: Side
    light: Side
    document: str = ""


def unit_groups(work: Work, campaign: Campaign, inside: Mapping[int, tuple[Evaluation, Team | None]]) -> tuple[UnitGroup, ...]:
    """Every unit that is in use or in, by category in the office's order, each subordinate one after its department."""
    units = list(work.session.exec(select(Unit).where(Unit.office_id == work.office_id).order_by(*by_unit_order(work))))
    system, names = campaign_system(work, campaign), {unit.id: unit.short_name for unit in units}
    found: dict[str, list[UnitChoice]] = {}
    for unit in _families(units):
        if unit.active or unit.id in inside:
            row, team = inside.get(unit.id or 0, (None, None))
            found.setdefault(unit.category, []).append(UnitChoice(
                unit.code, unit.short_name, row is not None, team.code if team else "", names.get(unit.parent_id, ""),
                row is not None and row.mode == modes.LIGHT))
    return tuple(UnitGroup(key, category_label(system, key), tuple(members)) for key, members in found.items())


def _families(units: Sequence[Unit]) -> list[Unit]:
    """The same units, each of them after the one that it belongs to."""
    places = {unit.id: place for place, unit in enumerate(units)}
    return sorted(units, key=lambda unit: (places[unit.parent_id], places[unit.id]) if unit.parent_id in places
                  else (places[unit.id], -1))


def inside_of(work: Work, campaign: Campaign) -> dict[int, tuple[Evaluation, Team | None]]:
    """Unit → its evaluation and team."""
    query = (select(Evaluation, Team).outerjoin(Team, col(Team.id) == col(Evaluation.team_id))
             .where(Evaluation.campaign_id == campaign.id))
    return {row.unit_id: (row, team) for row, team in work.session.exec(query)}


def reach_of(campaign: Campaign, groups: Sequence[UnitGroup]) -> Reach:
    """Who is visited and who is not."""
    def side(*, light: bool) -> Side:
        named = [(group.label, tuple(unit.name for unit in group.units if unit.chosen and unit.light is light)) for group in groups]
        return Side(tuple((label, names) for label, names in named if names))

    plan = campaign.settings.get("plan") or {}
    return Reach(side(light=False), side(light=True), str(plan.get("number", "")))
