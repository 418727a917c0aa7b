"""The follow-up: findings are sent on, rectified, verified by two, closed, and looked back at."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, moves, sides
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's facts, deeds, jobs and task names."""
    from . import actions, actions_earlier, actions_extend, jobs, queries

    for fact in (queries.rectification_issued_or_none, queries.findings_verified, queries.look_back_complete):
        facts.provide(fact.__name__, fact)
    moves.after("finalise", actions.open_room)
    for taken in ("accept", "refuse_assessment"):
        moves.after(taken, actions_earlier.after_intake)
    sides.when_resumed(actions_extend.move_on)
    register(*jobs.TICKS)
    name_task(Act.ROUTE_FINDING, N_("Say where the findings go: {unit}"), N_("Send on"))
    name_task(Act.ISSUE_RECTIFICATION, N_("Issue the rectification notice: {unit}"), N_("Issue"))
    name_task(Act.START_FOLLOW_UP, N_("Begin the follow-up: {unit}"), N_("Begin now"))
    name_task(Act.FILL_RECTIFICATION, N_("Rectify finding {finding}"), N_("Fill in"))
    name_task(Act.SUBMIT_RECTIFICATION, N_("Hand in the rectification of finding {finding}"), N_("Hand in"))
    name_task(Act.VERIFY_RECTIFICATION, N_("Check the rectification of finding {finding}: {unit}"), N_("Check it"))
    name_task(Act.EXTEND_RECTIFICATION, N_("Decide on more time for finding {finding}: {unit}"), N_("Decide"))
    name_task(Act.RECORD_ADVICE, N_("Record what became of the study of finding {finding}: {unit}"), N_("Record"))
    name_task(Act.RECORD_REFERRAL, N_("Record the receipt of the referral {finding}: {unit}"), N_("Record"))
    name_task(Act.FOLLOW_ADVICE, N_("Look at what the adjustment for finding {finding} brought: {unit}"), N_("Record"))
    name_task(Act.READ_REMINDER, N_("Reminder: finding {finding} must be rectified by its due date"), N_("Open"))
    name_task(Act.ISSUE_LOOK_BACK_REPORT, N_("Issue the look-back report: {campaign}"), N_("Issue"))
    name_task(Act.CLOSE_FOLLOW_UP, N_("Close the follow-up, everything is verified: {unit}"), N_("Close"))
    name_task(Act.LOOK_BACK, N_("Look back: {unit}"), N_("Open"))
