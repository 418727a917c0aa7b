"""How keys of stages, states, moves and kinds read on a page: gettext ids, one map a kind of key."""

from __future__ import annotations

from evalplat.kernel.i18n import N_, gettext
from evalplat.workflow.stages import CampaignState, SideState, Stage, State

STAGES: dict[Stage, str] = {
    Stage.NOTICE: N_("Notice"), Stage.ASSESSMENT: N_("Self-assessment"), Stage.SURVEY: N_("Social survey"),
    Stage.REVIEW: N_("On-site evaluation"), Stage.REPORT: N_("Evaluation report"), Stage.FEEDBACK: N_("Feedback"),
    Stage.OBJECTION: N_("Objection"), Stage.SUMMARY: N_("Overall report"), Stage.FOLLOW_UP: N_("Rectification"),
}
STATES: dict[State, str] = {
    State.DRAFTED: N_("being set up"), State.NOTIFIED: N_("to confirm receipt"), State.ASSESSING: N_("self-assessment"),
    State.SUBMITTED: N_("to be checked"), State.ACCEPTED: N_("on-site evaluation"), State.REVIEWED: N_("to be scored"),
    State.SCORED: N_("to be moderated"), State.MODERATED: N_("report in progress"), State.REPORTED: N_("to be informed"),
    State.INFORMED: N_("informed, may object"), State.OBJECTED: N_("objection under review"),
    State.DECIDED: N_("objection decided"), State.FINAL: N_("result final"), State.FOLLOWING: N_("rectification"),
    State.CLOSED: N_("rectification closed"), State.LOOKED_BACK: N_("looked back"),
}
STATE_KINDS: dict[State, str] = {
    State.NOTIFIED: "warn", State.SUBMITTED: "action", State.REVIEWED: "action", State.SCORED: "action",
    State.MODERATED: "action", State.REPORTED: "action", State.OBJECTED: "warn", State.DECIDED: "warn",
    State.FINAL: "ok", State.CLOSED: "ok", State.LOOKED_BACK: "ok",
}
SIDES: dict[SideState, str] = {
    SideState.SUSPENDED: N_("suspended"), SideState.EXEMPT: N_("exempt"), SideState.MERGED: N_("merged or abolished"),
}
CAMPAIGN_STATES: dict[CampaignState, str] = {
    CampaignState.DRAFTED: N_("in preparation"), CampaignState.APPROVED: N_("plan approved"),
    CampaignState.ISSUED: N_("under way"), CampaignState.CONCLUDED: N_("concluded"),
    CampaignState.ARCHIVED: N_("archived"), CampaignState.CANCELLED: N_("cancelled"),
}
CAMPAIGN_STATE_KINDS: dict[CampaignState, str] = {
    CampaignState.APPROVED: "action", CampaignState.ISSUED: "action", CampaignState.CONCLUDED: "ok",
    CampaignState.CANCELLED: "urgent",
}
CAMPAIGN_KINDS: dict[str, str] = {
    "comprehensive": N_("Comprehensive evaluation"), "thematic": N_("Thematic evaluation"),
    "follow_through": N_("Follow-through evaluation"), "register": N_("Register of day-to-day supervision"),
}
WINDOWS: dict[str, str] = {
    "assessment": N_("Self-assessment"), "survey": N_("Social survey"), "review": N_("On-site evaluation"),
}
MOVES: dict[str, str] = {
    "issue": N_("The notice was issued"), "acknowledge": N_("Receipt confirmed"),
    "submit": N_("Self-assessment submitted"), "refuse_assessment": N_("Refusal recorded, going on with the office's data"),
    "return_once": N_("Self-assessment returned for correction"), "accept": N_("Self-assessment accepted"),
    "seal_review": N_("Review records sealed"), "score": N_("Scored"), "moderate": N_("Moderated across the teams"),
    "approve_report": N_("Evaluation report approved"), "inform": N_("Result sent to the department"),
    "object": N_("Objection filed"), "refuse_objection": N_("Objection not accepted"),
    "withdraw_objection": N_("Objection withdrawn"),
    "decide": N_("Objection decided"), "rescore": N_("Item scored again"), "finalise": N_("Result final"),
    "follow_up": N_("Rectification began"), "close": N_("Rectification closed"), "look_back": N_("Looked back"),
    "side_suspended": N_("Evaluation suspended"), "side_exempt": N_("Exempted from the evaluation"),
    "side_merged": N_("Unit merged or abolished"), "side_cleared": N_("Evaluation taken up again"),
    "reopen_review": N_("On-site evaluation open again"), "team_changed": N_("Place in the team changed"),
    "team_given": N_("Given to another team"), "conflict_found": N_("Somebody of the team must keep away"),
    "recusal_asked": N_("Asked that somebody keeps away"), "recusal_decided": N_("Request to keep away decided"),
}
DOCUMENT_KINDS: dict[str, str] = {
    "notice": N_("Notice"), "report": N_("Evaluation report"), "feedback_letter": N_("Feedback letter"),
    "review_decision": N_("Review decision"), "rectification_notice": N_("Rectification notice"),
    "summary": N_("Overall report"), "receipt": N_("Receipt"), "poster": N_("Poster"),
    "plan": N_("Work plan"), "supplementary_notice": N_("Supplementary notice"), "extension_notice": N_("Notice of extension"),
    "side_notice": N_("Notice of suspension or exemption"), "recusal_decision": N_("Decision on recusal"),
    "objection_intake": N_("Notice on an objection"), "correction_decision": N_("Decision of correction"),
    "establishment_advice": N_("Advice on the establishment"), "referral_letter": N_("Letter of referral"),
    "look_back_report": N_("Look-back report"),
}
DOCUMENT_STATES: dict[str, str] = {"draft": N_("draft"), "issued": N_("issued"), "void": N_("void")}
MARKS: dict[str, str] = {
    "sample_short": N_("Few answers in a survey"), "sample_short_block": N_("Survey left out: too few answers"),
    "incomplete": N_("Not complete"), "low_coverage": N_("Few indicators apply"),
    "rating_spread": N_("Ratings far apart"), "sources_differ": N_("Sources far apart"), "last_year": N_("Last year's value"),
    "screened": N_("Left out: figures missing"), "imputed": N_("Figures filled in"),
    "no_base": N_("No total"), "light": N_("Light: not visited"), "not_scored": N_("Not scored"),
}
JOB_STATES: dict[str, str] = {
    "queued": N_("Waiting to start"), "running": N_("Running"), "done": N_("Finished"), "failed": N_("Did not succeed"),
}
"""For units outside any campaign; inside one, the indicator file's own words count."""


def text_of(labels: dict, key: str) -> str:  # type: ignore[type-arg]  # keys of any enum
    """The label in the present language; an unknown key shows itself."""
    return gettext(labels.get(key, key))
