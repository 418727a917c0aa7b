"""The figures of a whole campaign, from final results alone; interim figures say so."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlmodel import col, func, select

from evalplat.audit.tables import AuditEvent
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation, Step, TeamMember
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.documents.tables import Document
from evalplat.findings.kinds import CATEGORIES, STANDING, Destination
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores.queries import ScoreView, grade_name, score_view
from evalplat.scores.tables import LedgerEntry, ResultVersion
from evalplat.workflow.stages import State, at_least

from . import rules
from .tables import Snapshot, SummaryText


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit in the campaign's table; ``rank`` stands only in the snapshot."""

    code: str
    name: str
    category: str
    state: str
    side: str | None
    version: int | None
    total: Decimal | None
    score_x: Decimal | None
    score_y: Decimal | None
    grade: str | None
    rank: int | None
    of: int
    findings: int
    marks: tuple[str, ...]
    rates: tuple[Decimal | None, ...] = ()
    vetoed: bool = False


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Findings of one category by severity and destination."""

    category: str
    title: str
    minor: int
    major: int
    critical: int
    to_office: int
    to_unit: int
    referred: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of the survey over all units: valid answers, and the mean of the units' scores weighted by them."""

    group: str
    valid: int
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class BlockRow:
    """The mean rate of a first-level indicator over the units where it applies."""

    code: str
    title: str
    rate: Decimal | None
    units: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the summary counts. ``interim`` while a unit has no final result."""

    units: tuple[UnitRow, ...]
    final: int
    interim: bool
    distribution: tuple[tuple[str, int], ...]
    grades: tuple[tuple[str, int], ...]
    mean_total: Decimal | None
    mean_x: Decimal | None
    mean_y: Decimal | None
    blocks: tuple[BlockRow, ...]
    findings: tuple[FindingRow, ...]
    satisfaction: tuple[GroupRow, ...]
    objections: tuple[tuple[str, int], ...]
    rectification: tuple[tuple[str, int], ...]
    participation: tuple[tuple[str, int], ...]


def snapshot_of(work: Work, campaign: Campaign) -> Snapshot | None:
    """What was fixed at conclusion."""
    return work.session.get(Snapshot, campaign.id)


def text_of(work: Work, campaign: Campaign) -> SummaryText | None:
    """The chapters written so far."""
    return work.session.get(SummaryText, campaign.id)


def evaluations_of(work: Work, campaign: Campaign) -> list[tuple[Evaluation, Unit]]:
    """All units of the campaign in the order of their codes."""
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(col(Unit.code)))
    return list(work.session.exec(query))


def overview(work: Work, campaign: Campaign, *, referrals: bool = True) -> Overview:
    """Count the campaign as it stands. Without ``referrals`` nothing is counted that was handed over as a violation alone;
    no count of one department ever has it."""
    system = system_of(work, campaign)
    pairs = evaluations_of(work, campaign)
    latest = _latest_versions(work, campaign)
    ranks = _ranks(work, campaign)
    counted = _finding_counts(work, campaign)
    scores = {u.code: view for e, u in pairs if at_least(e.state, State.FINAL) and (view := score_view(work, e))}
    rows = tuple(_with_score(_unit_row(system, e, u, latest.get(e.id or 0), ranks.get(u.code), counted.get(e.id or 0, 0)),
                             scores.get(u.code)) for e, u in pairs)
    final = [row for row in rows if row.total is not None and at_least(row.state, State.FINAL)]
    names = [grade.title.in_language() for grade in system.grades]
    return Overview(
        units=rows, final=len(final), interim=any(not at_least(r.state, State.FINAL) and not r.side for r in rows),
        distribution=tuple(rules.distribution(r.total for r in final if r.total is not None)),
        grades=tuple((name, sum(r.grade == name for r in final)) for name in names),
        mean_total=rules.mean([r.total for r in final if r.total is not None]),
        mean_x=rules.mean([r.score_x for r in final if r.score_x is not None]),
        mean_y=rules.mean([r.score_y for r in final if r.score_y is not None]),
        blocks=_blocks(list(scores.values())), findings=_findings(work, campaign, referrals=referrals),
        satisfaction=_satisfaction(work, campaign, system),
        objections=_objections(work, campaign), rectification=_rectification(work, campaign),
        participation=_participation(work, campaign))


def _latest_versions(work: Work, campaign: Campaign) -> dict[int, ResultVersion]:
    query = (select(ResultVersion).join(Evaluation, col(Evaluation.id) == col(ResultVersion.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(col(ResultVersion.version)))
    return {row.evaluation_id: row for row in work.session.exec(query)}


def _ranks(work: Work, campaign: Campaign) -> dict[str, dict[str, Any]]:
    found = snapshot_of(work, campaign)
    return {row["unit"]: row for row in found.data["units"]} if found else {}


def _finding_counts(work: Work, campaign: Campaign) -> dict[int, int]:
    query = (select(Finding.evaluation_id, func.count(col(Finding.id)))
             .join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, col(Finding.state).in_(list(STANDING)),
                    Finding.destinations != Destination.REFER)
             .group_by(col(Finding.evaluation_id)))
    return dict(work.session.exec(query).all())


def _unit_row(system: IndicatorSystem, evaluation: Evaluation, unit: Unit, version: ResultVersion | None,
              ranked: dict[str, Any] | None, findings: int) -> UnitRow:
    title = system.categories.get(unit.category)
    return UnitRow(
        unit.code, unit.name, title.in_language() if title else unit.category, evaluation.state, evaluation.side,
        version.version if version else None, version.total if version else None, version.score_x if version else None,
        version.score_y if version else None, grade_name(system, version.grade) if version else None,
        ranked["rank"] if ranked else None, ranked["of"] if ranked else 0, findings,
        tuple(version.marks) if version else ())


def _with_score(row: UnitRow, view: ScoreView | None) -> UnitRow:
    """The row with its rates, which only a final result has."""
    if view is None:
        return row
    return replace(row, rates=tuple(block.percent for block in view.blocks), vetoed=bool(view.vetoes))


def _blocks(views: list[ScoreView]) -> tuple[BlockRow, ...]:
    rows: dict[str, tuple[str, list[Decimal]]] = {}
    for view in views:
        for block in view.blocks:
            rates = rows.setdefault(block.code, (block.title, []))[1]
            if block.percent is not None:
                rates.append(block.percent)
    return tuple(BlockRow(code, title, rules.mean(rates), len(rates)) for code, (title, rates) in rows.items())


def _findings(work: Work, campaign: Campaign, *, referrals: bool) -> tuple[FindingRow, ...]:
    query = (select(Finding).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, col(Finding.state).in_(list(STANDING))))
    if not referrals:
        query = query.where(Finding.destinations != Destination.REFER)
    by_kind: dict[str, list[Finding]] = {}
    for row in work.session.exec(query):
        by_kind.setdefault(row.category, []).append(row)
    return tuple(_finding_row(code, rows) for code, rows in sorted(by_kind.items()))


def _finding_row(code: str, rows: list[Finding]) -> FindingRow:
    def severity(key: str) -> int:
        return sum(row.severity == key for row in rows)

    def destination(key: str) -> int:
        return sum(key in row.destinations.split(",") for row in rows)

    return FindingRow(code, gettext(CATEGORIES.get(code, code)), severity("minor"), severity("major"), severity("critical"),
                      destination("D1"), destination("D2"), destination("D3"))


def _satisfaction(work: Work, campaign: Campaign, system: IndicatorSystem) -> tuple[GroupRow, ...]:
    query = (select(LedgerEntry).join(Evaluation, col(Evaluation.id) == col(LedgerEntry.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, col(LedgerEntry.key).startswith("survey:"),
                    col(LedgerEntry.withdrawn_at).is_(None)))
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in work.session.exec(query):
        groups.setdefault(row.key.partition(":")[2], []).append(row.value)
    return tuple(_group_row(system.surveys[key].title.in_language() if key in system.surveys else key, values)
                 for key, values in sorted(groups.items()))


def _group_row(title: str, values: list[dict[str, Any]]) -> GroupRow:
    scored = [(Decimal(v["score"]), int(v["n"])) for v in values if v["score"] is not None and v["n"]]
    total = sum(n for _, n in scored)
    mean = rules.mean([sum((s * n for s, n in scored), Decimal(0)) / total]) if total else None
    return GroupRow(title, sum(int(v["n"] or 0) for v in values), mean)


def _steps(work: Work, campaign: Campaign, move: str) -> int:
    query = (select(func.count(col(Step.id))).join(Evaluation, col(Evaluation.id) == col(Step.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, Step.move == move))
    return work.session.exec(query).one()


def _events(work: Work, campaign: Campaign, event: str) -> list[dict[str, Any]]:
    query = select(AuditEvent.data).where(AuditEvent.office_id == work.office_id, AuditEvent.event == event,
                                          AuditEvent.campaign == campaign.code)
    return [json.loads(data) for data in work.session.exec(query)]


def _objections(work: Work, campaign: Campaign) -> tuple[tuple[str, int], ...]:
    decided = [event["decision"] for event in _events(work, campaign, "objection.item_decided")]
    return (("收到异议（家）", _steps(work, campaign, "object")), ("不予受理（家）", _steps(work, campaign, "refuse_objection")),
            ("维持（项）", decided.count("upheld")), ("变更（项）", decided.count("changed")), ("撤销（项）", decided.count("annulled")))


def _rectification(work: Work, campaign: Campaign) -> tuple[tuple[str, int], ...]:
    query = (select(Finding).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
             .where(Evaluation.campaign_id == campaign.id, col(Finding.destinations).contains("D2")))
    rows = list(work.session.exec(query))
    notices = select(func.count(col(Document.id))).where(
        Document.campaign_id == campaign.id, Document.kind == "rectification_notice", Document.state == "issued")
    return (("整改通知书（件）", work.session.exec(notices).one()), ("要求整改（项）", len(rows)),
            ("已销号（项）", sum(row.state == "closed" for row in rows)), ("整改中（项）", sum(row.state == "routed" for row in rows)))


def _participation(work: Work, campaign: Campaign) -> tuple[tuple[str, int], ...]:
    people = select(func.count(func.distinct(col(TeamMember.user_id)))).where(
        col(TeamMember.team_id).in_(select(col(Evaluation.team_id)).where(Evaluation.campaign_id == campaign.id)))
    records = [event["method"] for event in _events(work, campaign, "review.record_made")]
    panels = sum(method in ("panel_sections", "panel_units") for method in records)
    return (("评估人员", work.session.exec(people).one()), ("座谈会", panels), ("访谈", records.count("interview_recipient")),
            ("实地评估记录", len(records)))
