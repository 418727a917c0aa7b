"""What the shared books know about every unit: last evaluations, open problems, overdue items. Few queries, however many units."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, func, select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns import lent, modes
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import Destination, FindingState, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import language
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.workflow.stages import CampaignState, State, at_least

from . import queries, rules
from .rules import Signals
from .tables import EarlierEvaluation

DONE = (CampaignState.CONCLUDED, CampaignState.ARCHIVED)
GOING_ON = (CampaignState.DRAFTED, CampaignState.APPROVED, CampaignState.ISSUED)
OPEN = (FindingState.CONFIRMED, FindingState.ROUTED)


@dataclass(frozen=True, slots=True)
class Past:
    """One evaluation of a unit in this system; ``code``, ``place`` and ``grade`` are those of its newest result, if it has one."""

    campaign: Campaign
    evaluation: Evaluation
    code: str
    place: int | None
    grade: str

    @property
    def full(self) -> bool:
        """Whether it counts as a full evaluation of a concluded campaign."""
        return (self.campaign.state in DONE and self.campaign.kind == modes.COMPREHENSIVE
                and self.evaluation.mode == modes.FULL and self.evaluation.side is None)


@dataclass(slots=True)
class Known:
    """Everything about one unit."""

    unit: Unit
    past: list[Past] = field(default_factory=list)
    earlier: list[EarlierEvaluation] = field(default_factory=list)
    open_findings: int = 0
    critical: int = 0
    overdue: int = 0
    relapses: int = 0
    hold: bool = False
    veto: bool = False

    @property
    def last_full(self) -> int | None:
        """The year of the last full evaluation, here or before."""
        years = [one.campaign.year for one in self.past if one.full]
        return max([*years, *(row.year for row in self.earlier if row.kind == "full")], default=None)

    @property
    def last_graded(self) -> Past | None:
        """The last evaluation with a final result."""
        graded = [one for one in self.past if one.code and at_least(one.evaluation.state, State.FINAL)]
        return max(graded, key=lambda one: (one.campaign.year, one.campaign.id or 0), default=None)

    @property
    def going_on(self) -> list[Past]:
        """The campaigns that have the unit now."""
        return [one for one in self.past if one.campaign.state in GOING_ON and one.evaluation.side is None
                and not at_least(one.evaluation.state, State.FINAL)]

    def signals(self) -> Signals:
        """What the risk is made of."""
        graded = self.last_graded
        return Signals(self.last_full, graded.place if graded else None, self.open_findings, self.critical, self.overdue,
                       self.relapses, self.veto, self.hold)


def known_units(work: Work) -> list[Known]:
    """Every active unit of the office with what the books say."""
    found = {unit.id or 0: Known(unit) for unit in queries.units_of(work)}
    for unit_id, rows in queries.earlier_of(work).items():
        if unit_id in found:
            found[unit_id].earlier = rows
    campaigns = list(work.session.exec(select(Campaign).where(Campaign.office_id == work.office_id)))
    owners = _read_past(work, found, {row.id or 0: row for row in campaigns})
    _count_findings(work, found)
    for item in lent.borrow(work, lent.Rectified, campaigns):
        known = found.get(owners.get(item.evaluation_id, 0))
        if known and item.open:
            known.overdue += item.overdue
            known.hold = known.hold or item.holds
    _count_relapses(work, found)
    _read_vetoes(work, found)
    return list(found.values())


def _read_past(work: Work, found: Mapping[int, Known], campaigns: Mapping[int, Campaign]) -> dict[int, int]:
    """Fill in the evaluations; evaluation id → unit id. Of a result only its grade is read: its text is long and stays there."""
    versions = select(ResultVersion.evaluation_id, ResultVersion.grade).where(ResultVersion.office_id == work.office_id)
    newest = {evaluation: grade or "" for evaluation, grade in work.session.exec(versions.order_by(col(ResultVersion.version)))}
    orders: dict[int, dict[str, tuple[int, str]]] = {}
    owners: dict[int, int] = {}
    for one in work.session.exec(select(Evaluation).where(Evaluation.office_id == work.office_id)):
        owners[one.id or 0] = one.unit_id
        known, campaign = found.get(one.unit_id), campaigns.get(one.campaign_id)
        if known is None or campaign is None or campaign.state == CampaignState.CANCELLED:
            continue
        code = newest.get(one.id or 0, "")
        place, grade = _grades(work, campaign, orders).get(code, (None, "")) if code else (None, "")
        known.past.append(Past(campaign, one, code, place, grade))
    return owners


def _grades(work: Work, campaign: Campaign, orders: dict[int, dict[str, tuple[int, str]]]) -> Mapping[str, tuple[int | None, str]]:
    """Grade → its place and name by the campaign's system; read once a campaign."""
    if campaign.id not in orders:
        try:
            grades = system_of(work, campaign).grades
        except Refused:
            grades = ()
        orders[campaign.id or 0] = {one.code: (place, one.title.in_language(language())) for place, one in enumerate(grades, 1)}
    return orders[campaign.id or 0]  # type: ignore[return-value]  # a place is never None here


def _count_findings(work: Work, found: Mapping[int, Known]) -> None:
    """Open problems by unit. What is handed over as a violation alone is not counted: the count would give it away."""
    query: Any = (select(Evaluation.unit_id, Finding.severity, func.count(col(Finding.id)))
                  .join(Finding, col(Finding.evaluation_id) == col(Evaluation.id))
                  .where(Finding.office_id == work.office_id, col(Finding.state).in_(OPEN), Finding.destinations != Destination.REFER)
                  .group_by(col(Evaluation.unit_id), col(Finding.severity)))
    for unit_id, severity, count in work.session.exec(query):
        if unit_id in found:
            found[unit_id].open_findings += count
            found[unit_id].critical += count if severity == Severity.CRITICAL else 0


def _count_relapses(work: Work, found: Mapping[int, Known]) -> None:
    codes = {known.unit.code: known for known in found.values()}
    query = select(AuditEvent.unit, AuditEvent.data).where(AuditEvent.office_id == work.office_id, AuditEvent.event == "look_back.done")
    for code, data in work.session.exec(query):
        if code in codes:
            codes[code].relapses += int(json.loads(data).get("relapsed", 0))


def _read_vetoes(work: Work, found: Mapping[int, Known]) -> None:
    query = select(LedgerEntry.evaluation_id).where(
        LedgerEntry.office_id == work.office_id, col(LedgerEntry.key).startswith("veto:"), col(LedgerEntry.withdrawn_at).is_(None))
    vetoed = set(work.session.exec(query))
    for known in found.values():
        last = known.last_graded
        known.veto = last is not None and last.evaluation.id in vetoed


def candidates(known: list[Known], *, year: int, cycle: int, weights: Mapping[str, int]) -> list[rules.Candidate]:
    """The units as a plan sees them."""
    return [rules.Candidate(one.unit.code, one.unit.category, rules.due_year(one.last_full, cycle=cycle, year=year),
                            rules.risk_of(rules.risk_parts(one.signals(), year=year, weights=weights))) for one in known]
