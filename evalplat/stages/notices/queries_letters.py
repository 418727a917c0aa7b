"""The texts of the office's letters about dates and side states: plain official Chinese, everything else from the records."""

# All zh: printed
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from evalplat.campaigns import windows
from evalplat.campaigns.tables import Campaign, Evaluation, Progress
from evalplat.documents.parts import Contact, ReceiptPart, Section, Sheet
from evalplat.documents.plain import letter
from evalplat.documents.views import PlainLetterView
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.workflow.stages import SideState

from .queries import notice_of

PARTS = {"assessment": "部门自评", "survey": "社会调查", "review": "实地评估", "correction": "异议申请材料补正"}
"""What a date belongs to, as letters call it."""
SIDE_TITLES = {SideState.SUSPENDED: "关于暂停{unit}评估工作的通知", SideState.EXEMPT: "关于对{unit}免予评估的通知",
               SideState.MERGED: "关于终止{unit}评估工作的通知"}
RESUMED_TITLE = "关于恢复{unit}评估工作的通知"
END = "特此通知。"


def day(moment: datetime) -> str:
    """2026年10月9日, in the office's time zone and in Chinese."""
    with speaking("zh"):
        return full_date(moment)


def contact_of(work: Work, campaign: Campaign) -> Contact | None:
    """Whom to ask: the person of the notice."""
    notice = notice_of(work, campaign)
    return Contact(person=notice.contact_person, phone=notice.contact_phone) if notice else None


def _sentence(text: str) -> str:
    return text.strip().rstrip("。；;.")


def side_letter(work: Work, evaluation: Evaluation, side: SideState, *, reason: str, successor: Unit | None = None) -> PlainLetterView:
    """The letter that lets an evaluation stand still or end."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    addressee = f"{unit.name}、{successor.name}" if successor else unit.name
    texts = {SideState.SUSPENDED: _suspended, SideState.EXEMPT: _exempt, SideState.MERGED: _merged}[side]
    opening, sections = texts(work, campaign, unit, _sentence(reason), successor)
    return letter(work, title=SIDE_TITLES[side].format(unit=unit.name), addressee=addressee, opening=opening, sections=sections,
                  closing=(END,), contact=contact_of(work, campaign))


Texts = tuple[tuple[str, ...], tuple[Section, ...]]


def _section(heading: str, *paragraphs: str) -> Section:
    return Section(heading=heading, paragraphs=paragraphs)


def _suspended(work: Work, campaign: Campaign, unit: Unit, reason: str, successor: Unit | None) -> Texts:
    opening = (f"因{reason}，经研究，决定自{day(work.now)}起暂停对你单位的{campaign.title}工作。现将有关事项通知如下：",)
    return opening, (
        _section("暂停期间的时限", "暂停期间不计入各项办理时限，也不视为逾期。暂停之日前已经到期的事项，仍按原时限认定。",
                 "面向公众的社会调查按原定时间继续进行，但评估恢复前不形成你单位的评估结果。"),
        _section("暂停期间的材料", "你单位已经填报的内容和上传的材料原样保存，暂停期间不作修改。"),
        _section("恢复评估", "暂停原因消除后，我办另行通知恢复评估，尚未届满的时限按暂停时剩余的工作日重新计算。"))


def _exempt(work: Work, campaign: Campaign, unit: Unit, reason: str, successor: Unit | None) -> Texts:
    opening = (f"因{reason}，经研究，决定自{day(work.now)}起对你单位免予开展{campaign.title}。现将有关事项通知如下：",)
    return opening, (
        _section("评估工作", "你单位不再办理本次评估的后续事项，不形成评估得分和等次，不参加排名，在情况报告中单独列明。"),
        _section("已有材料", "已经填报的内容和上传的材料由我办存档，不作他用。"))


def _merged(work: Work, campaign: Campaign, unit: Unit, reason: str, successor: Unit | None) -> Texts:
    taker, name = successor.name if successor else "承接单位", unit.name
    opening = (f"因{reason}，{name}的职责由{taker}承接。经研究，决定自{day(work.now)}起终止对{name}的{campaign.title}工作。"
               "现将有关事项通知如下：",)
    return opening, (
        _section("评估结果", f"{name}在本次评估中尚未形成最终结果的，不再形成得分和等次，不参加排名，在情况报告中单独列明；"
                         "已经形成的最终结果不变。"),
        _section("后续事项的承接", f"{name}名下尚未办结的整改等事项由{taker}继续办理，原定要求和期限不变，办理情况记入{name}的评估档案。",
                 f"{taker}的主要负责人和联络员自即日起可以查阅该档案并办理有关事项。"))


def resume_letter(work: Work, evaluation: Evaluation, *, reason: str, since: datetime,
                  dates: Sequence[tuple[str, datetime, datetime]]) -> PlainLetterView:
    """The letter that takes an evaluation up again; ``dates``: what is due, before and now."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    opening = (f"因{_sentence(reason)}，经研究，决定自{day(work.now)}起恢复对你单位的{campaign.title}工作。"
               f"评估工作自{day(since)}起暂停，暂停期间不计入办理时限。",)
    told = ("恢复后各事项的期限见附件。请按附件所列期限办理。",)
    if not dates:
        told = ("目前没有需要重新计算的期限，请按我办的通知办理后续事项。",)
    rows = tuple((what, day(before), day(after)) for what, before, after in dates)
    sheets = (Sheet(title="恢复评估后的期限", columns=("事项", "原定截止日期", "重新计算后的截止日期"), rows=rows),) if rows else ()
    return letter(work, title=RESUMED_TITLE.format(unit=unit.name), addressee=unit.name, opening=(*opening, *told), closing=(END,),
                  sheets=sheets, contact=contact_of(work, campaign))


