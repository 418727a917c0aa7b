"""The letters of this room as documents: taken in, not taken in, to be completed, more time to decide, withdrawn. Always in Chinese."""

# All zh: printed
from __future__ import annotations

from datetime import datetime

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import queries as documents
from evalplat.documents.plain import letter
from evalplat.documents.views import PlainLetterView
from evalplat.kernel.formats import full_date, local
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.scores.queries import ScoreView

from . import queries, queries_document
from .rules import REFUSALS, SUBJECTS, Refusal, Subject
from .tables import Objection, ObjectionItem


def taken_in(work: Work, evaluation: Evaluation, objection: Objection) -> PlainLetterView:
    """受理通知书."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    due = queries.decision_due(work, evaluation, objection)
    panel = "、".join(user.name for user in queries.panel(work, evaluation))
    return letter(
        work, title="异议受理通知书", addressee=unit.name, opening=(
            f"{_filed(work, evaluation, objection)}经审查，符合受理条件，现予受理。", _items(work, evaluation, objection),
            f"你单位的异议由复核组{f'（{panel}）' if panel else ''}复核，复核组成员均未参加对你单位的评估。"
            f"复核决定于{full_date(due)}前作出；情况复杂的，经批准可以延长一次，届时另行通知。",
            "复核期间，你单位的评估结果不对外公布。你单位可以在复核决定作出前撤回异议。"),
        closing=("特此通知。",))


def _filed(work: Work, evaluation: Evaluation, objection: Objection) -> str:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    told = documents.latest(work.session, "feedback_letter", evaluation=evaluation)
    number = f"（{told.number}）" if told and told.number else ""
    return f"你单位于{_day(objection.filed_at, work)}对{campaign.title}结果反馈意见书{number}提出的异议收悉。"


def _day(moment: datetime | None, work: Work) -> str:
    return full_date(local(moment or work.now).date())


def _items(work: Work, evaluation: Evaluation, objection: Objection) -> str:
    """What is contested, in one sentence: a letter stays on one sheet."""
    view = queries.frozen(work, evaluation, objection)
    with speaking("zh"):
        named = [f"{item.number}.{gettext(SUBJECTS[Subject(item.subject)])}{_what(work, evaluation, item, view)}"
                 for item in queries.items_of(work, objection)]
    return f"异议事项共{len(named)}项：{'；'.join(named)}。"


def _what(work: Work, evaluation: Evaluation, item: ObjectionItem, view: ScoreView | None) -> str:
    if item.subject not in (Subject.LEAF, Subject.FINDING):
        return ""
    claim = f"，主张{item.claim}分" if item.subject == Subject.LEAF else ""
    return f"“{item.code} {queries_document.title_of(work, evaluation, item, view)}”{claim}"


def refused(work: Work, evaluation: Evaluation, objection: Objection, *, open_until: datetime | None) -> PlainLetterView:
    """不予受理通知书; while the window is open, the unit may file again."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    with speaking("zh"):
        reason = gettext(REFUSALS[Refusal(objection.refusal_code)])
    again = (f"异议期限截至{full_date(open_until)}24时，在此之前你单位可以补正后重新提出。",) if open_until else \
        ("异议期限已经届满，评估结果按反馈意见书确定。你单位仍有意见的，可以书面向机构编制委员会反映，本办予以记录。",)
    return letter(work, title="异议不予受理通知书", addressee=unit.name, opening=(
        f"{_filed(work, evaluation, objection)}经审查，不符合受理条件，决定不予受理。", _items(work, evaluation, objection),
        f"不予受理的理由：{reason}{objection.refusal_text}", *again),
        closing=("特此通知。",))


def to_complete(work: Work, evaluation: Evaluation, objection: Objection) -> PlainLetterView:
    """补正通知书."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    return letter(work, title="异议补正通知书", addressee=unit.name, opening=(
        f"{_filed(work, evaluation, objection)}经审查，需要补正下列内容：", objection.correction_reason,
        f"请于{full_date(objection.correction_due)}24时前在评估平台上补正，并由主要负责人签署。逾期未补正的，不予受理。"),
        closing=("特此通知。",))


def extended(work: Work, evaluation: Evaluation, objection: Objection) -> PlainLetterView:
    """延长复核期限通知书."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    due = queries.decision_due(work, evaluation, objection)
    return letter(work, title="延长异议复核期限通知书", addressee=unit.name, opening=(
        f"你单位于{_day(objection.filed_at, work)}提出的异议，本办于{_day(objection.accepted_at, work)}受理，正在复核。",
        f"因{objection.extension_reason.rstrip('。')}，经批准，复核期限延长一次，复核决定于{full_date(due)}前作出。"),
        closing=("特此通知。",))


def withdrawn(work: Work, evaluation: Evaluation, objection: Objection) -> PlainLetterView:
    """终止复核通知书."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    why = f"撤回理由：{objection.withdrawal_reason}" if objection.withdrawal_reason else ""
    return letter(work, title="异议复核终止通知书", addressee=unit.name, opening=tuple(line for line in (
        f"你单位于{_day(objection.filed_at, work)}提出的异议，已由你单位于{_day(objection.withdrawn_at, work)}撤回，复核终止。",
        why, "撤回后不再就同一结果提出异议，评估结果按反馈意见书确定。") if line), closing=("特此通知。",))
