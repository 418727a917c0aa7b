"""Whom each stop of the guided tour signs in, and which page it opens: found in the data as it stands, or not ready yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from evalplat.access.actor import person_of
from evalplat.access.tasks import count_waiting
from evalplat.campaigns import lent, modes, seats
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import SystemActor, Work
from evalplat.people.tables import Office, Unit, User
from evalplat.scores.tables import ResultVersion
from evalplat.web import filling
from evalplat.web.touring import STOPS, Stop
from evalplat.workflow.stages import CampaignState

SECTION, DIRECTOR, COMMISSION = "li", "zhou", "sun"
OPENED, PHONE = "A101", "/tour/phone"
TOLD = ("shuiwu", "shenji")
"""The departments whose results the tour would rather show, where they have any."""
RUNNING = (CampaignState.ISSUED, CampaignState.CONCLUDED, CampaignState.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Place:
    """A person's login and the page to open."""

    login: str
    href: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A stop as the overview shows it: ``ready``, or still to come while the demonstration is being filled."""

    stop: Stop
    ready: bool
    comes: bool


def enter(work: Work) -> Office | None:
    """The demonstration's office; from now on the work is done in it."""
    office = work.session.exec(select(Office).order_by(col(Office.id)).limit(1)).first()
    if office is not None:
        work.actor = SystemActor(office.id or 0)
    return office


def listed(work: Work, office: Office) -> list[Listed]:
    """All stops."""
    comes = filling.percent(office) is not None
    found = [(stop, place_of(work, stop.number) is not None) for stop in STOPS]
    return [Listed(stop, ready, comes and not ready) for stop, ready in found]


def place_of(work: Work, number: int) -> Place | None:
    """Where a stop is; None as long as the data do not have it."""
    find = FINDERS.get(number)
    return find(work) if find else None


def _day(work: Work) -> Place | None:
    user = work.session.exec(select(User).where(User.login == SECTION, User.office_id == work.office_id)).first()
    if user is None or not count_waiting(work, person_of(work.session, user, work.today)):
        return None
    return Place(SECTION, "/")


def posters(work: Work) -> list[lent.Poster]:
    """Open links of running campaigns that take answers now, those that ask citizens first."""
    query = select(Campaign).where(Campaign.office_id == work.office_id, Campaign.state == CampaignState.ISSUED)
    found = lent.borrow(work, lent.Poster, list(work.session.exec(query.order_by(col(Campaign.id).desc()))))
    return sorted(found, key=lambda poster: poster.group != "citizen")


def _phone(work: Work) -> Place | None:
    return Place(SECTION, PHONE) if posters(work) else None


def _results(work: Work, *, version: int) -> tuple[Campaign, Unit, Evaluation] | None:
    """A department with such a version of its result: one with a story first, then the newest."""
    query: Any = (select(Campaign, Unit, Evaluation).join(Evaluation, col(Evaluation.campaign_id) == col(Campaign.id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .join(ResultVersion, col(ResultVersion.evaluation_id) == col(Evaluation.id))
                  .where(Campaign.office_id == work.office_id, ResultVersion.version == version, Evaluation.mode == modes.FULL)
                  .order_by(col(Unit.code).in_(TOLD).desc(), col(Campaign.year).desc(), col(Evaluation.id)))
    found: tuple[Campaign, Unit, Evaluation] | None = work.session.exec(query.limit(1)).first()
    return found


def _number(work: Work) -> Place | None:
    found = _results(work, version=1)
    lead = next((seat.user.login for seat in seats.of_unit(work, found[2]) if seat.lead), None) if found else None
    if found is None or lead is None:
        return None
    return Place(lead, f"/c/{found[0].code}/u/{found[1].code}?version=1&open={OPENED}#{OPENED}")


def _objection(work: Work) -> Place | None:
    found = _results(work, version=2)
    if found is None:
        return None
    return Place(f"head-{found[1].code}", f"/c/{found[0].code}/u/{found[1].code}?version=2&compare=1#changes")


def _campaign(work: Work, *states: CampaignState) -> Campaign | None:
    query = select(Campaign).where(Campaign.office_id == work.office_id, Campaign.kind == modes.COMPREHENSIVE,
                                   col(Campaign.state).in_(states))
    return work.session.exec(query.order_by(col(Campaign.year).desc()).limit(1)).first()


def _board(work: Work) -> Place | None:
    return Place(DIRECTOR, "/board") if _campaign(work, *RUNNING) else None


def _city(work: Work) -> Place | None:
    found = _campaign(work, CampaignState.CONCLUDED, CampaignState.ARCHIVED)
    return Place(COMMISSION, f"/c/{found.code}/summary") if found else None


FINDERS: dict[int, Callable[[Work], Place | None]] = {1: _day, 2: _phone, 3: _number, 4: _objection, 5: _board, 6: _city}
