"""From the sealed review to the approved report, and the letter that tells the department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import select

from evalplat.campaigns import modes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.db import transaction
from evalplat.kernel.work import Work
from evalplat.scores.queries import provisional_view
from evalplat.stages.feedback import actions as feedback
from evalplat.stages.feedback import queries as letters
from evalplat.stages.reports import actions, actions_moderation, queries, queries_text
from evalplat.stages.reports.forms import ItemForm, MeetingForm, MinutesForm
from evalplat.stages.reports.rules import Achievement
from evalplat.stages.reports.tables import ModerationOutcome

from . import content_review as content
from . import content_stories as stories
from .dice import dice
from .figures import RUBRICS, Case
from .play import On, Play, campaign_of


def score(on: On) -> None:
    """The lead closes the scoring."""
    with on.by("lead") as (work, evaluation):
        actions.score(work, evaluation)


def moderate(on: On) -> None:
    """The teams' meeting, here and there with a change; its minutes."""
    with on.by("li") as (work, evaluation):
        form = _moved(work, evaluation, on.case) if dice(on.case.body.code, "moderation").random() < 0.4 else None
        if form:
            actions.add_item(work, evaluation, form)
        actions.record_minutes(work, evaluation, minutes(on.moment.date(), on.place, on.case.year))
        actions.moderate(work, evaluation)


def _moved(work: Work, evaluation: Evaluation, case: Case) -> ItemForm | None:
    """A little more for the first indicator of judgement that has room for it."""
    view = provisional_view(work, evaluation)
    wanted = next((leaf for code in RUBRICS if (leaf := view.leaf(code)) and leaf.state == "scored"
                   and leaf.points < leaf.effective_max), None)
    if wanted is None:
        return None
    points = min(wanted.effective_max, wanted.points + Decimal("0.5"))
    return ItemForm(leaf=wanted.code, points=f"{points:.2f}", reason=case.say(content.MODERATED))


def meet(play: Play, code: str, moment: datetime, *, cases: Sequence[Case]) -> None:
    """One meeting over every department that waits for it, with its changes; then all of them move on by a job."""
    with play.acting("li", moment) as work:
        campaign = campaign_of(work, code)
        waiting = actions_moderation.scored(work, campaign)
        if not waiting:
            return
        visited = [(unit, evaluation) for unit, evaluation in waiting.items() if evaluation.mode == modes.FULL]
        known = {case.body.code: case for case in cases}
        changes = [change for place, (unit, evaluation) in enumerate(visited) if (change := _change(work, evaluation, known[unit], place))]
        form = minutes(moment.date(), 0, campaign.year)
        actions_moderation.hold_meeting(work, campaign, MeetingForm(note=stories.MEETING_NOTE, **form.model_dump()),
                                        units=list(waiting), changes=changes)
        actions_moderation.close_all(work, campaign, list(waiting))


def _change(work: Work, evaluation: Evaluation, case: Case, place: int) -> actions_moderation.Change | None:
    form = _moved(work, evaluation, case) if dice(case.body.code, "moderation").random() < 0.4 else None
    return actions_moderation.Change(f"change.{place}", case.body.code, form) if form else None


def close_meeting(play: Play, moment: datetime) -> None:
    """The job that closes the moderation of them all; a refusal stops the play."""
    play.run_jobs(actions_moderation.CLOSE, moment)
    with transaction(play.engine, write=False) as session:
        refused = session.exec(select(ModerationOutcome).where(ModerationOutcome.reason != "")).first()
    if refused is not None:
        raise RuntimeError(refused.reason)


def minutes(day: date, place: int, year: int) -> MinutesForm:
    """The minutes of a meeting that dealt with some of the departments."""
    return MinutesForm(number=f"会审〔{year}〕{place // 3 + 1}号", held_on=day, participants=content.MEETING)


def write(on: On) -> None:
    """The lead writes the report and hands it to the checker."""
    with on.by("lead") as (work, evaluation):
        text = queries_text.suggested(work, evaluation)
        causes = {row.code: content.FINDING_CAUSES.get(row.category[:2], "") for row in queries.open_findings(work, evaluation)}
        own = tuple(Achievement(heading, f"{deed}。") for heading, deed in
                    zip(("重点工作取得实效", "改革创新有亮点"), on.case.portrait.deeds, strict=False))
        actions.write_report(work, evaluation, replace(
            text, finding_causes=causes, causes=content.CAUSES if causes else "", achievements=(*own, *text.achievements[:2])))
        actions.hand_over(work, evaluation)


def check(on: On) -> None:
    """Somebody of the section who did not write it."""
    with on.by("ma") as (work, evaluation):
        actions.check(work, evaluation)


def approve(on: On) -> None:
    """The director approves: the result is fixed."""
    with on.by("zhou") as (work, evaluation):
        actions.approve(work, evaluation)


def write_letter(on: On) -> None:
    """The section writes the letter and has it numbered."""
    with on.by("li") as (work, evaluation):
        feedback.write_letter(work, evaluation, letters.suggested(work, evaluation))
        feedback.number(work, evaluation)


def issue_letter(on: On) -> None:
    """The director issues it."""
    with on.by("zhou") as (work, evaluation):
        feedback.issue(work, evaluation)


def receive_letter(on: On) -> None:
    """The department has it; the time to object begins."""
    with on.by("liaison") as (work, evaluation):
        feedback.receive(work, evaluation)
