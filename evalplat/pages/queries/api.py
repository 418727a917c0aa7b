"""What programs read: the same rows as on the pages, by the same scope and map, part by part with a cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlmodel import col, func, select

from evalplat.access import scope
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.queries import allowed
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.kinds import Destination
from evalplat.findings.queries import visible_findings, without_referral
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import EvalError
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.pages.api_models import (
    CampaignItem,
    DocumentItem,
    FindingItem,
    LeafItem,
    Page,
    ResultFull,
    ResultItem,
    UnitItem,
)
from evalplat.people.tables import Unit
from evalplat.scores.publication import Shown, audience_of, may_show
from evalplat.scores.queries import score_view
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import STAGE_OF, State

FINAL = (State.FINAL, State.FOLLOWING, State.CLOSED, State.LOOKED_BACK)
"""From here on a result is final."""
Row = TypeVar("Row")


class BadCursor(EvalError):
    """The cursor is none of ours."""

    status = 400
    code = "bad_cursor"

    def __init__(self) -> None:
        super().__init__(N_("This cursor is not one that was given out. Begin without one."))


def pack(key: str) -> str:
    """A place in a list as a word for addresses."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def unpack(cursor: str) -> str:
    """The place behind the word; empty at the beginning."""
    try:
        return base64.urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode("ascii")).decode()
    except (binascii.Error, ValueError):
        raise BadCursor from None


def _number(cursor: str) -> int | None:
    text = unpack(cursor)
    if text and (not text.isascii() or not text.isdigit() or len(text) > 18):
        raise BadCursor
    return int(text) if text else None


def _cut(rows: Sequence[Row], key: Callable[[Row], str], *, cursor: str, limit: int) -> tuple[list[Row], str | None]:
    """The rows after the cursor, in the order of their key, and where to go on."""
    after = unpack(cursor)
    rest = [row for row in sorted(rows, key=key) if not after or key(row) > after]
    return rest[:limit], pack(key(rest[limit - 1])) if len(rest) > limit else None


def campaigns(work: Work, *, cursor: str, limit: int) -> Page[CampaignItem]:
    """Every round of evaluation that the person may see."""
    rows = list(work.session.exec(select(Campaign).where(scope.campaigns(work.actor))))
    open_ones = [row for row in rows if may(work.actor, Act.SEE_CAMPAIGN, row)]
    shown, following = _cut(open_ones, lambda row: row.code, cursor=cursor, limit=limit)
    return Page(items=[campaign_item(row) for row in shown], next=following)


def campaign_item(row: Campaign) -> CampaignItem:
    """One round."""
    return CampaignItem(code=row.code, title=row.title, year=row.year, kind=row.kind, state=row.state, issued_at=row.issued_at,
                        concluded_at=row.concluded_at)


def _pairs(work: Work, campaign: Campaign, act: Act) -> list[tuple[Evaluation, Unit]]:
    query: Any = select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(
        Evaluation.campaign_id == campaign.id, scope.evaluations(work.actor))
    return [(evaluation, unit) for evaluation, unit in work.session.exec(query) if may(work.actor, act, evaluation)]


def units(work: Work, campaign: Campaign, *, cursor: str, limit: int) -> Page[UnitItem]:
    """The departments of one round, as far as the person may see them."""
    shown, following = _cut(_pairs(work, campaign, Act.SEE_EVALUATION), lambda pair: pair[1].code, cursor=cursor, limit=limit)
    return Page(items=[unit_item(campaign, evaluation, unit) for evaluation, unit in shown], next=following)


def unit_item(campaign: Campaign, evaluation: Evaluation, unit: Unit) -> UnitItem:
    """One department."""
    return UnitItem(campaign=campaign.code, unit=unit.code, name=unit.name, category=unit.category, mode=evaluation.mode,
                    stage=STAGE_OF[State(evaluation.state)], state=evaluation.state, side=evaluation.side, since=evaluation.entered_at)


def results(work: Work, campaign: Campaign, *, cursor: str, limit: int) -> Page[ResultItem]:
    """The final results of one round."""
    pairs = {evaluation.id: (evaluation, unit) for evaluation, unit in _pairs(work, campaign, Act.SEE_SCORE)
             if _shown(work, campaign, evaluation)}
    newest = (select(ResultVersion.evaluation_id, func.max(ResultVersion.version).label("version"))
              .where(col(ResultVersion.evaluation_id).in_(pairs)).group_by(col(ResultVersion.evaluation_id)).subquery())
    query = select(ResultVersion).join(newest, (col(ResultVersion.evaluation_id) == newest.c.evaluation_id)
                                       & (col(ResultVersion.version) == newest.c.version))
    rows = [(row, pairs[row.evaluation_id][1]) for row in work.session.exec(query)]
    shown, following = _cut(rows, lambda pair: pair[1].code, cursor=cursor, limit=limit)
    return Page(items=[_result(campaign, unit, row) for row, unit in shown], next=following)


def _shown(work: Work, campaign: Campaign, evaluation: Evaluation) -> bool:
    """Final, and by the campaign's policy of publication the person's to know."""
    return evaluation.state in FINAL and may_show(Shown.SCORE, campaign, evaluation, to=audience_of(work.actor, evaluation))


def _result(campaign: Campaign, unit: Unit, row: ResultVersion) -> ResultItem:
    return ResultItem(
        campaign=campaign.code, unit=unit.code, name=unit.name, version=row.version, total=row.total, grade=row.grade,
        score_x=row.score_x, score_y=row.score_y, marks=list(row.marks), hash=row.hash, system_hash=row.system_hash,
        input_hash=row.input_hash, made_at=row.made_at)


