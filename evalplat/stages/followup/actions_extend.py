"""More time for one item: asked by the department, decided by the director, once, and never after the due date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.campaigns.windows import after_pause, left_again
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.calendar import exceptions
from evalplat.workflow import calendar

from . import actions, queries, rules
from .actions_items import locked_pair, note
from .forms import ExtensionForm
from .queries import Pair
from .queries_waiting import asked
from .tables import Rectification


def ask(work: Work, evaluation: Evaluation, item: Pair, form: ExtensionForm) -> None:
    """The department asks for more time and says why."""
    row, finding = locked_pair(work, evaluation, item)
    _may_extend(work, row)
    until = _until(work, evaluation, row, form.until)
    row.asked_until, row.asked_reason, row.asked_at, row.extension_refused = until, form.reason, work.now, ""
    work.add(row)
    note(work, evaluation, "rectification.extension_asked", finding=finding.code, until=until)
    actions.refresh(work, evaluation)


def extend(work: Work, evaluation: Evaluation, item: Pair, form: ExtensionForm) -> None:
    """The director gives more time, with the reason. The first due date stays readable."""
    row, finding = locked_pair(work, evaluation, item)
    _may_extend(work, row)
    until = _until(work, evaluation, row, form.until)
    row.due_at, row.extension_reason = until, form.reason
    row.extended_at, row.extended_by, row.extension_refused = work.now, work.actor.name, ""
    work.add(row)
    note(work, evaluation, "rectification.extended", finding=finding.code, until=until, reason=form.reason)
    actions.refresh(work, evaluation)


def refuse(work: Work, evaluation: Evaluation, item: Pair, reason: str) -> None:
    """The director gives no more time, and says why."""
    row, finding = locked_pair(work, evaluation, item)
    if not asked(row):
        raise Refused(N_("Nobody asked for more time."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say why there is no more time.")})
    row.extension_refused = reason.strip()
    work.add(row)
    note(work, evaluation, "rectification.extension_refused", finding=finding.code, reason=row.extension_refused)
    actions.refresh(work, evaluation)


def move_on(work: Work, evaluation: Evaluation, since: datetime) -> None:
    """The evaluation stood still: the dates of its open items move, which is no extension."""
    for row, _ in queries.items_of(work, evaluation):
        if rules.is_open(row.state) and row.due_at >= since:
            row.due_at = after_pause(work, row.due_at, since)
        if row.state in rules.BEFORE_PLAN and row.plan_due_at >= since:
            row.plan_due_at = left_again(work, row.plan_due_at, since)
        work.add(row)
    actions.refresh(work, evaluation)


def _may_extend(work: Work, row: Rectification) -> None:
    if not rules.is_open(row.state):
        raise Refused(N_("The item is closed."))
    if row.extended_at is not None:
        raise Refused(N_("The time was extended once already; there is no second extension."))
    if work.now > row.due_at:
        raise Refused(N_("The due date has passed; the time cannot be extended any more."))


def _until(work: Work, evaluation: Evaluation, row: Rectification, day: date) -> datetime:
    """24:00 of the wished day, moved to a working day; later than now, and within what the campaign allows."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    before = row.due_at.astimezone(work.settings.zone).date()
    most = before + timedelta(days=days(campaign, "extension_most"))
    if day <= before:
        raise Invalid({"until": N_("The new date must lie after the present one.")})
    if day > most:
        raise Invalid({"until": N_("An extension is at most {days} days.")}, days=days(campaign, "extension_most"))
    worked = calendar.next_working_day(day, exceptions(work.session, work.office_id))
    return calendar.closes_at(worked, work.settings.zone)
