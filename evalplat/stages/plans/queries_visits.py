"""Who is visited in a campaign and where: the units with their modes, risks and places, and the draws that were made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from evalplat.campaigns import modes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
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
class Visits:
    """The page. ``open``: places may change; ``undecided``: who is visited, too; ``light_allowed``: a thematic evaluation or a
    follow-through visits everybody."""

    lines: tuple[VisitLine, ...]
    draws: tuple[SampleDraw, ...]
    open: bool
    undecided: bool
    light_allowed: bool

    @property
    def full(self) -> int:
        """How many are visited."""
        return sum(line.mode == modes.FULL for line in self.lines)


def visits(work: Work, campaign: Campaign) -> Visits:
    """Everything on the page, in a few queries."""
    rows = list(work.session.exec(select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                                  .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.category), col(Unit.code))))
    known = {one.unit.id: one for one in queries_signals.known_units(work)}
    weights, titles = queries.weights_of(work), queries.category_titles()

    def line(evaluation: Evaluation, unit: Unit) -> VisitLine:
        one = known.get(unit.id)
        parts, risk = queries_coverage.part_lines(one, year=work.today.year, weights=weights) if one else ((), 0)
        return VisitLine(unit.code, unit.short_name, titles.get(unit.category, unit.category), evaluation.mode, risk, parts,
                         tuple(evaluation.places))

    return Visits(tuple(line(evaluation, unit) for evaluation, unit in rows), tuple(queries.draws_of(work, campaign.id or 0)),
                  campaign.state in (CampaignState.DRAFTED, CampaignState.APPROVED), campaign.state == CampaignState.DRAFTED,
                  campaign.kind == modes.COMPREHENSIVE)
