"""The report: scored by the lead, moderated by a meeting, written, checked and approved by three people."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, moves
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's facts and task names; open the room when a review is sealed."""
    from . import actions, actions_moderation, queries

    facts.provide("minutes_numbered", queries.minutes_numbered)
    facts.provide("report_checked", queries.report_checked)
    facts.provide("three_people", queries.three_people)
    moves.after("seal_review", actions.open_room)
    register(*actions_moderation.JOBS)
    name_task(Act.SCORE_EVALUATION, N_("Close the scoring: {unit}"), N_("Look at the score"))
    name_task(Act.MODERATE, N_("Moderate the score: {unit}"), N_("Moderate"))
    name_task(Act.DRAFT_REPORT, N_("Write the report: {unit}"), N_("Write"))
    name_task(Act.CHECK_REPORT, N_("Check the report: {unit}"), N_("Check"))
    name_task(Act.APPROVE_REPORT, N_("Approve the report: {unit}"), N_("Read and approve"))
