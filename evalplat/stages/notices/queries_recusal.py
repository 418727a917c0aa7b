"""The team of one unit as its page shows it: who sits in it, what changed, who was asked to keep away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from evalplat.campaigns import seats
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import deadline
from evalplat.people.tables import User
from evalplat.workflow.stages import State

from .queries import receipt_of
from .tables import RecusalRequest

OPEN_STATES = (State.ASSESSING, State.SUBMITTED, State.ACCEPTED)
"""A request comes after the receipt and before the review is sealed."""
STATES: dict[str, str] = {
    "drafted": N_("drafted, not signed yet"), "signed": N_("signed, waits for the office"), "granted": N_("granted"),
    "refused": N_("refused"), "taken_back": N_("taken back"), "lapsed": N_("not signed in time"),
}
KINDS = {"drafted": "mute", "signed": "action", "granted": "ok", "refused": "warn", "taken_back": "mute", "lapsed": "mute"}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request, with the decision and its letter."""

    number: int
    login: str
    name: str
    state: str
    kind: str
    reason: str
    drafted_by: str
    signed_by: str
    signed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    document: str
    document_number: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Who left and who came in."""

    at: datetime
    left: str
    joined: str
    lead: bool
    reason: str
    document: str
    by: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Everything of the page. ``until``: till when a unit may ask; ``late``: the time is over."""

    team: str
    seats: tuple[seats.Seat, ...]
    changes: tuple[ChangeLine, ...]
    requests: tuple[RequestLine, ...]
    until: datetime | None
    may_ask: bool
    over: bool
    changeable: bool
    joinable: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]


def until(work: Work, evaluation: Evaluation) -> datetime | None:
    """24:00 of the last day for a request: some working days after the receipt; None before the receipt."""
    receipt = receipt_of(work, evaluation)
    if receipt is None:
        return None
    return deadline(work, days(work.session.get_one(Campaign, evaluation.campaign_id), "recusal_window"), start=receipt.at)


def requests_of(work: Work, evaluation: Evaluation) -> list[RecusalRequest]:
    """The requests of a unit in their order."""
    query = select(RecusalRequest).where(RecusalRequest.evaluation_id == evaluation.id).order_by(col(RecusalRequest.number))
    return list(work.session.exec(query))


def find(work: Work, evaluation: Evaluation, number: int) -> RecusalRequest | None:
    """A request by its number."""
    return next((row for row in requests_of(work, evaluation) if row.number == number), None)


def team_page(work: Work, evaluation: Evaluation, *, inside: bool, arrange: bool) -> TeamPage:
    """The page; ``inside``: for the office, with reasons; ``arrange``: with whom one could take."""
    team = work.session.get(Team, evaluation.team_id) if evaluation.team_id else None
    last, changes = until(work, evaluation), seats.changes_of(work, evaluation)
    names = {row.id: row.name for row in work.session.exec(select(User).where(User.office_id == work.office_id))}
    lines = tuple(ChangeLine(row.at, names.get(row.left_user_id, ""), names.get(row.joined_user_id, ""), row.lead,
                             row.reason if inside else "", row.document, row.by_name) for row in changes)
    open_now = last is not None and work.now <= last and not evaluation.side and evaluation.state in OPEN_STATES
    joinable = seats.could_join(work, evaluation) if arrange else []
    others = work.session.exec(select(Team).where(Team.campaign_id == evaluation.campaign_id, Team.id != evaluation.team_id)
                               .order_by(col(Team.code))) if arrange else ()
    return TeamPage(team.name if team else "", tuple(seats.of_unit(work, evaluation)), lines, _lines(work, evaluation), last, open_now,
                    last is not None and work.now > last,
                    seats.changeable(evaluation) and not evaluation.side,
                    tuple((user.login, f"{user.name}{N_LEAD if leads else ''}") for user, leads in joinable),
                    tuple((row.code, row.name) for row in others))


N_LEAD = " ★"
"""Beside whoever may lead; the page says what it means."""


def _lines(work: Work, evaluation: Evaluation) -> tuple[RequestLine, ...]:
    query: Any = (select(RecusalRequest, User, Document).join(User, col(User.id) == col(RecusalRequest.user_id))
                  .outerjoin(Document, col(Document.id) == col(RecusalRequest.document_id))
                  .where(RecusalRequest.evaluation_id == evaluation.id).order_by(col(RecusalRequest.number)))
    return tuple(RequestLine(row.number, user.login, user.name, row.state, KINDS[row.state], row.reason, row.drafted_by, row.signed_by,
                             row.signed_at, row.decided_by, row.decided_at, row.decision_reason,
                             document.code if document else "", (document.number or "") if document else "")
                 for row, user, document in work.session.exec(query))
