"""Every act that somebody can do or see. A route, a button and a waiting task name one of these."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """Keys of acts; who may is in ``policy``."""

    # everybody who is signed in
    SEE_HOME = "see_home"
    CHANGE_OWN_PASSWORD = "change_own_password"  # noqa: S105 - the key of an act
    # the office as a whole
    SEE_CAMPAIGNS = "see_campaigns"
    DRAFT_CAMPAIGN = "draft_campaign"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_OFFICE = "manage_office"
    DELEGATE = "delegate"
    SEE_AUDIT = "see_audit"
    SEE_JOBS = "see_jobs"
    SEE_DEFINITIONS = "see_definitions"
    SEE_ALL_FINDINGS = "see_all_findings"
    # coverage and the plan of several years
    SEE_PLANS = "see_plans"
    DRAFT_PLAN = "draft_plan"
    HAND_OVER_PLAN = "hand_over_plan"
    APPROVE_PLAN = "approve_plan"
    # a campaign
    SEE_CAMPAIGN = "see_campaign"
    SET_UP_CAMPAIGN = "set_up_campaign"
    APPROVE_CAMPAIGN = "approve_campaign"
    ISSUE_CAMPAIGN = "issue_campaign"
    CONCLUDE_CAMPAIGN = "conclude_campaign"
    ARCHIVE_CAMPAIGN = "archive_campaign"
    CANCEL_CAMPAIGN = "cancel_campaign"
    DRAFT_NOTICE = "draft_notice"
    SEE_SUMMARY = "see_summary"
    DRAFT_SUMMARY = "draft_summary"
    ISSUE_SUMMARY = "issue_summary"
    # one unit's file
    SEE_EVALUATION = "see_evaluation"
    SET_SIDE_STATE = "set_side_state"
    EXTEND_WINDOW = "extend_window"
    DRAFT_EXTENSION = "draft_extension"
    ASK_EXTENSION = "ask_extension"
    ISSUE_SUPPLEMENT = "issue_supplement"
    ACKNOWLEDGE_SUPPLEMENT = "acknowledge_supplement"
    SEE_CHASING = "see_chasing"
    LOG_CALL = "log_call"
    SEE_NOTICE = "see_notice"
    ACKNOWLEDGE_NOTICE = "acknowledge_notice"
    RECORD_RECEIPT = "record_receipt"
    SEE_SCORE = "see_score"
    SEE_DOCUMENTS = "see_documents"
    # self-assessment
    SEE_ASSESSMENT = "see_assessment"
    FILL_ASSESSMENT = "fill_assessment"
    FILL_AFFILIATES = "fill_affiliates"
    SUBMIT_ASSESSMENT = "submit_assessment"
    RETURN_ASSESSMENT = "return_assessment"
    ACCEPT_ASSESSMENT = "accept_assessment"
    RECORD_REFUSAL = "record_refusal"
    ENTER_OFFICE_FIGURES = "enter_office_figures"
    DECIDE_DISPUTE = "decide_dispute"
    DECIDE_NOT_APPLICABLE = "decide_not_applicable"
    # surveys
    SEE_SURVEYS = "see_surveys"
    MANAGE_SURVEYS = "manage_surveys"
    MAKE_TOKENS = "make_tokens"
    SEE_SURVEY_RESULTS = "see_survey_results"
    FREEZE_SURVEYS = "freeze_surveys"
    # review
    SEE_REVIEW = "see_review"
    KEEP_RECORDS = "keep_records"
    DECLARE_INTEREST = "declare_interest"
    ARRANGE_TEAM = "arrange_team"
    SCORE_BLIND = "score_blind"
    MEDIATE_SCORE = "mediate_score"
    VERIFY_FIGURES = "verify_figures"
    RAISE_FINDING = "raise_finding"
    SEE_FINDINGS = "see_findings"
    ANSWER_FINDING = "answer_finding"
    CONFIRM_FINDING = "confirm_finding"
    PROPOSE_ADJUSTMENT = "propose_adjustment"
    DECIDE_ADJUSTMENT = "decide_adjustment"
    SEAL_REVIEW = "seal_review"
    # report
    SCORE_EVALUATION = "score_evaluation"
    SEE_REPORT = "see_report"
    SEE_MODERATION = "see_moderation"
    MODERATE = "moderate"
    DRAFT_REPORT = "draft_report"
    CHECK_REPORT = "check_report"
    APPROVE_REPORT = "approve_report"
    # feedback and objection
    SEE_LETTER = "see_letter"
    DRAFT_LETTER = "draft_letter"
    ISSUE_LETTER = "issue_letter"
    RECEIVE_LETTER = "receive_letter"
    SEE_OBJECTION = "see_objection"
    FILL_OBJECTION = "fill_objection"
    SIGN_OBJECTION = "sign_objection"
    TAKE_IN_OBJECTION = "take_in_objection"
    REFUSE_OBJECTION = "refuse_objection"
    ANSWER_OBJECTION = "answer_objection"
    DECIDE_ITEMS = "decide_items"
    RESCORE_ITEM = "rescore_item"
    SIGN_DECISION = "sign_decision"
    WITHDRAW_OBJECTION = "withdraw_objection"
    EXTEND_DECISION = "extend_decision"
    SEE_OBJECTIONS = "see_objections"
    DRAFT_CORRECTION = "draft_correction"
    SIGN_CORRECTION = "sign_correction"
    FINALISE = "finalise"
    SEE_PUBLISHED = "see_published"
    # follow-up
    SEE_FOLLOW_UP = "see_follow_up"
    ROUTE_FINDING = "route_finding"
    SEE_REFERRALS = "see_referrals"
    ISSUE_RECTIFICATION = "issue_rectification"
    START_FOLLOW_UP = "start_follow_up"
    FILL_RECTIFICATION = "fill_rectification"
    SUBMIT_RECTIFICATION = "submit_rectification"
    EXTEND_RECTIFICATION = "extend_rectification"
    VERIFY_RECTIFICATION = "verify_rectification"
    CLOSE_FOLLOW_UP = "close_follow_up"
    LOOK_BACK = "look_back"
    RECORD_ADVICE = "record_advice"
    RECORD_REFERRAL = "record_referral"
    NAME_READERS = "name_readers"
    ISSUE_REFERRAL = "issue_referral"
    ISSUE_ADVICE = "issue_advice"
    FOLLOW_ADVICE = "follow_advice"
    ENTER_FINDING = "enter_finding"
    NAME_UNITS = "name_units"
    READ_REMINDER = "read_reminder"
    SEE_HOLDS = "see_holds"
    LOG_REQUEST = "log_request"
    WAIVE_HOLD = "waive_hold"
    WRITE_LOOK_BACK_REPORT = "write_look_back_report"
    ISSUE_LOOK_BACK_REPORT = "issue_look_back_report"


LABELS: dict[Act, str] = {}
"""Act → gettext id of what the waiting task is called; rooms fill it by ``name_task``."""


def name_task(act: Act, label: str, button: str) -> None:
    """Say how a waiting task and its button read (gettext ids); ``{unit}`` and the row's params may stand in ``label``."""
    LABELS[act] = label
    BUTTONS[act] = button


BUTTONS: dict[Act, str] = {}
