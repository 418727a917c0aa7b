"""The feedback: a letter tells the unit its result and its rights; its receipt opens the time to object."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, moves
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's fact, its timetable and task names; open the room when a report is approved."""
    from . import actions, jobs, queries

    facts.provide("letter_numbered", queries.letter_numbered)
    moves.after("approve_report", actions.open_room)
    register(*jobs.TICKS)
    name_task(Act.DRAFT_LETTER, N_("Write the feedback letter: {unit}"), N_("Write"))
    name_task(Act.ISSUE_LETTER, N_("Issue the feedback letter: {unit}"), N_("Read and issue"))
    name_task(Act.RECEIVE_LETTER, N_("Confirm receipt of your result: {campaign}"), N_("Read the letter"))
