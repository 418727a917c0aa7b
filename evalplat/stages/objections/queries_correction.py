"""Corrections by decision of the director: their rows, the decision as a document, the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlmodel import col, select

from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import queries as documents
from evalplat.documents.parts import Sheet
from evalplat.documents.plain import letter
from evalplat.documents.tables import Document
from evalplat.documents.views import PlainLetterView
from evalplat.kernel.formats import points, trimmed
from evalplat.kernel.i18n import N_, language, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.scores import sheet
from evalplat.scores.queries import grade_name
from evalplat.scores.tables import ResultVersion
from evalplat.scoring.model import Override
from evalplat.workflow.stages import State, at_least

from . import queries
from .tables import Correction, CorrectionItem


def address(work: Work, evaluation: Evaluation) -> str:
    """The page of a unit's corrections."""
    campaign, unit = codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/correction"


def corrections(work: Work, evaluation: Evaluation) -> list[Correction]:
    """All of them, the newest first."""
    query = select(Correction).where(Correction.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(Correction.number).desc())))


def open_draft(work: Work, evaluation: Evaluation) -> Correction | None:
    """The one that waits for the director."""
    return next((row for row in corrections(work, evaluation) if row.state == "drafted"), None)


def items_of(work: Work, row: Correction) -> list[CorrectionItem]:
    """The corrected indicators."""
    query = select(CorrectionItem).where(CorrectionItem.correction_id == row.id)
    return list(work.session.exec(query.order_by(col(CorrectionItem.leaf))))


def why_not(work: Work, evaluation: Evaluation) -> str:
    """Why this result cannot be corrected by decision now (a gettext id), empty if it can."""
    if evaluation.side:
        return N_("The evaluation of this unit is suspended.")
    if not at_least(evaluation.state, State.REPORTED):
        return N_("The report is not approved yet: the moderation meeting can still change points.")
    if evaluation.state == State.OBJECTED:
        return N_("The result is contested: the panel decides on it. Tell it what you found.")
    if queries.waiting_for_scores(work, queries.current(work, evaluation)):
        return N_("Annulled indicators wait to be scored again by another assessor.")
    return ""


def outcome(work: Work, evaluation: Evaluation, items: Sequence[CorrectionItem]) -> tuple[Decimal | None, str | None]:
    """Total and grade code as they would come out."""
    result = sheet.tried(work, evaluation, {item.leaf: Override(str(item.points_to)) for item in items}).units[0]
    return result.total, result.grade


def decision_view(work: Work, evaluation: Evaluation, row: Correction, *, after: ResultVersion | None = None) -> PlainLetterView:
    """更正决定: what was wrong, what is right, the result before and after."""
    with speaking("zh"):
        return _decision(work, evaluation, row, after)


def _decision(work: Work, evaluation: Evaluation, row: Correction, after: ResultVersion | None) -> PlainLetterView:
    unit, campaign = work.session.get_one(Unit, evaluation.unit_id), work.session.get_one(Campaign, evaluation.campaign_id)
    system, items = sheet.system_for(work, evaluation), items_of(work, row)
    before = next(one for one in sheet.versions(work, evaluation) if one.version == row.version_before)
    total, grade = (after.total, after.grade) if after else outcome(work, evaluation, items)
    told = documents.latest(work.session, "feedback_letter", evaluation=evaluation)
    number = f"（{told.number}）" if told and told.number and told.state == "issued" else ""  # zh: printed
    old, new = grade_name(system, before.grade) or "—", grade_name(system, grade) or "—"
    change = f"等次由“{old}”变为“{new}”" if old != new else f"等次仍为“{new}”"  # zh: printed
    view = letter(
        work, title=f"关于更正{unit.name}评估结果的决定", addressee=unit.name, opening=(  # zh: printed
            f"你单位{campaign.title}结果{number}经核查有误。{row.found.rstrip('。')}。现决定更正如下：",
            f"一、附件所列{len(items)}项指标的得分予以更正。",
            f"二、评估总分由{points(before.total)}分（第{before.version}版）更正为{points(total)}分（第{before.version + 1}版），{change}。"
            "原结果予以留存。",
            "三、本决定自送达之日起生效，以更正后的结果为准。"), sheets=(_sheet(work, evaluation, items),))
    return replace(view, stamp=replace(view.stamp, result_version=after.version if after else None,
                                       result_hash=after.hash if after else None))


def _sheet(work: Work, evaluation: Evaluation, items: Sequence[CorrectionItem]) -> Sheet:
    system = sheet.system_for(work, evaluation)
    rows = tuple((item.leaf, system.leaf(item.leaf).title.in_language("zh"), points(item.points_from), points(item.points_to),
                  item.reason) for item in items)
    return Sheet(title="更正事项", columns=("代码", "指标", "原得分", "更正后", "理由"), rows=rows,  # zh: printed
                 widths=(16, 44, 18, 18, 0),
                 figures=(2, 3))


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One corrected indicator."""

    leaf: str
    title: str
    before: Decimal | None
    after: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction."""

    number: int
    state: str
    found: str
    items: tuple[ItemLine, ...]
    drafted_by: str
    drafted_at: datetime
    signed_at: datetime | None
    document: Document | None
    total_before: Decimal | None
    grade_before: str
    total_after: Decimal | None
    grade_after: str
    mine: bool


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """The page."""

    why_not: str
    waiting: CorrectionView | None
    past: tuple[CorrectionView, ...]
    leaves: tuple[tuple[str, str], ...]


def page(work: Work, evaluation: Evaluation) -> CorrectionPage:
    """Everything on it."""
    rows = [_view(work, evaluation, row) for row in corrections(work, evaluation)]
    leaves = tuple((leaf.code, f"{leaf.code} {leaf.title} · {points(leaf.points)} / {trimmed(leaf.effective_max)}")
                   for leaf in queries.contestable(queries.frozen(work, evaluation)))
    return CorrectionPage(why_not(work, evaluation), next((row for row in rows if row.state == "drafted"), None),
                          tuple(row for row in rows if row.state != "drafted"), leaves)


def _view(work: Work, evaluation: Evaluation, row: Correction) -> CorrectionView:
    system, items = sheet.system_for(work, evaluation), items_of(work, row)
    known = {one.version: one for one in sheet.versions(work, evaluation)}
    before, after = known.get(row.version_before), known.get(row.version_after or 0)
    total, grade = (after.total, after.grade) if after else outcome(work, evaluation, items)
    lines = tuple(ItemLine(item.leaf, system.leaf(item.leaf).title.in_language(language()), item.points_from, item.points_to,
                           item.reason) for item in items)
    user = work.session.get(User, row.drafted_by) if row.drafted_by else None
    return CorrectionView(
        row.number, row.state, row.found, lines, user.name if user else "", row.drafted_at, row.signed_at,
        work.session.get(Document, row.document_id) if row.document_id else None, before.total if before else None,
        grade_name(system, before.grade if before else None) or "—", total, grade_name(system, grade) or "—",
        row.drafted_by == work.actor.user_id)
