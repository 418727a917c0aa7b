"""The decision as a document: each item before and after, totals and grades, versions; and the result as it would become."""

# All zh: printed
from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal

from evalplat.campaigns.days import relaxed
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import parts
from evalplat.documents import queries as documents
from evalplat.documents.views import ReviewDecisionView
from evalplat.kernel.formats import local, points
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit, User
from evalplat.scores import sheet
from evalplat.scores.queries import ScoreView, grade_name
from evalplat.scores.tables import ResultVersion
from evalplat.scoring.model import Override

from . import queries
from .rules import Decision, Effect, Subject, effect, withdraws
from .tables import Objection, ObjectionItem

METHOD = "复核组查阅了评估底稿和申请材料，核对了新提交的证据，听取了原评估组的说明，逐项审议并经两名以上成员同意形成决定。"
TITLES = {Subject.FACT: "事实认定", Subject.PROCEDURE: "评估程序", Subject.GRADE: "评估等次"}


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """A result in short: of a frozen version, or of what would come out."""

    total: Decimal | None
    grade: str | None
    version: int


def effects_of(work: Work, objection: Objection) -> list[tuple[ObjectionItem, Effect]]:
    """What the decided items do to the result, in their order."""
    found = [(item, effect(item.subject, item.decision, leaf=item.leaf, points=item.points))
             for item in queries.items_of(work, objection)]
    return [(item, done) for item, done in found if done is not None]


def expected(work: Work, evaluation: Evaluation, objection: Objection) -> Outcome:
    """What would come out if the decision were signed as it stands; the frozen result if points are to be given again."""
    before = _before(work, evaluation, objection)
    effects = [done for _, done in effects_of(work, objection)]
    if any(done.points is None for done in effects):
        return before
    result = sheet.tried(work, evaluation, {done.leaf: Override(str(done.points)) for done in effects}).units[0]
    return Outcome(result.total, result.grade, before.version + 1)


def _before(work: Work, evaluation: Evaluation, objection: Objection) -> Outcome:
    row = next(one for one in sheet.versions(work, evaluation) if one.version == objection.version_before)
    return Outcome(row.total, row.grade, row.version)


def decision_view(work: Work, evaluation: Evaluation, objection: Objection, *,
                  after: ResultVersion | None = None) -> ReviewDecisionView:
    """Everything that the decision prints; ``after`` is the new version once it is frozen."""
    with speaking("zh"):
        return _decision_view(work, evaluation, objection, after)


def _decision_view(work: Work, evaluation: Evaluation, objection: Objection, after: ResultVersion | None) -> ReviewDecisionView:
    office, unit = work.session.get_one(Office, work.office_id), work.session.get_one(Unit, evaluation.unit_id)
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    letter = documents.latest(work.session, "feedback_letter", evaluation=evaluation)
    old = _before(work, evaluation, objection)
    new = Outcome(after.total, after.grade, after.version) if after else expected(work, evaluation, objection)
    system = sheet.system_for(work, evaluation)
    return ReviewDecisionView(
        head=parts.OfficialHead(office_name=office.document_mark, doc_number=None, draft=True),
        title=f"关于{unit.name}评估结果异议的复核决定书", addressee=unit.name, signed_by=office.name, signed_on=None,
        imprint=parts.Imprint(printed_by=office.name, printed_on=None),
        stamp=parts.AuditStamp(made_at=work.now, result_version=new.version, result_hash=after.hash if after else None,
                               relaxed_rules=tuple(relaxed(campaign))),
        campaign=campaign.title, applicant=unit.name, applicant_head=objection.filed_by_name,
        letter_number=(letter.number if letter else None) or "—", applied_on=_day(objection.filed_at, work),
        accepted_on=_day(objection.accepted_at, work), panel=_panel(work, evaluation, objection),
        method=objection.method or METHOD, items=_items(work, evaluation, objection),
        total_before=old.total or Decimal(0), total_after=new.total or Decimal(0),
        grade_before=grade_name(system, old.grade) or "—", grade_after=grade_name(system, new.grade) or "—",
        version_before=old.version, version_after=new.version, rescore_note=_rescore_note(work, objection))


def _day(moment: datetime | None, work: Work) -> date:
    return local(moment or work.now).date()


def _panel(work: Work, evaluation: Evaluation, objection: Objection) -> tuple[str, ...]:
    """Who decided: every member that agreed to an item, in the panel's order."""
    agreed: set[int | None] = {user.id for item in queries.items_of(work, objection) for user in queries.voters(work, item)}
    rows = (work.session.get_one(User, user) for user in queries.panel_ids(work, evaluation) if user in agreed)
    return tuple(user.name for user in rows)


def _rescore_note(work: Work, objection: Objection) -> str:
    void = queries.void_items(work, objection)
    if not void:
        return ""
    named = "、".join(f"第{item.number}项（{item.leaf}）" for item in void)
    return (f"{named}的原评分予以撤销，由未参加原评估的评估人员重新评分。下表所列复核后的总分和等次为重新评分前暂列，"
            "其他变更事项与重新评分结果一并计入新的结果版本，完成后在评估平台上告知你单位。")


def _items(work: Work, evaluation: Evaluation, objection: Objection) -> tuple[parts.ReviewItem, ...]:
    view = queries.frozen(work, evaluation, objection)
    return tuple(_item(work, evaluation, item, view) for item in queries.items_of(work, objection))


def _item(work: Work, evaluation: Evaluation, item: ObjectionItem, view: ScoreView | None) -> parts.ReviewItem:
    claim = f"应得{item.claim}分。" if item.subject == Subject.LEAF else f"{item.claim.rstrip('。')}。"
    before, after = before_and_after(item, view)
    established = f"{item.established}（{item.worse_reason}）" if item.worse_reason else item.established
    decision = Decision(item.decision or Decision.UPHELD)
    return parts.ReviewItem(code=item.code or f"第{item.number}项", title=title_of(work, evaluation, item, view), claim=claim,
                            reasons=item.reasons, established=established, before=before, after=after,
                            decision=decision.value)


def title_of(work: Work, evaluation: Evaluation, item: ObjectionItem, view: ScoreView | None) -> str:
    """What the item is about, in the words of the letter."""
    if item.subject == Subject.LEAF:
        leaf = view.leaf(item.code) if view else None
        return leaf.title if leaf else item.code
    if item.subject == Subject.FINDING:
        rows = queries.all_findings(work, evaluation)
        return next((row.title for row in rows if row.code == item.code), item.code)
    return TITLES[Subject(item.subject)]


def before_and_after(item: ObjectionItem, view: ScoreView | None) -> tuple[str, str]:
    """How the item stood and stands, in the words of the decision."""
    leaf = view.leaf(item.leaf) if view and item.leaf else None
    old = f"{points(leaf.points)}分" if leaf else ""
    done = effect(item.subject, item.decision, leaf=item.leaf, points=item.points)
    new = old if done is None else "重新评分" if done.points is None else f"{points(done.points)}分"
    if item.subject == Subject.LEAF:
        return old, new
    named = (f"；{item.leaf} {old}", f"；{item.leaf} {new}") if done else ("", "")
    words = ("成立", "撤销") if withdraws(item.subject, item.decision) else ("成立", "成立")
    if item.subject != Subject.FINDING:
        words = ("原认定", "更正") if item.decision in (Decision.CHANGED, Decision.ANNULLED) else ("原认定", "原认定")
    return words[0] + named[0], words[1] + named[1]
