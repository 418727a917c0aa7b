"""The ledger of findings over all campaigns of a person's scope; referrals only for who handles them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, or_, select

from evalplat.access import scope
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import CATEGORIES, DESTINATIONS, SEVERITIES, STATES, Destination
from evalplat.findings.queries import without_referral
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit

from .evaluation import FindingView, finding_view
from .listing import Paged, Wanted, page_of

FILTERS = ("campaign", "category", "severity", "state", "destination", "q")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A finding with where it belongs."""

    view: FindingView
    unit: str
    campaign: str
    campaign_title: str
    base: str
    raised_at: datetime


def _readable(work: Work) -> list[int]:
    """Evaluations whose findings somebody may read. Whoever only rates an annulled item again sees the unit without them."""
    rows = work.session.exec(select(Evaluation).where(scope.evaluations(work.actor)))
    return [row.id or 0 for row in rows if may(work.actor, Act.SEE_FINDINGS, row)]


def _query(work: Work, ask: Wanted) -> Any:
    query: Any = (select(Finding, Unit, Campaign).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id)).where(col(Evaluation.id).in_(_readable(work))))
    if not may(work.actor, Act.SEE_REFERRALS):
        query = query.where(Finding.destinations != Destination.REFER)
    for name, column in (("campaign", Campaign.code), ("category", Finding.category), ("severity", Finding.severity),
                         ("state", Finding.state)):
        if ask.get(name):
            query = query.where(col(column) == ask.get(name))
    if ask.get("destination") in _destinations(work):
        query = query.where(col(Finding.destinations).contains(ask.get("destination"), autoescape=True))
    if ask.get("q"):
        query = query.where(or_(*(col(column).contains(ask.get("q"), autoescape=True)
                                  for column in (Finding.title, Finding.description, Unit.name, Unit.short_name))))
    return query


def _destinations(work: Work) -> dict[Destination, str]:
    """Where findings go, as far as somebody may know: nobody else asks for referrals, not even by the address."""
    known = may(work.actor, Act.SEE_REFERRALS)
    return {key: text for key, text in DESTINATIONS.items() if known or key != Destination.REFER}


def _lines(work: Work, rows: Any) -> list[LedgerLine]:
    known = may(work.actor, Act.SEE_REFERRALS)
    return [LedgerLine(finding_view((row if known else without_referral(row)) or row), unit.short_name, campaign.code, campaign.title,
                       f"/c/{campaign.code}/u/{unit.code}", row.raised_at) for row, unit, campaign in rows]


def ledger_page(work: Work, ask: Wanted, *, size: int) -> Paged[LedgerLine]:
    """One page, the newest first."""
    query = _query(work, ask)
    total = int(work.session.exec(query.with_only_columns(func.count(col(Finding.id)))).one()[0])
    page = min(ask.page, max(1, -(-total // size)))
    rows = work.session.exec(query.order_by(col(Finding.id).desc()).offset((page - 1) * size).limit(size))
    return page_of(_lines(work, rows), total=total, ask=ask, size=size)


def ledger_all(work: Work, ask: Wanted) -> list[LedgerLine]:
    """Every line of the filter, for the Excel file."""
    return _lines(work, work.session.exec(_query(work, ask).order_by(col(Finding.id))))


def choices(work: Work) -> dict[str, list[tuple[str, str]]]:
    """What the filter form offers."""
    campaigns = work.session.exec(select(Campaign.code, Campaign.title).where(scope.campaigns(work.actor))
                                  .order_by(col(Campaign.id).desc()))
    return {
        "campaign": list(campaigns), "category": [(key, f"{key} {gettext(text)}") for key, text in CATEGORIES.items()],
        "severity": [(str(key), gettext(text)) for key, text in SEVERITIES.items()],
        "state": [(str(key), gettext(text)) for key, text in STATES.items()],
        "destination": [(str(key), gettext(text)) for key, text in _destinations(work).items()],
    }
