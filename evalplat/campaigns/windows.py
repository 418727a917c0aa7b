"""Windows of a campaign: a part opens and closes by the clock. An extension is a row with its reason and document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.workflow import calendar
from evalplat.workflow.calendar import closes_at as end_of
from evalplat.workflow.stages import CampaignState, Stage

from . import progress
from .moves import codes
from .tables import Campaign, Evaluation, Progress, Window

KINDS = ("assessment", "survey", "review")


def set_window(work: Work, campaign: Campaign, kind: str, *, opens_at: datetime, closes_at: datetime) -> Window:
    """Set a window of a campaign that is not issued yet."""
    if campaign.state not in (CampaignState.DRAFTED, CampaignState.APPROVED):
        raise Refused(N_("The notice announced the dates. One department gets more time by an extension with its document."))
    if closes_at <= opens_at:
        raise Invalid({f"{kind}_closes": N_("The window must close after it opens.")})
    row = window_of(work, campaign, kind) or Window(office_id=work.office_id, campaign_id=campaign.id, kind=kind,
                                                    opens_at=opens_at, closes_at=closes_at)
    row.opens_at, row.closes_at = opens_at, closes_at
    work.add(row)
    record(work, "window.set", campaign=campaign.code, window=kind, opens=opens_at, closes=closes_at)
    return row


def check_move(work: Work, campaign: Campaign, kind: str, *, opens_at: datetime, closes_at: datetime) -> None:
    """Whether a window may be moved for all: nobody gets less time than was announced, and what is over stays over."""
    row = window_of(work, campaign, kind)
    if row is None or row.closes_at < work.now:
        raise Invalid({f"{kind}_closes": N_("This window is over; it cannot be moved any more.")})
    if opens_at != row.opens_at and (row.opens_at <= work.now or opens_at < work.now):
        raise Invalid({f"{kind}_opens": N_("The window is open already, or the new beginning lies in the past.")})
    if closes_at < row.closes_at:
        raise Invalid({f"{kind}_closes": N_("Nobody gets less time than the notice announced: choose a later end.")})
    if closes_at <= opens_at:
        raise Invalid({f"{kind}_closes": N_("The window must close after it opens.")})


def move_for_all(work: Work, campaign: Campaign, kind: str, *, opens_at: datetime, closes_at: datetime, document: str) -> None:
    """Move a window of the whole campaign by a supplementary notice; a unit's own earlier end moves along."""
    check_move(work, campaign, kind, opens_at=opens_at, closes_at=closes_at)
    query = select(Window).where(Window.campaign_id == campaign.id, Window.kind == kind)
    before = {row.closes_at for row in work.session.exec(query) if row.closes_at < closes_at}
    for row in work.session.exec(query):
        if row.evaluation_id is None:
            row.opens_at = opens_at
        row.closes_at = max(row.closes_at, closes_at)
        row.document = document if row.evaluation_id is None else row.document
        work.session.add(row)
    stage = {"assessment": Stage.ASSESSMENT, "survey": Stage.SURVEY, "review": Stage.REVIEW}[kind]
    halted = select(Evaluation.id).where(Evaluation.campaign_id == campaign.id, col(Evaluation.side).is_not(None))
    waits = select(Progress).where(Progress.campaign_id == campaign.id, Progress.stage == stage, col(Progress.due_at).in_(before),
                                   col(Progress.done_at).is_(None) | col(Progress.evaluation_id).in_(halted))
    for wait in work.session.exec(waits):
        wait.due_at = closes_at
        work.session.add(wait)
    work.session.flush()
    record(work, "window.set", campaign=campaign.code, window=kind, opens=opens_at, closes=closes_at)


def window_of(work: Work, campaign: Campaign, kind: str) -> Window | None:
    """The campaign's window of a kind."""
    query = select(Window).where(Window.campaign_id == campaign.id, Window.kind == kind,
                                 col(Window.evaluation_id).is_(None))
    return work.session.exec(query).one_or_none()


def window_for(work: Work, evaluation: Evaluation, kind: str) -> Window | None:
    """The window that counts for one unit: its extension if it has one, else the campaign's."""
    query = select(Window).where(Window.campaign_id == evaluation.campaign_id, Window.kind == kind,
                                 (Window.evaluation_id == evaluation.id) | col(Window.evaluation_id).is_(None))
    rows = list(work.session.exec(query))
    own = [row for row in rows if row.evaluation_id is not None]
    return (own or rows or [None])[0]