def extension_letter(work: Work, evaluation: Evaluation, kind: str, *, before: datetime, until: datetime | None, reason: str,
                     asked_reason: str = "") -> PlainLetterView:
    """More time is given (``until``), or a request for it is refused (None)."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    part, why = PARTS[kind], _sentence(reason)
    asked = f"你单位以“{_sentence(asked_reason)}”为由提出的延长{part}期限的申请收悉。" if asked_reason else ""
    if until is None:
        text = f"{asked}经研究，因{why}，不同意延长。请你单位仍于{day(before)}前完成，逾期完成的按逾期认定。"
        title = f"关于{unit.name}申请延长{part}期限的答复"
    else:
        text = (f"{asked}经研究，{'同意' if asked else f'因{why}，决定'}将你单位{part}的截止日期由{day(before)}延至{day(until)}"
                f"{f'（{why}）' if asked else ''}。本次延期仅适用于你单位的{part}，其他单位和其他事项的时限不变。")
        title = f"关于延长{unit.name}{part}期限的通知"
    after = ("请在新的截止日期当日24时前完成，逾期完成的按逾期认定；截止日期届满后不再受理延期申请。",) if until else ()
    return letter(work, title=title, addressee=unit.name, opening=(f"关于{campaign.title}，{text}" if not asked else text, *after),
                  closing=("特此答复。" if until is None else END,), contact=contact_of(work, campaign))


def supplement_letter(work: Work, campaign: Campaign, *, ordinal: int, reason: str, number: str | None,
                      changes: Sequence[tuple[str, str, str]]) -> PlainLetterView:
    """The supplementary notice with its comparison; what it does not name stays as the notice said."""
    office = work.session.get_one(Office, work.office_id)
    notice, contact = notice_of(work, campaign), contact_of(work, campaign)
    title = f"关于开展{campaign.title}的补充通知" + (f"（{ordinal}）" if ordinal > 1 else "")
    sheet = Sheet(title="变更前后对照表", columns=("事项", "变更前", "变更后"), rows=tuple(changes), widths=(36, 0, 0))
    receipt = ReceiptPart(document_title=title, doc_number=number, unit="", return_by="收到本通知后3个工作日内", office_name=office.name,
                          contact=contact) if contact and notice else None
    return letter(work, title=title, addressee="各被评估部门、单位", opening=(
        f"因{_sentence(reason)}，经研究，对{campaign.title}的有关安排作如下调整，具体见附件。",
        "评估指标、权重、评分规则和调查问卷不作任何变更。本通知未涉及的事项，仍按原评估通知执行。"),
        closing=(END,), sheets=(sheet,), contact=contact, receipt=receipt)


def open_dates(work: Work, evaluation: Evaluation) -> dict[str, datetime]:
    """What the unit has a date for now, as letters call it; what is over is left out."""
    found = {PARTS[kind]: due for kind in ("assessment", "review", "correction")
             if (due := windows.due_of(work, evaluation, kind)) is not None}
    own = windows.window_for(work, evaluation, "objection")
    if own is not None:
        found["结果异议申请"] = own.closes_at
    waits = select(Progress).where(Progress.evaluation_id == evaluation.id, col(Progress.due_at).is_not(None),
                                   col(Progress.act).in_(tuple(WAITS)))
    for row in work.session.exec(waits.order_by(col(Progress.id))):
        if row.due_at is not None:
            found[WAITS[row.act]] = row.due_at
    return found


WAITS = {"acknowledge_notice": "签收评估通知", "answer_finding": "答复现场问题", "receive_letter": "签收评估结果反馈意见书"}
"""Things that a unit owes on a date of their own, as letters call them."""
