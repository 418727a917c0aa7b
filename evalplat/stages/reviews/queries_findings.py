"""Findings and proposed deductions as the two sides see them: the unit only what was sent to it, never who goes where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evalplat.campaigns import progress, sides
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.findings.kinds import CATEGORIES, SEVERITIES, STATES, FindingState, Severity
from evalplat.findings.queries import visible_findings
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work
from evalplat.scores import adjustments, recorded
from evalplat.scores.sheet import system_for
from evalplat.scores.tables import AdjustmentProposal

from . import queries

BADGES = {FindingState.DRAFTED: "mute", FindingState.CONFIRMED_BY_TEAM: "action", FindingState.AGREED: "ok",
          FindingState.DISPUTED: "urgent", FindingState.SILENT: "warn", FindingState.CONFIRMED: "ok",
          FindingState.WITHDRAWN: "mute", FindingState.ROUTED: "action", FindingState.CLOSED: "ok"}
SEVERITY_BADGES = {Severity.MINOR: "mute", Severity.MAJOR: "warn", Severity.CRITICAL: "urgent"}


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its texts resolved. ``reported`` is who raised it, empty for the unit."""

    code: str
    state: str
    state_label: str
    state_badge: str
    category: str
    severity: str
    severity_badge: str
    title: str
    description: str
    basis: str
    evidence: str
    requirement: str
    leaf: str
    veto: str
    source: str
    raised_by: str
    raised_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    overdue: bool
    answer: str
    answered_by: str
    answered_at: datetime | None
    confirmed_at: datetime | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposed deduction, bonus or veto."""

    number: int
    code: str
    title: str
    veto: bool
    count: str
    variant: str
    reason: str
    evidence: str
    state: str
    proposed_by: str
    seconded_by: str
    mine: bool
    needs_second: bool
    statement: str
    stated_at: datetime | None
    may_state_until: datetime | None
    decided_by: str
    decided_at: datetime | None
    document: str
    decision_reason: str


def finding_views(work: Work, evaluation: Evaluation) -> list[FindingView]:
    """What the acting person may see, in the order of codes."""
    people = queries.names(work)
    of_unit = _of_unit(work, evaluation)
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    silence = days(campaign, "finding_silence")
    system = system_for(work, evaluation)
    titles = {leaf.code: f"{leaf.code} {leaf.title.in_language(language())}" for leaf in system.leaves}
    vetoes = {veto.code: f"{veto.code} {veto.title.in_language(language())}" for veto in system.vetoes}

    def view(row: Finding) -> FindingView:
        state, severity = FindingState(row.state), Severity(row.severity)
        due = sides.deadline(work, evaluation, silence, start=row.sent_at) if row.sent_at else None
        return FindingView(
            row.code, row.state, gettext(STATES[state]), BADGES[state], gettext(CATEGORIES.get(row.category, row.category)),
            gettext(SEVERITIES[severity]), SEVERITY_BADGES[severity], row.title, row.description, row.basis, row.evidence,
            row.requirement, titles.get(row.leaf, row.leaf), vetoes.get(row.veto, row.veto), row.source,
            "" if of_unit else people.get(row.raised_by or 0, ""), row.raised_at, row.sent_at, due,
            bool(due and due < work.now), row.answer, people.get(row.answered_by or 0, ""), row.answered_at,
            row.confirmed_at, recorded.said(row.withdrawn_reason))

    return [view(row) for row in visible_findings(work, evaluation) if not (of_unit and row.sent_at is None)]


def _of_unit(work: Work, evaluation: Evaluation) -> bool:
    return evaluation.unit_id in getattr(work.actor, "unit_ids", ())


def proposal_views(work: Work, evaluation: Evaluation) -> list[ProposalView]:
    """Proposals that the acting person may see: the unit those that were sent to it, without names."""
    of_unit, people = _of_unit(work, evaluation), queries.names(work)
    system = system_for(work, evaluation)
    titles = {one.code: one.title.in_language(language()) for one in system.adjustments}
    titles |= {veto.code: veto.title.in_language(language()) for veto in system.vetoes}
    waiting = {row.key: row.due_at for row in progress.waiting(work, evaluation) if row.act == "answer_finding"}

    def view(row: AdjustmentProposal) -> ProposalView:
        until = waiting.get(f"adjustment-{row.number}")
        return ProposalView(
            row.number, row.code, titles.get(row.code, ""), row.veto, row.count, row.variant, row.reason, row.evidence,
            row.state, "" if of_unit else people.get(row.proposed_by or 0, ""),
            "" if of_unit else people.get(row.seconded_by or 0, ""), row.proposed_by == work.actor.user_id,
            row.veto and row.seconded_by is None and row.state == "proposed", row.statement, row.stated_at,
            until if until and until >= work.now and not row.statement else None,
            people.get(row.decided_by or 0, ""), row.decided_at, row.document, row.decision_reason)

    views = [view(row) for row in adjustments.proposals_of(work, evaluation)]
    return [one for one in views if not of_unit or not one.needs_second]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of a finding or an adjustment offers: pairs (value, label)."""

    categories: tuple[tuple[str, str], ...]
    severities: tuple[tuple[str, str], ...]
    leaves: tuple[tuple[str, str], ...]
    vetoes: tuple[tuple[str, str], ...]
    adjustments: tuple[tuple[str, str], ...]


def _with_variant(name: str, variant: str) -> str:
    return gettext("{name} ({value})", name=name, value=gettext(VARIANTS.get(variant, variant))) if variant else name


def choices(work: Work, evaluation: Evaluation) -> Choices:
    """The offers of the forms, in the present language."""
    system, lang = system_for(work, evaluation), language()
    vetoes = tuple((veto.code, f"{veto.code} {veto.title.in_language(lang)}") for veto in system.vetoes)
    offered = [(f"{one.code}:{variant}" if variant else one.code, _with_variant(f"{one.code} {one.title.in_language(lang)}", variant))
               for one in system.adjustments for variant in one.points]
    return Choices(tuple((key, f"{key} {gettext(label)}") for key, label in CATEGORIES.items()),
                   tuple((str(key), gettext(label)) for key, label in SEVERITIES.items()),
                   tuple((leaf.code, f"{leaf.code} {leaf.title.in_language(lang)}") for leaf in system.leaves),
                   vetoes, (*offered, *vetoes))


VARIANTS = {"minor": "minor", "serious": "serious"}
