"""Findings that were sent on → the rectification notice as a document. Referrals leave no trace in it."""

# All zh: printed
from __future__ import annotations

from datetime import datetime

from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import parts
from evalplat.documents.actions import view_of
from evalplat.documents.queries import latest
from evalplat.documents.tables import Document
from evalplat.documents.views import RectificationNoticeView
from evalplat.findings.kinds import CATEGORIES, DESTINATIONS, SEVERITIES, Destination, Severity
from evalplat.findings.tables import Finding
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.calendar import calendar_deadline, deadline
from evalplat.people.tables import Office, Unit

from . import queries
from .tables import FindingRoute

MEASURES = ("能够立即整改的，立行立改；", "需要一定时间的，列明阶段目标和完成时限；", "涉及其他单位的，主动会商，共同推进。")
DELIVERABLES = ("整改情况报告；", "佐证材料。")


def draft_of(work: Work, evaluation: Evaluation) -> Document | None:
    """The notice that is being prepared."""
    found = latest(work.session, "rectification_notice", evaluation=evaluation)
    return found if found is not None and found.state == "draft" else None


def due_of(work: Work, campaign: Campaign, severity: str, *, at_once: bool = False) -> datetime:
    """When a finding of this severity must be rectified, if its notice goes out now."""
    if at_once:
        return deadline(work, days(campaign, "rectify_at_once"))
    return calendar_deadline(work, days(campaign, f"rectify_{severity}"))


def plan_due(work: Work, campaign: Campaign) -> datetime:
    """When the plan is due, if the notice goes out now."""
    return deadline(work, days(campaign, "rectification_plan"))


def notice_view(work: Work, evaluation: Evaluation, findings: list[Finding]) -> RectificationNoticeView:
    """Everything that the notice prints, in Chinese whoever presses the button."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    office = work.session.get_one(Office, work.office_id)
    routes = queries.routes_of(work, evaluation)
    known = [latest(work.session, kind, evaluation=evaluation) for kind in ("feedback_letter", "review_decision")]
    told = "、".join(one.number for one in known if one and one.number)
    contact = _contact(work, campaign, office)
    with speaking("zh"):
        lines = tuple(_line(work, campaign, row, routes[row.id or 0]) for row in findings)
    return RectificationNoticeView(
        head=parts.OfficialHead(office_name=office.document_mark, doc_number=None, draft=True),
        title=notice_title(campaign), addressee=unit.name, signed_by=office.name, signed_on=None,
        imprint=parts.Imprint(printed_by=office.name, printed_on=None), stamp=parts.AuditStamp(made_at=work.now),
        campaign=campaign.title, unit=unit.name, letter_number=told or None, findings=lines,
        plan_by=local(plan_due(work, campaign)).date(), plan_days=days(campaign, "rectification_plan"), measures=MEASURES,
        deliverables=DELIVERABLES, consequences=_consequences(campaign, findings), contact=contact, receipt=None)


def notice_title(campaign: Campaign) -> str:
    """How the notice is called."""
    return f"关于做好{campaign.title}发现问题整改的通知"


def _line(work: Work, campaign: Campaign, row: Finding, route: FindingRoute) -> parts.FindingLine:
    return parts.FindingLine(
        code=row.code, title=row.title, category=gettext(CATEGORIES.get(row.category, row.category)),
        severity=gettext(SEVERITIES[Severity(row.severity)]), destination=gettext(DESTINATIONS[Destination.RECTIFY]),
        fact=row.description, basis=row.basis, requirement=route.requirement, indicator=row.leaf,
        due_on=local(due_of(work, campaign, row.severity, at_once=route.at_once)).date())


def _consequences(campaign: Campaign, findings: list[Finding]) -> tuple[str, ...]:
    most, step = days(campaign, "extension_most"), days(campaign, "first_step")
    urgent = any(row.severity == Severity.CRITICAL for row in findings)
    first = (f"对严重问题，应当自本通知送达之日起{step}个工作日内采取第一步整改措施并报告。",) if urgent else ()
    return (*first,f"因客观原因不能按期完成的，应当在期限届满前申请延期，延期以一次为限，不超过{most}日。",
            "逾期未完成较重以上问题整改的，在整改经核查通过前，本办暂缓受理你单位新的用编、增设机构和领导职数申请。")


def _contact(work: Work, campaign: Campaign, office: Office) -> parts.Contact:
    """Whom the campaign's notice named; the office itself if there is none."""
    notice = latest(work.session, "notice", campaign=campaign)
    if notice is None:
        return parts.Contact(person=office.short_name, phone="")
    contact: parts.Contact = view_of(notice).contact
    return contact
