"""The look back of a campaign at a glance: how far it is, and its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlmodel import col, select

from evalplat.campaigns.tables import Campaign
from evalplat.documents.queries import latest
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work

from . import queries_letters
from .rules import OUTCOMES, Outcome
from .tables import LookBackText


@dataclass(frozen=True, slots=True)
class ReportView:
    """What was drawn and found in a campaign; its conclusion, the proof and what was issued."""

    units: int
    drawn: int
    checked: int
    outcomes: tuple[tuple[str, int], ...]
    conclusion: str
    advice: str
    draft: str
    issued: tuple[tuple[str, str], ...]


def report_view(work: Work, campaign: Campaign) -> ReportView | None:
    """None while nothing was drawn."""
    drawn = queries_letters.looked_back(work, campaign)
    if not drawn:
        return None
    found = Counter(Outcome(check.outcome) for check, _, _, _ in queries_letters.checks(work, campaign))
    text, newest = work.session.get(LookBackText, campaign.id), latest(work.session, "look_back_report", campaign=campaign)
    return ReportView(
        len(drawn), sum(len(row.numbers) for row, _ in drawn), sum(found.values()),
        tuple((gettext(OUTCOMES[key]), found[key]) for key in Outcome), text.conclusion if text else "", text.advice if text else "",
        newest.code if newest and newest.state == "draft" else "", tuple(_issued(work, campaign)))


def _issued(work: Work, campaign: Campaign) -> list[tuple[str, str]]:
    query = select(col(Document.code), col(Document.number)).where(
        Document.campaign_id == campaign.id, Document.kind == "look_back_report", Document.state == "issued").order_by(col(Document.id))
    return [(code, number or "") for code, number in work.session.exec(query)]
