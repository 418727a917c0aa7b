"""The ledger of findings over all campaigns of a person's scope; a referral only for whom the director named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case
from sqlmodel import col, func, or_, select

from evalplat.access import scope
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import (
    CATEGORIES,
    DESTINATIONS,
    OTHER_SOURCES,
    SEVERITIES,
    SOURCES,
    STATES,
    Destination,
    Severity,
    Source,
    source_text,
)
from evalplat.findings.queries import read_by_actor, without_referral
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext
from evalplat.kernel.listing import Paged, Wanted, page_of
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order

from .evaluation import FindingView, finding_view

FILTERS = ("campaign", "unit", "category", "severity", "state", "destination", "source", "q")
SORTS = ("raised", "unit", "category", "severity", "state")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A finding with where it belongs."""

    view: FindingView
    unit: str
    campaign: str
    campaign_title: str
    base: str
    raised_at: datetime
    source: str
    joint: str


def _readable(work: Work) -> list[int]:
    """Evaluations whose findings somebody may read. Whoever only rates an annulled item again sees the unit without them."""
    rows = work.session.exec(select(Evaluation).where(scope.evaluations(work.actor)))
    return [row.id or 0 for row in rows if may(work.actor, Act.SEE_FINDINGS, row)]


def _query(work: Work, ask: Wanted) -> Any:
    query: Any = (select(Finding, Unit, Campaign).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id)).where(col(Evaluation.id).in_(_readable(work))))
    known = read_by_actor(work)
    query = query.where(or_(Finding.destinations != Destination.REFER, col(Finding.id).in_(known)))
    for name, column in (("campaign", Campaign.code), ("unit", Unit.code), ("category", Finding.category), ("severity", Finding.severity),
                         ("state", Finding.state)):
        if ask.get(name):
            query = query.where(col(column) == ask.get(name))
    if ask.get("source") in OTHER_SOURCES:
        query = query.where(col(Finding.source) == ask.get("source"))
    elif ask.get("source") == Source.REVIEW:
        query = query.where(col(Finding.source).not_in(OTHER_SOURCES))
    if ask.get("destination") in _destinations(known):
        query = query.where(col(Finding.destinations).contains(ask.get("destination"), autoescape=True))
        if ask.get("destination") == Destination.REFER:
            query = query.where(col(Finding.id).in_(known))
    if ask.get("q"):
        query = query.where(or_(*(col(column).contains(ask.get("q"), autoescape=True)
                                  for column in (Finding.title, Finding.description, Unit.name, Unit.short_name))))
    return query


def _destinations(known: frozenset[int]) -> dict[Destination, str]:
    """Where findings go, as far as somebody may know: nobody asks for referrals, not even by the address, who was named for none."""
    return {key: text for key, text in DESTINATIONS.items() if known or key != Destination.REFER}


def _lines(work: Work, rows: Any) -> list[LedgerLine]:
    known = read_by_actor(work)
    return [LedgerLine(finding_view((row if row.id in known else without_referral(row)) or row), unit.short_name, campaign.code,
                       campaign.title, f"/c/{campaign.code}/u/{unit.code}", row.raised_at, gettext(source_text(row.source)), row.joint)
            for row, unit, campaign in rows]


def _order(query: Any, ask: Wanted) -> Any:
    """The newest first unless a column was chosen; severity in its own order, not by its letters."""
    key = ask.sort.removeprefix("-")
    columns: dict[str, Any] = {
        "raised": col(Finding.raised_at), "unit": col(Unit.code), "category": col(Finding.category), "state": col(Finding.state),
        "severity": case({str(one): place for place, one in enumerate(Severity)}, value=col(Finding.severity))}
    if key not in columns:
        return query.order_by(col(Finding.id).desc())
    down = ask.sort.startswith("-")
    return query.order_by(columns[key].desc() if down else columns[key].asc(), col(Finding.id).desc())


def count_once(work: Work, ask: Wanted) -> int:
    """How many findings the filter holds when one that names several units counts once."""
    query = _query(work, ask).with_only_columns(Finding.id, Finding.joint)
    return len({joint or str(key) for key, joint in work.session.exec(query)})


def ledger_page(work: Work, ask: Wanted, *, size: int) -> Paged[LedgerLine]:
    """One page, the newest first."""
    query = _query(work, ask)
    total = int(work.session.exec(query.with_only_columns(func.count(col(Finding.id)))).one()[0])
    page = min(ask.page, max(1, -(-total // size)))
    rows = work.session.exec(_order(query, ask).offset((page - 1) * size).limit(size))
    return page_of(_lines(work, rows), total=total, ask=ask, size=size)


def ledger_all(work: Work, ask: Wanted) -> list[LedgerLine]:
    """Every line of the filter, for the Excel file."""
    return _lines(work, work.session.exec(_order(_query(work, ask), ask)))


def choices(work: Work) -> dict[str, list[tuple[str, str]]]:
    """What the filter form offers."""
    campaigns = work.session.exec(select(Campaign.code, Campaign.title).where(scope.campaigns(work.actor))
                                  .order_by(col(Campaign.id).desc()))
    units = work.session.exec(select(Unit.code, Unit.short_name).where(Unit.office_id == work.office_id, col(Unit.id).in_(
        select(col(Evaluation.unit_id)).where(scope.evaluations(work.actor)))).order_by(*by_unit_order(work)))
    return {
        "campaign": list(campaigns), "unit": list(units), "source": [(str(key), gettext(text)) for key, text in SOURCES.items()],
        "category": [(key, f"{key} {gettext(text)}") for key, text in CATEGORIES.items()],
        "severity": [(str(key), gettext(text)) for key, text in SEVERITIES.items()],
        "state": [(str(key), gettext(text)) for key, text in STATES.items()],
        "destination": [(str(key), gettext(text)) for key, text in _destinations(read_by_actor(work)).items()],
    }
