"""How the events of the audit log read: one line an event; a key without one shows itself."""

from __future__ import annotations

from evalplat.kernel.i18n import N_, gettext

AREAS: dict[str, str] = {
    "user": N_("Accounts"), "delegation": N_("Lent roles"), "access": N_("Refused access"), "campaign": N_("Evaluations"),
    "evaluation": N_("Steps of a department"), "unit": N_("Departments"), "team": N_("Teams"), "panel": N_("Objection panel"),
    "interest": N_("Declared interests"), "definition": N_("Indicator systems and questionnaires"), "window": N_("Dates"),
    "notice": N_("Notice"), "assessment": N_("Self-assessment"), "survey": N_("Social survey"), "review": N_("On-site evaluation"),
    "finding": N_("Problems found"), "ledger": N_("Measurements"), "result": N_("Results"), "adjustment": N_("Deductions and vetoes"),
    "report": N_("Evaluation report"), "moderation": N_("Moderation"), "letter": N_("Feedback"), "objection": N_("Objection"),
    "rectification": N_("Rectification"), "look_back": N_("Look back"), "document": N_("Documents"), "job": N_("Jobs"),
}
EVENTS: dict[str, str] = {
    "user.added": N_("account added"), "user.password_set": N_("password set"), "user.deactivated": N_("account closed"),
    "user.locked": N_("account locked"), "user.signed_in": N_("signed in"), "user.sign_in_failed": N_("sign-in failed"),
    "user.signed_out": N_("signed out"), "delegation.made": N_("role lent"), "delegation.ended": N_("lent role taken back"),
    "access.denied": N_("access denied"), "unit.added": N_("department added"), "unit.changed": N_("department changed"),
    "office.set_up": N_("office set up"), "campaign.drafted": N_("evaluation begun"), "campaign.changed": N_("plan changed"),
    "campaign.moved": N_("evaluation moved on"), "campaign.unit_added": N_("department taken in"),
    "campaign.unit_removed": N_("department taken out"), "campaign.handed_over": N_("plan handed over"),
    "campaign.sent_back": N_("plan sent back"), "campaign.concluded": N_("evaluation concluded"), "team.made": N_("team set"),
    "team.removed": N_("team removed"), "panel.made": N_("panel set"), "interest.declared": N_("interest declared"),
    "definition.frozen": N_("definition frozen"), "window.set": N_("dates set"), "window.extended": N_("window extended"),
    "evaluation.moved": N_("step made"), "evaluation.side_set": N_("evaluation stands still"),
    "evaluation.side_cleared": N_("evaluation taken up again"), "notice.drafted": N_("notice drafted"),
    "notice.issued": N_("notice issued"), "notice.received": N_("notice received"), "notice.deemed_served": N_("notice deemed served"),
    "assessment.submitted": N_("self-assessment submitted"), "assessment.returned": N_("self-assessment returned"),
    "assessment.accepted": N_("self-assessment accepted"), "assessment.refusal_recorded": N_("refusal recorded"),
    "assessment.file_added": N_("file added"), "assessment.file_removed": N_("file removed"),
    "assessment.figure_disputed": N_("figure disputed"), "assessment.dispute_decided": N_("dispute decided"),
    "assessment.not_applicable_claimed": N_("“does not apply” claimed"),
    "assessment.not_applicable_decided": N_("“does not apply” decided"), "survey.opened": N_("survey opened"),
    "survey.closed": N_("survey closed"), "survey.frozen": N_("survey frozen"), "survey.link_made": N_("survey link made"),
    "survey.tokens_made": N_("survey tokens made"), "survey.results_taken": N_("survey results taken over"),
    "review.visit_planned": N_("visit planned"), "review.record_made": N_("record made"), "review.record_signed": N_("record signed"),
    "review.recused": N_("assessor stepped aside"), "review.scored_blind": N_("scored on one's own"),
    "review.mediated": N_("score mediated"), "review.figure_verified": N_("figure verified"), "review.sealed": N_("review sealed"),
    "finding.raised": N_("finding raised"), "finding.changed": N_("finding changed"), "finding.answered": N_("finding answered"),
    "finding.silent": N_("finding not answered"), "finding.confirmed": N_("finding confirmed"),
    "finding.withdrawn": N_("finding withdrawn"), "finding.routed": N_("finding sent on"), "finding.closed": N_("finding closed"),
    "ledger.put": N_("measurement put"), "ledger.withdrawn": N_("measurement withdrawn"), "result.frozen": N_("result frozen"),
    "adjustment.proposed": N_("adjustment proposed"), "adjustment.decided": N_("adjustment decided"),
    "report.drafted": N_("report drafted"), "report.checked": N_("report checked"), "report.returned": N_("report returned"),
    "report.approved": N_("report approved"), "moderation.item": N_("score moderated"),
    "moderation.minutes": N_("minutes of the moderation"), "letter.issued": N_("letter issued"), "letter.received": N_("letter received"),
    "letter.deemed_received": N_("letter deemed received"), "objection.filed": N_("objection filed"),
    "objection.accepted": N_("objection accepted"), "objection.correction_asked": N_("completion of the objection asked"),
    "objection.refused": N_("objection refused"), "objection.item_decided": N_("item of the objection decided"),
    "objection.decided": N_("objection decided by signature"), "objection.rescored": N_("item scored again"),
    "objection.window_lapsed": N_("time to object over"), "rectification.issued": N_("rectification notice issued"),
    "rectification.planned": N_("rectification planned"), "rectification.progress": N_("rectification reported on"),
    "rectification.submitted": N_("rectification submitted"), "rectification.verified": N_("rectification verified"),
    "rectification.rejected": N_("rectification rejected"), "rectification.extended": N_("rectification extended"),
    "look_back.checked": N_("finding checked again"), "look_back.done": N_("look back done"), "document.drafted": N_("document drafted"),
    "document.numbered": N_("document numbered"), "document.issued": N_("document issued"), "document.made": N_("PDF made"),
    "document.voided": N_("document declared void"), "document.read": N_("document read"), "job.retried": N_("job tried again"),
}


def event_label(event: str) -> str:
    """The event in the present language."""
    return gettext(EVENTS.get(event, event))
