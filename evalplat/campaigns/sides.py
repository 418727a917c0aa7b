"""Side states: an evaluation stands still by a document, and goes on again with the time that was left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.workflow import calendar
from evalplat.workflow.stages import STAGE_OF, SideState, State

from . import moves, progress, windows
from .tables import Evaluation, Progress, Step

_resumed: list[Callable[[Work, Evaluation, datetime], None]] = []


def set_side(work: Work, evaluation: Evaluation, side: SideState, *, document: str, reason: str) -> None:
    """Let an evaluation stand still, by a document."""
    if not document.strip() or not reason.strip():
        raise Invalid({"document": N_("Name the document and the reason.")})
    locked = moves.lock(work, evaluation)
    if locked.side:
        raise Refused(N_("This evaluation is suspended already."))
    locked.side, locked.side_document = side, document.strip()
    locked.side_reason, locked.side_since = reason.strip(), work.now
    work.session.add(locked)
    progress.drop_all(work, locked)
    _note(work, locked, f"side_{side}", f"{document.strip()} {reason.strip()}")
    campaign, unit = moves.codes(work, locked)
    record(work, "evaluation.side_set", campaign=campaign, unit=unit, side=side, document=document.strip(),
           reason=reason.strip())


def when_resumed(deed: Callable[[Work, Evaluation, datetime], None]) -> None:
    """A room asks to be called when an evaluation goes on that stood still since a moment, to move its own deadlines."""
    if deed not in _resumed:
        _resumed.append(deed)


def clear_side(work: Work, evaluation: Evaluation, *, document: str, reason: str) -> None:
    """Take a suspended evaluation up again: what waited waits again, its deadlines moved by the time it stood still."""
    locked = moves.lock(work, evaluation)
    if locked.side != SideState.SUSPENDED:
        raise Refused(N_("Only a suspended evaluation is taken up again."))
    if not document.strip() or not reason.strip():
        raise Invalid({"document": N_("Name the document and the reason.")})
    since = work.session.exec(select(Step.at).where(Step.evaluation_id == locked.id, Step.move == "side_suspended")
                              .order_by(col(Step.id).desc())).first() or work.now
    locked.side, locked.side_document, locked.side_reason, locked.side_since = None, "", "", None
    work.session.add(locked)
    query = select(Progress).where(Progress.evaluation_id == locked.id, Progress.done_at == since)
    for row in work.session.exec(query):
        row.done_at, row.done_by = None, ""
        row.due_at = windows.left_again(work, row.due_at, since, start=row.opened_at) if row.due_at else None
    windows.move_on(work, locked, since=since, document=document.strip())
    for deed in _resumed:
        deed(work, locked, since)
    _note(work, locked, "side_cleared", f"{document.strip()} {reason.strip()}")
    campaign, unit = moves.codes(work, locked)
    record(work, "evaluation.side_cleared", campaign=campaign, unit=unit, side=SideState.SUSPENDED, document=document.strip())


def _note(work: Work, evaluation: Evaluation, move: str, note: str) -> None:
    work.add(Step(office_id=work.office_id, evaluation_id=evaluation.id, move=move, stage=STAGE_OF[State(evaluation.state)],
                  from_state=evaluation.state, to_state=evaluation.state, at=work.now, by_user_id=work.actor.user_id,
                  by_name=work.actor.name, note=note))


def pauses(work: Work, evaluation: Evaluation) -> list[tuple[datetime, datetime]]:
    """When the evaluation stood still: from, until (now, if it still does)."""
    query = select(Step).where(Step.evaluation_id == evaluation.id,
                               col(Step.move).in_(("side_suspended", "side_cleared"))).order_by(col(Step.id))
    found: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for step in work.session.exec(query):
        if step.move == "side_suspended":
            since = step.at
        elif since is not None:
            found.append((since, step.at))
            since = None
    return [*found, (since, work.now)] if since is not None else found


def days_counted(work: Work, evaluation: Evaluation) -> dict[date, bool]:
    """The office's calendar for one evaluation: days on which it stood still are not worked."""
    zone, known = work.settings.zone, exceptions(work.session, work.office_id)
    for since, until in pauses(work, evaluation):
        day = since.astimezone(zone).date()
        while day <= until.astimezone(zone).date():
            known[day] = False
            day += timedelta(days=1)
    return known


def deadline(work: Work, evaluation: Evaluation, working_days: int, *, start: datetime) -> datetime:
    """24:00 of the day that is N working days after ``start``; days on which the evaluation stood still do not count."""
    zone = work.settings.zone
    day = calendar.add_working_days(start.astimezone(zone).date(), working_days, exceptions=days_counted(work, evaluation))
    return calendar.closes_at(day, zone)
