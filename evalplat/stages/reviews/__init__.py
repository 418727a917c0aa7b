"""The on-site evaluation: records, checklist, blind scores, verified figures, findings; sealed at its end."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, moves, seats
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's facts, deeds, jobs and task names."""
    from . import actions, jobs, queries_facts

    facts.provide("two_assessors", queries_facts.two_assessors)
    facts.provide("records_signed", queries_facts.records_signed)
    facts.provide("ratings_settled", queries_facts.ratings_settled)
    facts.provide("findings_answered", queries_facts.findings_answered)
    facts.provide("ratings_withdrawn", queries_facts.ratings_withdrawn)
    seats.when_conflicted(actions.on_conflict)
    seats.when_left(actions.on_leaving)
    moves.after("accept", actions.open_room)
    moves.after("refuse_assessment", actions.open_room)
    register(*jobs.TICKS)
    name_task(Act.KEEP_RECORDS, N_("Visit {unit} and keep the records"), N_("Records"))
    name_task(Act.SCORE_BLIND, N_("Rate {unit}: {count} indicators left"), N_("Rate"))
    name_task(Act.MEDIATE_SCORE, N_("Decide between two ratings of {leaf}: {unit}"), N_("Decide"))
    name_task(Act.VERIFY_FIGURES, N_("Verify the figures of {unit}"), N_("Verify"))
    name_task(Act.ANSWER_FINDING, N_("Answer the evaluation team: {finding}"), N_("Answer"))
    name_task(Act.CONFIRM_FINDING, N_("Settle the finding “{finding}”: {unit}"), N_("Look at it"))
    name_task(Act.PROPOSE_ADJUSTMENT, N_("Join the proposed veto {code}, or leave it: {unit}"), N_("Look at it"))
    name_task(Act.DECIDE_ADJUSTMENT, N_("Decide on {code}: {unit}"), N_("Decide"))
    name_task(Act.SEAL_REVIEW, N_("Finish the on-site evaluation of {unit}"), N_("Open"))
    name_task(Act.ARRANGE_TEAM, N_("{name} keeps away from {unit}: look at the team"), N_("Look at the team"))
