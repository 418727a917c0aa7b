"""The social survey: posters and one-time links, answers that cannot be traced, tallies, recount and seal."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, moves
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's fact, jobs, ticks and task names; the notice opens the room."""
    from . import actions, jobs, queries

    facts.provide("survey_frozen", queries.survey_frozen)
    moves.after("issue", actions.open_room)
    register(*jobs.JOBS, *jobs.TICKS)
    name_task(Act.MAKE_TOKENS, N_("Hand out one-time survey links: {campaign}"), N_("Make links"))
    name_task(Act.FREEZE_SURVEYS, N_("Recount and freeze the survey: {campaign}"), N_("Freeze"))
