"""The campaign's end: ranks fixed in one recorded act, the report to the commission made from final results alone."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import moves
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's jobs, deeds and task names."""
    from . import actions, jobs

    register(*jobs.JOBS)
    moves.after("finalise", actions.when_final)
    name_task(Act.CONCLUDE_CAMPAIGN, N_("Conclude the evaluation: every result is final"), N_("Conclude"))
    name_task(Act.DRAFT_SUMMARY, N_("Write the report to the commission: {campaign}"), N_("Write"))
    name_task(Act.ISSUE_SUMMARY, N_("Issue the report to the commission: {campaign}"), N_("Issue"))
