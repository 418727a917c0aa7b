"""What to keep an eye on: derived from states, deadlines and marks that the rooms left in the shared books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from evalplat.campaigns.tables import Campaign, Progress
from evalplat.jobs.tables import Job
from evalplat.kernel.formats import days_left, zh_date
from evalplat.kernel.i18n import gettext
from evalplat.kernel.listing import Wanted
from evalplat.kernel.work import Work
from evalplat.workflow.stages import Stage, State

from .stages import windows_of
from .units import UnitRow

NEAR_DAYS = 7
NAMES = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """One line: what, a detail, where it is seen."""

    title: str
    detail: str
    href: str


def things_to_watch(work: Work, campaign: Campaign, rows: Sequence[UnitRow]) -> list[Notice]:
    """The most pressing first; empty if all is well."""
    list_ = Wanted(f"/c/{campaign.code}", {})
    found = [_late_submissions(work, campaign, rows, list_), _overdue(rows, list_), _office_work(work, campaign),
             _rectification(work, campaign, list_), *_samples(rows, list_), _side(rows), _jobs(work)]
    return [one for one in found if one is not None]


def _names(rows: Sequence[UnitRow]) -> str:
    shown = gettext(", ").join(row.name for row in rows[:NAMES])
    return gettext("{names} and {count} more", names=shown, count=len(rows) - NAMES) if len(rows) > NAMES else shown


def _late_submissions(work: Work, campaign: Campaign, rows: Sequence[UnitRow], list_: Wanted) -> Notice | None:
    window = windows_of(work, campaign).get("assessment")
    open_ones = [row for row in rows if row.state in (State.NOTIFIED, State.ASSESSING)]
    if window is None or not open_ones or (window[1] - work.now).days > NEAR_DAYS:
        return None
    silent = sum(row.state == State.NOTIFIED for row in open_ones)
    detail = gettext("closes {day}, {left}", day=zh_date(window[1]), left=days_left(window[1]))
    if silent:
        detail += gettext("; {count} of them have not confirmed the notice", count=silent)
    return Notice(gettext("{count} departments have not submitted the self-assessment", count=len(open_ones)), detail,
                  list_.href(stage=Stage.ASSESSMENT))


def _overdue(rows: Sequence[UnitRow], list_: Wanted) -> Notice | None:
    late = [row for row in rows if row.overdue]
    if not late:
        return None
    return Notice(gettext("{count} departments have something overdue", count=len(late)), _names(late), f"{list_.path}/chasing?kind=late")


def _office_work(work: Work, campaign: Campaign) -> Notice | None:
    query = select(Progress).where(
        Progress.campaign_id == campaign.id, col(Progress.evaluation_id).is_(None), col(Progress.done_at).is_(None),
        col(Progress.due_at) < work.now).order_by(col(Progress.due_at))
    late = list(work.session.exec(query))
    if not late:
        return None
    return Notice(gettext("{count} tasks of the whole evaluation are overdue", count=len(late)),
                  gettext("the first one was due {day}", day=zh_date(late[0].due_at)), late[0].href)


def _rectification(work: Work, campaign: Campaign, list_: Wanted) -> Notice | None:
    query = select(func.count(col(Progress.id))).where(
        Progress.campaign_id == campaign.id, Progress.stage == Stage.FOLLOW_UP, col(Progress.done_at).is_(None),
        col(Progress.due_at) < work.now)
    count = work.session.exec(query).one()
    if not count:
        return None
    return Notice(gettext("Rectification overdue"), gettext("{count} items past their day", count=count),
                  list_.href(stage=Stage.FOLLOW_UP, due="over"))


def _samples(rows: Sequence[UnitRow], list_: Wanted) -> list[Notice]:
    short = [row for row in rows if {"sample_short", "sample_short_block"} & set(row.marks)]
    spread = [row for row in rows if "rating_spread" in row.marks]
    found = []
    if short:
        found.append(Notice(gettext("Too few survey answers"), _names(short), list_.href(mark="sample_short")))
    if spread:
        found.append(Notice(gettext("Ratings of the assessors far apart"), _names(spread), list_.href(mark="rating_spread")))
    return found


def _side(rows: Sequence[UnitRow]) -> Notice | None:
    still = [row for row in rows if row.state == "suspended"]
    return Notice(gettext("{count} evaluations are suspended", count=len(still)), _names(still), still[0].href) if still else None


def _jobs(work: Work) -> Notice | None:
    query = select(func.count(col(Job.id))).where(Job.office_id == work.office_id, Job.state == "failed")
    count = work.session.exec(query).one()
    return Notice(gettext("{count} jobs did not succeed", count=count), gettext("documents or tables may be missing"),
                  "/jobs?state=failed") if count else None
