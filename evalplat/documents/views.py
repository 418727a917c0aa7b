"""One view-model per document: everything printed is in it, so that a document can be made again and compared."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evalplat.documents.parts import (
    AuditStamp,
    AverageLine,
    Contact,
    CountLine,
    FindingCount,
    FindingLine,
    Imprint,
    IndicatorLine,
    OfficialHead,
    ReceiptPart,
    Result,
    ReviewItem,
    SatisfactionLine,
    Section,
    Sheet,
    Team,
    UnitLine,
    Window,
    refuse_restricted,
)
from evalplat.documents.parts_summary import CategoryLine, ComparePart, ContestedLine, LedgerLine


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What every official document has, whatever it says."""

    head: OfficialHead
    title: str
    addressee: str
    signed_by: str
    signed_on: date | None
    imprint: Imprint
    stamp: AuditStamp


@dataclass(frozen=True, kw_only=True)
class NoticeView(Letter):
    """印发评估通知: who is evaluated, on what, when, by whom."""

    campaign: str
    kind: str
    basis: tuple[str, ...]
    purpose: str
    units: tuple[str, ...]
    census_date: date
    period: str
    system_name: str
    system_version: str
    system_hash: str
    indicators: tuple[IndicatorLine, ...]
    windows: tuple[Window, ...]
    teams: tuple[Team, ...]
    submit_by: date
    deliverables: tuple[str, ...]
    outline: tuple[str, ...]
    requirements: tuple[str, ...]
    contact: Contact
    deemed_days: int
    receipt: ReceiptPart | None = None


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """部门评估报告 (DOC09): five chapters, the score table and the list of findings."""

    title: str
    office_name: str
    report_number: str | None
    draft: bool
    unit: str
    campaign: str
    made_on: date | None
    classification: str | None
    organisation: tuple[str, ...]
    team: Team
    onsite: tuple[str, ...]
    result: Result
    assessment: tuple[str, ...]
    achievements: tuple[Section, ...]
    findings: tuple[FindingLine, ...]
    causes: tuple[str, ...]
    advice_office: tuple[str, ...]
    advice_unit: tuple[str, ...]
    drafter: str
    checker: str
    approver: str
    stamp: AuditStamp

    def __post_init__(self) -> None:
        refuse_restricted(self.findings)


@dataclass(frozen=True, kw_only=True)
class FeedbackLetterView(Letter):
    """评估结果反馈意见书 (DOC10): score and band grade, findings, advice, the right to object; never a rank."""

    campaign: str
    unit: str
    result: Result
    achievements: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    advice: tuple[str, ...]
    objection_days: int
    objection_how: str
    contact: Contact
    deemed_days: int
    receipt: ReceiptPart | None = None

    def __post_init__(self) -> None:
        refuse_restricted(self.findings)


@dataclass(frozen=True, kw_only=True)
class ReviewDecisionView(Letter):
    """复核决定书 (DOC11): what was contested, what was found, what was decided on each item."""

    campaign: str
    applicant: str
    applicant_head: str
    letter_number: str
    applied_on: date
    accepted_on: date
    panel: tuple[str, ...]
    method: str
    items: tuple[ReviewItem, ...]
    total_before: Decimal
    total_after: Decimal
    grade_before: str
    grade_after: str
    version_before: int
    version_after: int
    rescore_note: str
    receipt: ReceiptPart | None = None


@dataclass(frozen=True, kw_only=True)
class RectificationNoticeView(Letter):
    """整改通知书 (DOC12): each finding with its basis, what is required and by when."""

    campaign: str
    unit: str
    letter_number: str | None
    findings: tuple[FindingLine, ...]
    plan_by: date
    plan_days: int
    measures: tuple[str, ...]
    deliverables: tuple[str, ...]
    consequences: tuple[str, ...]
    contact: Contact
    receipt: ReceiptPart | None = None

    def __post_init__(self) -> None:
        refuse_restricted(self.findings)


@dataclass(frozen=True, kw_only=True)
class SummaryView(Letter):
    """全市机构编制评估情况报告 (DOC15): final results alone; referrals appear as a number, never by name.

    `interim` says how many units are final: then it is no report but a look at what is known, without ranks.
    """

    campaign: str
    snapshot: str
    organisation: tuple[str, ...]
    participation: tuple[CountLine, ...]
    overall: tuple[str, ...]
    distribution: tuple[CountLine, ...]
    grades: tuple[CountLine, ...]
    units: tuple[UnitLine, ...]
    mean_total: Decimal
    mean_x: Decimal
    mean_y: Decimal
    averages: tuple[AverageLine, ...]
    achievements: tuple[Section, ...]
    findings: tuple[FindingCount, ...]
    problems: tuple[Section, ...]
    causes: tuple[str, ...]
    objections: tuple[CountLine, ...]
    rectification: tuple[CountLine, ...]
    handling: tuple[str, ...]
    satisfaction: tuple[SatisfactionLine, ...]
    advice: tuple[Section, ...]
    interim: str = ""
    missing: tuple[str, ...] = ()
    categories: tuple[CategoryLine, ...] = ()
    compare: ComparePart | None = None
    families: tuple[FindingCount, ...] = ()
    cases: tuple[str, ...] = ()
    feedback: tuple[CountLine, ...] = ()
    closing_rate: Decimal | None = None
    studies: tuple[CountLine, ...] = ()
    net_posts: int | None = None
    referrals: int | None = None
    ledger: tuple[LedgerLine, ...] = ()
    contested: tuple[ContestedLine, ...] = ()
    handled_on: str = ""
    handling_parts: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlainLetterView(Letter):
    """Any letter without figures of its own: opening paragraphs, headed sections, tables as attachments."""

    opening: tuple[str, ...]
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    contact: Contact | None = None
    receipt: ReceiptPart | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiptView:
    """送达回执 on a sheet of its own."""

    receipt: ReceiptPart
    stamp: AuditStamp
    draft: bool = False


@dataclass(frozen=True, kw_only=True)
class PosterView:
    """A poster that asks people to answer the survey: one A4 page, one QR code."""

    title: str
    lead: str
    organiser: str
    unit: str
    url: str
    opens_on: date
    closes_on: date
    minutes: int
    phone: str
    promises: tuple[str, ...]
    stamp: AuditStamp
    short_url: str = ""
    draft: bool = False


DocumentView = (
    NoticeView
    | ReportView
    | FeedbackLetterView
    | ReviewDecisionView
    | RectificationNoticeView
    | SummaryView
    | PlainLetterView
    | ReceiptView
    | PosterView
)

PLAIN_LETTERS: tuple[str, ...] = (
    "plan",
    "supplementary_notice",
    "extension_notice",
    "side_notice",
    "recusal_decision",
    "objection_intake",
    "correction_decision",
    "establishment_advice",
    "referral_letter",
    "look_back_report",
)
"""Kinds that share the plain letter's view and template."""

VIEW_OF_KIND: dict[str, type] = dict.fromkeys(PLAIN_LETTERS, PlainLetterView) | {
    "notice": NoticeView,
    "report": ReportView,
    "feedback_letter": FeedbackLetterView,
    "review_decision": ReviewDecisionView,
    "rectification_notice": RectificationNoticeView,
    "summary": SummaryView,
    "receipt": ReceiptView,
    "poster": PosterView,
}
"""Kind of document (a key in the database) → its view."""
