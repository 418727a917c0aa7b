"""Who is visited in a campaign and where: the units with their modes, risks and places, and the draws that were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from evalplat.campaigns import modes
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow.stages import CampaignState

from . import queries, queries_coverage, queries_signals
from .tables import SampleDraw


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One unit of the campaign."""

    code: str
    name: str
    category_label: str
    mode: str
    risk: int
    parts: tuple[queries_coverage.PartLine, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw with the names that came out of it."""

    row: SampleDraw
    visited: tuple[str, ...]
    light: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visits:
    """The page. ``open``: places may change; ``undecided``: who is visited, too; ``light_allowed``: a thematic evaluation or a
    follow-through visits everybody; ``document``: the approved plan that the list was taken from; ``teams``: how many are made."""

    lines: tuple[VisitLine, ...]
    draws: tuple[Draw, ...]
    open: bool
    undecided: bool
    light_allowed: bool
    document: str = ""
    teams: int = 0

    @property
    def visited(self) -> tuple[str, ...]:
        """The names of those who are visited."""
        return tuple(line.name for line in self.lines if line.mode == modes.FULL)

    @property
    def light(self) -> tuple[str, ...]:
        """The names of the others."""
        return tuple(line.name for line in self.lines if line.mode != modes.FULL)

    @property
    def by_hand(self) -> bool:
        """Whether somebody decided already who is not visited: a draw would throw that away."""
        return bool(self.light or self.document)


def visits(work: Work, campaign: Campaign) -> Visits:
    """Everything on the page, in a few queries."""
    rows = list(work.session.exec(select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                                  .where(Evaluation.campaign_id == campaign.id).order_by(*by_unit_order(work))))
    known = {one.unit.id: one for one in queries_signals.known_units(work)}
    weights, titles = queries.weights_of(work), queries.category_titles(work)

    def line(evaluation: Evaluation, unit: Unit) -> VisitLine:
        one = known.get(unit.id)
        parts, risk = queries_coverage.part_lines(one, year=work.today.year, weights=weights) if one else ((), 0)
        return VisitLine(unit.code, unit.short_name, titles.get(unit.category, unit.category), evaluation.mode, risk, parts,
                         tuple(evaluation.places))

    teams = work.session.exec(select(func.count()).select_from(Team).where(Team.campaign_id == campaign.id)).one()
    return Visits(tuple(line(evaluation, unit) for evaluation, unit in rows), _draws(work, campaign),
                  campaign.state in (CampaignState.DRAFTED, CampaignState.APPROVED), campaign.state == CampaignState.DRAFTED,
                  campaign.kind == modes.COMPREHENSIVE, str((campaign.settings.get("plan") or {}).get("number", "")), teams)


def _draws(work: Work, campaign: Campaign) -> tuple[Draw, ...]:
    """Every draw with names, in the office's order; a unit that was taken out since is still named."""
    units = work.session.exec(select(Unit).where(Unit.office_id == work.office_id).order_by(*by_unit_order(work)))
    names = {unit.code: unit.short_name for unit in units}

    def named(codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for code, name in names.items() if code in set(codes))

    return tuple(Draw(row, named(row.full), named(row.light)) for row in queries.draws_of(work, campaign.id or 0))
