"""The notice: drafted, numbered, issued to all units at once; received, or deemed served."""

from evalplat.access.acts import Act, name_task
from evalplat.campaigns import facts, sides
from evalplat.jobs.queue import register
from evalplat.kernel.i18n import N_


def install() -> None:
    """Provide this room's facts, jobs and task names."""
    from . import actions_supplements, jobs, queries

    facts.provide("notice_numbered", queries.notice_numbered)
    facts.provide_for_campaign("notice_numbered", queries.campaign_notice_numbered)
    register(*jobs.TICKS)
    name_task(Act.DRAFT_NOTICE, N_("Draft the notice: {campaign}"), N_("Draft"))
    name_task(Act.ISSUE_CAMPAIGN, N_("Issue the notice: {campaign}"), N_("Issue"))
    sides.when_resumed(actions_supplements.open_missing)
    name_task(Act.ISSUE_SUPPLEMENT, N_("Issue the supplementary notice: {campaign}"), N_("Read and issue"))
    name_task(Act.ACKNOWLEDGE_SUPPLEMENT, N_("Confirm receipt of the supplementary notice: {campaign}"), N_("Open"))
    name_task(Act.ASK_EXTENSION, N_("Send the request for more time: {campaign}"), N_("Look and send"))
    name_task(Act.EXTEND_WINDOW, N_("{unit} asks for more time"), N_("Decide"))
    name_task(Act.SIGN_RECUSAL, N_("Sign the request that {name} keeps away: {campaign}"), N_("Look and sign"))
    name_task(Act.DECIDE_RECUSAL, N_("{unit} asks that {name} keeps away"), N_("Decide"))
    name_task(Act.ACKNOWLEDGE_NOTICE, N_("Confirm receipt of the notice: {campaign}"), N_("Open"))
