"""The self-assessment: filled in over days by several people, signed by the head, returned once, accepted or refused."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, moves, sides, windows
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's facts, jobs and task names, and open it when a unit has the notice."""
    from . import actions, actions_office, actions_submit, jobs, queries

    for fact in (queries.parts_complete, queries.not_applicable_approved, queries.refusal_recorded, queries.not_returned_before,
                 queries.return_reason_given):
        facts.provide(fact.__name__, fact)
    moves.after("issue", actions_office.open_office)
    moves.after("acknowledge", actions.open_room)
    moves.after("seal_review", actions_office.close_office)
    sides.when_resumed(actions_submit.move_on)
    windows.keep_clock("assessment", due=queries.due_at)
    register(*jobs.TICKS)
    name_task(Act.FILL_ASSESSMENT, N_("Fill in the self-assessment: {campaign}"), N_("Fill in"))
    name_task(Act.FILL_AFFILIATES, N_("Fill in the affiliated institutions: {campaign}"), N_("Fill in"))
    name_task(Act.SUBMIT_ASSESSMENT, N_("Sign the self-assessment: {campaign}"), N_("Look and sign"))
    name_task(Act.ACCEPT_ASSESSMENT, N_("Look through the self-assessment of {unit}"), N_("Look through"))
    name_task(Act.RECORD_REFUSAL, N_("{unit} has not sent its self-assessment in time"), N_("See what to do"))
    name_task(Act.ENTER_OFFICE_FIGURES, N_("Enter the approved figures of {unit}"), N_("Enter"))
    name_task(Act.DECIDE_DISPUTE, N_("{unit} disputes a figure: {field}"), N_("Decide"))
    name_task(Act.DECIDE_NOT_APPLICABLE, N_("{unit}: does {code} not apply?"), N_("Decide"))
