"""The published results of a campaign as one audience may see them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import col, select

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.findings.kinds import STANDING, Destination
from evalplat.findings.queries import without_referral
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import gettext, language
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.scores.marks import few_answers
from evalplat.scores.publication import Audience, Shown, audience_of, may_show, policy_of
from evalplat.scores.queries import grade_name
from evalplat.scores.ranks import NO_RANK, SAMPLE_SHORT, FrozenUnit, Order, order_of, rank_text


@dataclass(frozen=True, slots=True)
class Row:
    """One unit; what the audience may not see is None."""

    code: str
    name: str
    category: str
    own: bool
    total: Decimal | None
    grade: str | None
    rank: str | None
    findings: tuple[str, ...] | None
    mark: str


@dataclass(frozen=True, slots=True)
class Published:
    """The list. ``columns``: what this audience is shown of others."""

    rows: tuple[Row, ...]
    columns: frozenset[Shown]


def published(work: Work, campaign: Campaign, *, audience: Audience | None = None) -> Published:
    """The list for ``audience``; None: as the signed-in person is (their own unit as itself)."""
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(*by_unit_order(work)))
    pairs = list(work.session.exec(query))
    seen = {unit.code: audience or audience_of(work.actor, evaluation) for evaluation, unit in pairs}
    order, findings = order_of(work, campaign), _findings(work, [evaluation.id or 0 for evaluation, _ in pairs])
    system, policy = system_of(work, campaign), policy_of(campaign)
    rows = [_row(campaign, evaluation, unit, system=system, order=order, audience=seen[unit.code],
                 own=unit.id in getattr(work.actor, "unit_ids", ()), findings=findings) for evaluation, unit in pairs]
    columns = frozenset(what for row in seen.values() for what in policy[row])
    return Published(tuple(sorted((row for row in rows if row is not None), key=lambda row: row.category)), columns)


def _findings(work: Work, ids: Sequence[int]) -> dict[int, list[str]]:
    """Titles of findings that stand, as letters tell them: without what is a referral alone."""
    query = (select(Finding).where(col(Finding.evaluation_id).in_(ids), col(Finding.state).in_(list(STANDING)))
             .order_by(col(Finding.code)))
    found: dict[int, list[str]] = {}
    for row in work.session.exec(query):
        if row.destinations != Destination.REFER and without_referral(row) is not None:
            found.setdefault(row.evaluation_id, []).append(row.title)
    return found


def _row(campaign: Campaign, evaluation: Evaluation, unit: Unit, *, system: IndicatorSystem, order: Order, audience: Audience,
         own: bool, findings: dict[int, list[str]]) -> Row | None:
    """A unit of which nothing may be shown is not listed."""
    may = {what: may_show(what, campaign, evaluation, to=audience) for what in Shown}
    if not any(may.values()):
        return None
    frozen, ranked = order.units[unit.code], order.ranked.get(unit.code)
    title = system.categories.get(unit.category)
    return Row(
        unit.code, unit.name, title.in_language(language()) if title else unit.category, own,
        frozen.total if may[Shown.SCORE] else None, grade_name(system, order.grades.get(unit.code)) if may[Shown.GRADE] else None,
        rank_text(ranked) if may[Shown.RANK] else None,
        tuple(findings.get(evaluation.id or 0, ())) if may[Shown.FINDINGS] else None,
        _mark(frozen, ranked.reason if ranked and not may[Shown.RANK] else "",
              judged=any(may[one] for one in (Shown.SCORE, Shown.GRADE, Shown.RANK))))


def _mark(frozen: FrozenUnit, reason: str, *, judged: bool) -> str:
    """What stands beside the name: why there is no rank, and that too few people answered a survey behind what is shown."""
    said = [gettext(NO_RANK[reason])] if reason in NO_RANK else []
    if judged and few_answers(frozen.marks) and reason != SAMPLE_SHORT:
        said.append(gettext("Few answers in a survey"))
    return gettext("; ").join(said)
