"""Supplementary notices: what one is to change, before and after in words, and who has received it."""

# All zh: printed
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import sides, windows
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.documents.tables import Document
from evalplat.kernel.formats import local
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order

from .queries_letters import PARTS, day
from .tables import Supplement, SupplementReceipt

Change = tuple[str, str, str]
NOTHING = "—"


def supplements_of(work: Work, campaign: Campaign, *, issued: bool = False) -> list[Supplement]:
    """All that were not dropped, the first one first."""
    query = select(Supplement).where(Supplement.campaign_id == campaign.id, Supplement.state != "dropped")
    if issued:
        query = query.where(Supplement.state == "issued")
    return list(work.session.exec(query.order_by(col(Supplement.ordinal))))


def supplement_by(work: Work, campaign: Campaign, ordinal: int) -> Supplement | None:
    """One by its number in the campaign."""
    query = select(Supplement).where(Supplement.campaign_id == campaign.id, Supplement.ordinal == ordinal, Supplement.state != "dropped")
    return work.session.exec(query).one_or_none()


def document_of(work: Work, supplement: Supplement) -> Document | None:
    """Its document: a draft until it is issued."""
    return work.session.get(Document, supplement.document_id) if supplement.document_id else None


def last_day(work: Work, text: str) -> datetime:
    """24:00 of a stored day."""
    return windows.end_of(date.fromisoformat(text), work.settings.zone)


def first_moment(work: Work, text: str) -> datetime:
    """0:00 of a stored day."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=work.settings.zone)


def wanted_window(work: Work, campaign: Campaign, kind: str, wish: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """The window as it is to be; None if it stays."""
    now, asked = windows.window_of(work, campaign, kind), wish.get(kind) or {}
    if now is None or not asked:
        return None
    opens = first_moment(work, asked["opens"]) if asked.get("opens") else now.opens_at
    closes = last_day(work, asked["closes"]) if asked.get("closes") else now.closes_at
    opens = now.opens_at if local(opens).date() == local(now.opens_at).date() else opens
    closes = now.closes_at if local(closes).date() == local(now.closes_at).date() else closes
    return None if (opens, closes) == (now.opens_at, now.closes_at) else (opens, closes)


def changes_of(work: Work, campaign: Campaign, wish: Mapping[str, Any]) -> list[Change]:
    """What, before, after: Chinese, as the document prints it."""
    found: list[Change] = []
    for kind in windows.KINDS:
        now, new = windows.window_of(work, campaign, kind), wanted_window(work, campaign, kind, wish.get("windows", {}))
        if now and new:
            found.append((f"{PARTS[kind]}时间", f"{day(now.opens_at)}至{day(now.closes_at)}", f"{day(new[0])}至{day(new[1])}"))
    if wish.get("join"):
        found.append(_joined(work, campaign, wish["join"]))
    if wish.get("leave"):
        unit = unit_of(work, wish["leave"])
        found.append(("被评估单位", unit.name if unit else wish["leave"], "免予评估，不再列入被评估单位"))
    if wish.get("text"):
        found.append(("通知文字更正", wish["text"]["before"], wish["text"]["after"]))
    return found


def _joined(work: Work, campaign: Campaign, wish: Mapping[str, Any]) -> Change:
    unit, team = unit_of(work, wish["unit"]), team_of(work, campaign, wish["team"])
    own = [f"{PARTS[kind]}截止{day(last_day(work, wish[kind]))}" for kind in ("assessment", "review") if wish.get(kind)]
    words = "，".join([f"增加{unit.name if unit else wish['unit']}", f"由{team.name}评估" if team else "", *own])
    return "被评估单位", NOTHING, words


def unit_of(work: Work, code: str) -> Unit | None:
    """A department of the office."""
    return work.session.exec(select(Unit).where(Unit.office_id == work.office_id, Unit.code == code)).one_or_none()


def team_of(work: Work, campaign: Campaign, code: str) -> Team | None:
    """A team of the campaign."""
    return work.session.exec(select(Team).where(Team.campaign_id == campaign.id, Team.code == code)).one_or_none()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: pairs (code, name)."""

    joining: tuple[tuple[str, str], ...]
    leaving: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    windows: tuple[tuple[str, date, date, bool], ...]


def choices_of(work: Work, campaign: Campaign) -> Choices:
    """Units outside and inside, teams, and the windows with whether they can still be moved."""
    inside = {unit.id: (unit, row) for row, unit in work.session.exec(
        select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(Evaluation.campaign_id == campaign.id)
        .order_by(*by_unit_order(work)))}
    units = work.session.exec(select(Unit).where(Unit.office_id == work.office_id, col(Unit.active).is_(True))
                              .order_by(*by_unit_order(work)))
    teams = work.session.exec(select(Team).where(Team.campaign_id == campaign.id).order_by(col(Team.code)))
    rows = [(kind, window) for kind in windows.KINDS if (window := windows.window_of(work, campaign, kind))]
    return Choices(
        tuple((unit.code, unit.name) for unit in units if unit.id not in inside),
        tuple((unit.code, unit.name) for unit, row in inside.values() if row.side is None),
        tuple((team.code, team.name) for team in teams),
        tuple((kind, local(row.opens_at).date(), local(row.closes_at).date(), row.closes_at >= work.now) for kind, row in rows))


@dataclass(frozen=True, slots=True)
class SupplementLine:
    """How one unit stands with a supplementary notice."""

    unit_code: str
    unit: str
    how: str | None
    at: datetime | None
    by_name: str


def receipts_of(work: Work, supplement: Supplement) -> list[SupplementLine]:
    """Every unit that it goes to, with its receipt."""
    query = (select(Evaluation, Unit, SupplementReceipt).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .outerjoin(SupplementReceipt, (col(SupplementReceipt.evaluation_id) == col(Evaluation.id))
                        & (col(SupplementReceipt.supplement_id) == supplement.id))
             .where(Evaluation.campaign_id == supplement.campaign_id).order_by(*by_unit_order(work)))
    return [SupplementLine(unit.code, unit.name, got.how if got else None, got.at if got else None, got.by_name if got else "")
            for row, unit, got in work.session.exec(query) if got or row.side in (None, "suspended")]


def deemed_at(work: Work, evaluation: Evaluation, supplement: Supplement) -> datetime | None:
    """When a silent unit counts as having received it."""
    if supplement.issued_at is None:
        return None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    return sides.deadline(work, evaluation, days(campaign, "notice_deemed"), start=supplement.issued_at)


@dataclass(frozen=True, slots=True)
class UnitSupplement:
    """A supplementary notice as one unit reads it."""

    ordinal: int
    title: str
    number: str
    code: str
    issued_at: datetime | None
    changes: tuple[Change, ...]
    receipt: SupplementReceipt | None
    deemed_at: datetime | None


def for_unit(work: Work, evaluation: Evaluation) -> list[UnitSupplement]:
    """What was issued to this unit, the newest first."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    found = []
    for row in reversed(supplements_of(work, campaign, issued=True)):
        document = document_of(work, row)
        receipt = work.session.get(SupplementReceipt, (row.id, evaluation.id))
        if document is not None:
            found.append(UnitSupplement(row.ordinal, document.title, document.number or "", document.code, row.issued_at,
                                        tuple((one[0], one[1], one[2]) for one in row.changes), receipt,
                                        deemed_at(work, evaluation, row)))
    return found