def result(work: Work, campaign: Campaign, evaluation: Evaluation) -> ResultFull | None:
    """One final result with its arithmetic; None while it is not final."""
    query = select(ResultVersion).where(ResultVersion.evaluation_id == evaluation.id).order_by(col(ResultVersion.version).desc())
    row = work.session.exec(query).first() if _shown(work, campaign, evaluation) else None
    view = score_view(work, evaluation, row.version) if row else None
    if row is None or view is None:
        return None
    unit = work.session.get_one(Unit, evaluation.unit_id)
    leaves = [LeafItem(code=leaf.code, title=leaf.title, max_points=leaf.max_points, points=leaf.points, state=leaf.state,
                       line=leaf.line, refs=list(leaf.refs)) for block in view.blocks for leaf in block.leaves]
    return ResultFull(**_result(campaign, unit, row).model_dump(), lines=list(view.lines), indicators=leaves)


def findings(work: Work, *, campaign: str, cursor: str, limit: int) -> Page[FindingItem]:
    """The problems found that the person may read on the pages; never a referral."""
    mine = [row.id for row in work.session.exec(select(Evaluation).where(scope.evaluations(work.actor)))
            if may(work.actor, Act.SEE_FINDINGS, row)]
    query: Any = (select(Finding, Unit, Campaign).join(Evaluation, col(Evaluation.id) == col(Finding.evaluation_id))
                  .join(Unit, col(Unit.id) == col(Evaluation.unit_id)).join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
                  .where(col(Evaluation.id).in_(mine), Finding.destinations != Destination.REFER).order_by(col(Finding.id)))
    if campaign:
        query = query.where(Campaign.code == campaign)
    after = _number(cursor)
    if after is not None:
        query = query.where(col(Finding.id) > after)
    rows = list(work.session.exec(query.limit(limit + 1)))
    items = [_finding(row, unit, of, of_office=True) for row, unit, of in rows[:limit]]
    return Page(items=[one for one in items if one], next=pack(str(rows[limit - 1][0].id)) if len(rows) > limit else None)


def findings_of(work: Work, campaign: Campaign, evaluation: Evaluation) -> list[FindingItem]:
    """The problems found at one department, as the person may read them; never a referral."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    inside = evaluation.unit_id not in work.actor.unit_ids
    items = [_finding(row, unit, campaign, of_office=inside) for row in visible_findings(work, evaluation)]
    return [one for one in items if one]


def _finding(row: Finding, unit: Unit, campaign: Campaign, *, of_office: bool) -> FindingItem | None:
    shown = without_referral(row)
    if shown is None:
        return None
    return FindingItem(
        campaign=campaign.code, unit=unit.code, code=shown.code, category=shown.category, severity=shown.severity, title=shown.title,
        description=shown.description, state=shown.state, raised_at=shown.raised_at, confirmed_at=shown.confirmed_at,
        destinations=[one for one in shown.destinations.split(",") if one] if of_office else [])


def documents(work: Work, *, campaign: str, cursor: str, limit: int) -> Page[DocumentItem]:
    """The issued documents that the person may read, the newest first. Drafts, and letters that have named readers (referrals),
    are for the pages alone."""
    after, found = _number(cursor), []
    while len(found) <= limit:
        rows = _documents(work, campaign=campaign, before=after, most=2 * limit)
        found += [row for row in rows if row[0].readers is None and allowed(work.actor, row[0], row[2] or row[1])]
        if len(rows) < 2 * limit:
            break
        after = rows[-1][0].id
    following = pack(str(found[limit - 1][0].id)) if len(found) > limit else None
    return Page(items=[document_item(*row) for row in found[:limit]], next=following)


Paper = tuple[Document, Campaign | None, Evaluation | None, Unit | None, StoredFile | None]


def _documents(work: Work, *, campaign: str, before: int | None, most: int) -> list[Paper]:
    query: Any = (select(Document, Campaign, Evaluation, Unit, StoredFile)
                  .join(Campaign, col(Campaign.id) == col(Document.campaign_id))
                  .outerjoin(Evaluation, col(Evaluation.id) == col(Document.evaluation_id))
                  .outerjoin(Unit, col(Unit.id) == col(Evaluation.unit_id))
                  .outerjoin(StoredFile, col(StoredFile.id) == col(Document.file_id))
                  .where(scope.campaigns(work.actor), Document.state != "draft",
                         col(Document.evaluation_id).is_(None) | scope.evaluations(work.actor))
                  .order_by(col(Document.id).desc()).limit(most))
    if campaign:
        query = query.where(Campaign.code == campaign)
    if before is not None:
        query = query.where(col(Document.id) < before)
    return [tuple(row) for row in work.session.exec(query)]


def document_item(row: Document, campaign: Campaign | None, _evaluation: Evaluation | None, unit: Unit | None,
                  file: StoredFile | None) -> DocumentItem:
    """One issued document."""
    return DocumentItem(
        code=row.code, kind=row.kind, title=row.title, number=row.number, state=row.state, campaign=campaign.code if campaign else None,
        unit=unit.code if unit else None, issued_at=row.issued_at, sha256=file.sha256 if file else None,
        size=file.size if file else None, audit_head=row.audit_head)


def document(work: Work, row: Document) -> DocumentItem:
    """One document that was found readable."""
    evaluation = work.session.get(Evaluation, row.evaluation_id) if row.evaluation_id else None
    return document_item(row, work.session.get(Campaign, row.campaign_id) if row.campaign_id else None, evaluation,
                         work.session.get(Unit, evaluation.unit_id) if evaluation else None,
                         work.session.get(StoredFile, row.file_id) if row.file_id else None)
