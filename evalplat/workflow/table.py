"""The one table of moves. Nothing else in the code names a "from" and a "to"."""

from __future__ import annotations

from dataclasses import dataclass

from .stages import CampaignState as C
from .stages import State as S  # noqa: N817 - the table reads better short


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow: ``act`` says who may, ``facts`` what must hold, ``jobs`` what is enqueued when it is done.

    ``to`` is one state; ``sources`` are those it may start from. ``way_round`` names the move or record that keeps
    a silent unit from blocking the round (for the drawing and the docs).
    """

    name: str
    sources: tuple[str, ...]
    to: str
    act: str
    facts: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    way_round: str = ""


def _move(name: str, sources: S | tuple[S, ...], to: S, act: str, *facts: str, way_round: str = "") -> Move:
    starts = sources if isinstance(sources, tuple) else (sources,)
    return Move(name, tuple(str(s) for s in starts), str(to), act, facts, way_round=way_round)


EVALUATION_MOVES: tuple[Move, ...] = (
    _move("issue", S.DRAFTED, S.NOTIFIED, "issue_campaign",
          "plan_approved", "teams_complete", "definitions_frozen", "windows_in_order", "notice_numbered"),
    _move("acknowledge", S.NOTIFIED, S.ASSESSING, "acknowledge_notice",
          way_round="deemed served N working days after issue, or by an uploaded receipt"),
    _move("submit", S.ASSESSING, S.SUBMITTED, "submit_assessment", "parts_complete",
          way_round="late is marked; the office records a refusal"),
    _move("refuse_assessment", S.ASSESSING, S.ACCEPTED, "record_refusal", "refusal_recorded"),
    _move("return_once", S.SUBMITTED, S.ASSESSING, "return_assessment", "not_returned_before", "return_reason_given"),
    _move("accept", S.SUBMITTED, S.ACCEPTED, "accept_assessment"),
    _move("seal_review", S.ACCEPTED, S.REVIEWED, "seal_review", "two_assessors", "records_signed", "ratings_settled",
          "findings_answered", "team_without_conflict",
          way_round="a finding without an answer after N working days counts as silent"),
    _move("reopen_review", (S.REVIEWED, S.SCORED), S.ACCEPTED, "arrange_team", "ratings_withdrawn"),
    _move("score", S.REVIEWED, S.SCORED, "score_evaluation",
          "survey_frozen", "ledger_complete", "not_applicable_approved", "team_without_conflict"),
    _move("moderate", S.SCORED, S.MODERATED, "moderate", "minutes_numbered"),
    _move("approve_report", S.MODERATED, S.REPORTED, "approve_report", "report_checked", "three_people"),
    _move("inform", S.REPORTED, S.INFORMED, "issue_letter", "letter_numbered",
          way_round="deemed received N working days after issue"),
    _move("object", S.INFORMED, S.OBJECTED, "sign_objection", "objection_window_open", "objection_complete",
          way_round="the window lapses"),
    _move("refuse_objection", S.OBJECTED, S.INFORMED, "refuse_objection", "refusal_reason_given"),
    _move("withdraw_objection", S.OBJECTED, S.INFORMED, "withdraw_objection", "objection_not_decided"),
    _move("decide", S.OBJECTED, S.DECIDED, "sign_decision", "items_decided", "decision_signer_is_another"),
    _move("rescore", S.DECIDED, S.DECIDED, "rescore_item", "annulled_items_open"),
    _move("finalise", (S.INFORMED, S.DECIDED), S.FINAL, "finalise", "objections_over", "result_fixed"),
    _move("follow_up", S.FINAL, S.FOLLOWING, "start_follow_up", "rectification_issued_or_none"),
    _move("close", S.FOLLOWING, S.CLOSED, "close_follow_up", "findings_verified"),
    _move("look_back", S.CLOSED, S.LOOKED_BACK, "look_back", "look_back_complete"),
)

CAMPAIGN_MOVES: tuple[Move, ...] = (
    Move("approve", (C.DRAFTED,), C.APPROVED, "approve_campaign", ("plan_complete",)),
    Move("issue", (C.APPROVED,), C.ISSUED, "issue_campaign", ("notice_numbered",)),
    Move("conclude", (C.ISSUED,), C.CONCLUDED, "conclude_campaign", ("every_evaluation_final",), ("make_summary",)),
    Move("archive", (C.CONCLUDED,), C.ARCHIVED, "archive_campaign"),
    Move("cancel", (C.DRAFTED, C.APPROVED, C.ISSUED), C.CANCELLED, "cancel_campaign", ("cancel_reason_given",)),
)


def every_fact() -> frozenset[str]:
    """All names of facts that rooms must provide for evaluations."""
    return frozenset(fact for move in EVALUATION_MOVES for fact in move.facts)
