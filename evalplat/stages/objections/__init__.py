"""The objection: filed within its window, taken in, decided item by item by a panel, signed by another; then the result is final."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, sides, windows
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_

FACTS = ("objection_window_open", "objection_complete", "refusal_reason_given", "objection_not_decided", "items_decided",
         "decision_signer_is_another",
         "annulled_items_open", "objections_over")


def install() -> None:
    """Provide this room's facts, ticks and task names."""
    from . import actions_clock, actions_intake, jobs, queries

    for name in FACTS:
        facts.provide(name, getattr(queries, name))
    sides.when_resumed(actions_intake.move_on)
    windows.keep_clock("correction", due=actions_clock.correction_due, move=actions_clock.move_correction)
    register(*jobs.TICKS)
    name_task(Act.FILL_OBJECTION, N_("Objection to the result: {unit}"), N_("Open"))
    name_task(Act.SIGN_OBJECTION, N_("Sign the objection: {unit}"), N_("Sign"))
    name_task(Act.TAKE_IN_OBJECTION, N_("Take in the objection: {unit}"), N_("Examine"))
    name_task(Act.ANSWER_OBJECTION, N_("Answer the objection: {unit}"), N_("Answer"))
    name_task(Act.DECIDE_ITEMS, N_("Decide the objection: {unit}"), N_("Decide"))
    name_task(Act.SIGN_DECISION, N_("Sign the decision on the objection: {unit}"), N_("Sign"))
    name_task(Act.RESCORE_ITEM, N_("Score {leaf} again: {unit}"), N_("Rate"))
    name_task(Act.SIGN_CORRECTION, N_("Sign the correction of the result: {unit}"), N_("Look and sign"))
    name_task(Act.FINALISE, N_("Make the result final: {unit}"), N_("Open"))
