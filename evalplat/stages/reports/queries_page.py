"""Everything that the report's page shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from evalplat.campaigns import moves
from evalplat.campaigns.headcount import relaxed_in_words
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.kernel.work import Work
from evalplat.workflow.machine import Blocked
from evalplat.workflow.stages import State, at_least

from . import queries
from .queries_text import suggested
from .rules import (
    ADVICE,
    CHAPTERS,
    MOST_ACHIEVEMENTS,
    STATES,
    Achievement,
    ReportState,
    ReportText,
)
from .tables import ModerationMinutes, Report, ReportVersion

SPARE = 2
"""Empty achievements at the end of the form, so that one can be added without a script."""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The page of one evaluation's report. ``report_state`` is empty before the moderation is over."""

    score: queries.ScorePage
    minutes: ModerationMinutes | None
    scan: StoredFile | None
    blocked_score: tuple[Blocked, ...]
    blocked_moderate: tuple[Blocked, ...]
    blocked_approve: tuple[Blocked, ...]
    not_check: str
    report_state: str
    state_words: str
    text: dict[str, Any]
    revision: int
    version: int
    saved_at: datetime | None
    returned_reason: str
    returned_by: str
    people: queries.People
    document: Document | None
    versions: tuple[ReportVersion, ...]
    findings: tuple[queries.FindingText, ...]
    relaxed: tuple[str, ...]
    chapters: tuple[tuple[str, str, int], ...] = CHAPTERS
    advice: tuple[tuple[str, str, int], ...] = ADVICE


def report_page(work: Work, evaluation: Evaluation, *, typed: ReportText | None = None) -> ReportPage:
    """The page; ``typed`` is what somebody posted and could not be saved."""
    report = queries.report_of(work, evaluation)
    state = _state(evaluation, report)
    return ReportPage(
        score=queries.score_page(work, evaluation), minutes=queries.minutes_of(work, evaluation),
        scan=queries.scan_of(work, evaluation), blocked_score=_blocked(work, evaluation, "score"),
        blocked_moderate=_blocked(work, evaluation, "moderate"), blocked_approve=_blocked(work, evaluation, "approve_report"),
        not_check=queries.why_not_check(work, evaluation), report_state=state, state_words=STATES.get(state, ""),
        text=_text(work, evaluation, report, typed), revision=report.revision if report else 0,
        version=report.version if report else 0, saved_at=report.saved_at if report and report.revision else None,
        returned_reason=report.returned_reason if report else "", returned_by=report.returned_by_name if report else "",
        people=queries.people_of(work, report), document=queries.document_of(work, evaluation),
        versions=tuple(queries.versions_of(work, evaluation)), findings=queries.finding_texts(work, evaluation),
        relaxed=relaxed_in_words(work.session.get_one(Campaign, evaluation.campaign_id)))


def _state(evaluation: Evaluation, report: Report | None) -> str:
    if report is not None:
        return report.state
    return ReportState.DRAFTING if evaluation.state == State.MODERATED else ""


def _blocked(work: Work, evaluation: Evaluation, move: str) -> tuple[Blocked, ...]:
    """Asked only in the state where the button stands."""
    stands_in = {"score": State.REVIEWED, "moderate": State.SCORED, "approve_report": State.MODERATED}
    return moves.blocked_by(work, evaluation, move) if evaluation.state == stands_in[move] else ()


def _text(work: Work, evaluation: Evaluation, report: Report | None, typed: ReportText | None) -> dict[str, Any]:
    """Field → text, with room for more achievements."""
    if not at_least(evaluation.state, State.MODERATED):
        return {}
    text = typed or (ReportText.read(report.text) if report else suggested(work, evaluation))
    spare = min(SPARE, MOST_ACHIEVEMENTS - len(text.achievements))
    filled = replace(text, achievements=text.achievements + (Achievement("", ""),) * spare)
    plain = {name: getattr(filled, name) for name, _, _ in (*CHAPTERS, *ADVICE)}
    return plain | {"achievements": filled.achievements, "finding_causes": filled.finding_causes}
