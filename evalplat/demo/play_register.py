"""Beside the campaigns: findings from elsewhere, one of several departments, requests during a hold, the look-back report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from evalplat.findings.kinds import Source
from evalplat.people.tables import Unit
from evalplat.stages.followup import actions, actions_holds, actions_register, actions_report, queries
from evalplat.stages.followup.forms import EntryForm, ReportForm, RequestForm, WaiverForm
from evalplat.stages.followup.rules import RequestKind

from . import content_stories as content
from .play import SYSTEM, On, Play, campaign_of


def enter(play: Play, moment: datetime, source: Source, text: dict[str, Any], *, units: tuple[str, ...], number: int = 1) -> None:
    """The section enters a finding with its document."""
    with play.acting("li", moment) as work:
        filled = text | {"document": text["document"].format(year=moment.year, number=number)}
        actions_register.enter(work, EntryForm(source=source, units=list(units), found_on=moment.date(),
                                               names_shown=len(units) > 1, **filled))


def issue(on: On) -> None:
    """The director issues the notice of what the register has of a department: its follow-up runs from the start."""
    with on.by("zhou") as (work, evaluation):
        if queries.to_issue(work, evaluation):
            actions.issue_notice(work, evaluation)


def request_held(on: On) -> None:
    """Requests come while an item is overdue: they are noted and not taken up; the director lets one through."""
    with on.play.acting(SYSTEM, on.moment) as work:
        actions_holds.sync(work)
    unit_id = on.play.units[on.case.body.code]
    with on.by("zhao") as (work, _):
        unit = work.session.get_one(Unit, unit_id)
        if not queries.holds(work, unit):
            return
        rows = [actions_holds.log_request(work, unit, RequestForm(kind=RequestKind(kind), subject=subject, received_on=on.moment.date()))
                for kind, subject in content.REQUESTS]
    with on.by("zhou") as (work, _):
        actions_holds.waive(work, rows[0], WaiverForm(reason=content.WAIVED, document=f"主任办公会纪要〔{on.moment.year}〕19号"))


def look_back_report(play: Play, code: str, moment: datetime) -> None:
    """The section writes what the look backs of a campaign showed."""
    with play.acting("li", moment) as work:
        actions_report.write(work, campaign_of(work, code), ReportForm(
            conclusion=content.LOOK_BACK_CONCLUSION, advice=content.LOOK_BACK_ADVICE))


def issue_look_back_report(play: Play, code: str, moment: datetime) -> None:
    """The director issues it to the commission."""
    with play.acting("zhou", moment) as work:
        actions_report.issue(work, campaign_of(work, code))