DueOf = Callable[[Work, Evaluation], datetime | None]
_dues: dict[str, DueOf] = {}
_movers: dict[str, Callable[[Work, Evaluation, datetime], None]] = {}


def keep_clock(kind: str, *, due: DueOf, move: Callable[[Work, Evaluation, datetime], None] | None = None) -> None:
    """A room says until when a unit has time for ``kind``, and how its own clock is moved where it is no window."""
    _dues[kind] = due
    if move is not None:
        _movers[kind] = move


def due_of(work: Work, evaluation: Evaluation, kind: str) -> datetime | None:
    """Until when a unit has time for ``kind`` (a window, or a clock that a room keeps)."""
    if kind in _dues:
        return _dues[kind](work, evaluation)
    window = window_for(work, evaluation, kind)
    return window.closes_at if window else None


def extend(work: Work, evaluation: Evaluation, kind: str, *, closes_at: datetime, reason: str, document: str) -> None:
    """Give one unit more time. Without a reason and a document there is no extension, and none after the last day."""
    before = due_of(work, evaluation, kind)
    if before is None or closes_at <= before:
        raise Invalid({"closes_at": N_("The new end must lie after the present one.")})
    if before < work.now:
        raise Refused(N_("The last day is over; the time cannot be extended any more. What comes late stays late."))
    if not reason.strip() or not document.strip():
        raise Invalid({"reason": N_("An extension needs a reason and the document that allows it.")})
    if kind in _movers:
        _movers[kind](work, evaluation, closes_at)
    else:
        _own_window(work, evaluation, kind, closes_at=closes_at, reason=reason.strip(), document=document.strip())
    for waiting in progress.waiting(work, evaluation):
        if waiting.due_at == before:
            waiting.due_at = closes_at
            work.session.add(waiting)
    campaign, unit = codes(work, evaluation)
    record(work, "window.extended", campaign=campaign, unit=unit, window=kind, closes=closes_at, reason=reason.strip(),
           document=document.strip())


def _own_window(work: Work, evaluation: Evaluation, kind: str, *, closes_at: datetime, reason: str, document: str) -> None:
    current = window_for(work, evaluation, kind)
    if current is None:
        raise Refused(N_("There is no date to extend."))
    row = current if current.evaluation_id else Window(
        office_id=work.office_id, campaign_id=evaluation.campaign_id, evaluation_id=evaluation.id, kind=kind,
        opens_at=current.opens_at, closes_at=closes_at)
    row.closes_at, row.reason, row.document = closes_at, reason, document
    work.add(row)


def move_on(work: Work, evaluation: Evaluation, *, since: datetime, document: str) -> None:
    """What was still open when the evaluation was halted stays open for as long again, to 24:00 of its last day. The survey
    goes on without the department and keeps its dates."""
    own = select(Window.kind).where(Window.evaluation_id == evaluation.id)
    for kind in sorted({*KINDS, *work.session.exec(own)} - {"survey"}):
        current = window_for(work, evaluation, kind)
        if current is None or current.closes_at < since:
            continue
        row = current if current.evaluation_id else Window(
            office_id=work.office_id, campaign_id=evaluation.campaign_id, evaluation_id=evaluation.id, kind=kind,
            opens_at=current.opens_at, closes_at=current.closes_at, document=document)
        row.closes_at = left_again(work, current.closes_at, since)
        work.add(row)


def left_again(work: Work, moment: datetime, since: datetime, *, start: datetime | None = None) -> datetime:
    """A deadline in working days after a pause: as many are left again as were left when it began. Neither the day of the
    halt nor the day of going on counts, nor the day on which the clock began (``start``). What was over by then stays over."""
    if moment < since:
        return moment
    zone = work.settings.zone
    known = exceptions(work.session, work.office_id)
    day_before = since.astimezone(zone).date() - timedelta(days=1)
    if start is not None:
        day_before = max(day_before, start.astimezone(zone).date())
    left = calendar.working_days_between(day_before, moment.astimezone(zone).date(), exceptions=known)
    return end_of(calendar.add_working_days(work.today, left, exceptions=known), zone)


def after_pause(work: Work, moment: datetime, since: datetime) -> datetime:
    """A deadline in calendar days after a pause: later by the time that the evaluation stood still, to 24:00 of that day.
    What was over by then stays over."""
    if moment < since:
        return moment
    zone = work.settings.zone
    return end_of((moment + (work.now - since)).astimezone(zone).date(), zone)


def is_open(window: Window | None, now: datetime) -> bool:
    """Whether the clock lies inside the window."""
    return window is not None and window.opens_at <= now <= window.closes_at
