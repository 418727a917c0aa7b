"""What the report's page shows, and the facts of this room."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import col, select

from evalplat.campaigns import seats
from evalplat.campaigns.days import relaxed
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.files.tables import StoredFile
from evalplat.findings.queries import told
from evalplat.findings.tables import Finding
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.scores import sheet
from evalplat.scores.queries import LeafView, ScoreView, score_view
from evalplat.scoring.canonical import result_hash
from evalplat.workflow.machine import YES, Fact

from .rules import THREE_PEOPLE, ReportState
from .tables import ModerationItem, ModerationMinutes, Report, ReportVersion


def report_of(work: Work, evaluation: Evaluation) -> Report | None:
    """The evaluation's report, if somebody began it."""
    return work.session.get(Report, evaluation.id)


def document_of(work: Work, evaluation: Evaluation) -> Document | None:
    """The report's document."""
    report = report_of(work, evaluation)
    return work.session.get(Document, report.document_id) if report and report.document_id else None


def minutes_of(work: Work, evaluation: Evaluation) -> ModerationMinutes | None:
    """The minutes of the moderation meeting."""
    return work.session.get(ModerationMinutes, evaluation.id)


def items_of(work: Work, evaluation: Evaluation) -> list[ModerationItem]:
    """The changes that the meeting made and nobody took back, by indicator."""
    query = select(ModerationItem).where(ModerationItem.evaluation_id == evaluation.id,
                                         col(ModerationItem.removed_at).is_(None))
    return list(work.session.exec(query.order_by(col(ModerationItem.leaf))))


def versions_of(work: Work, evaluation: Evaluation) -> list[ReportVersion]:
    """The texts saved by the button, the newest first."""
    query = select(ReportVersion).where(ReportVersion.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(ReportVersion.version).desc())))


def lead_of(work: Work, evaluation: Evaluation) -> int | None:
    """The lead of the unit's team."""
    return next((seat.user.id for seat in seats.of_unit(work, evaluation) if seat.lead), None)


def open_findings(work: Work, evaluation: Evaluation) -> list[Finding]:
    """The findings that a report may name: those that stand, without referrals."""
    return told(work, evaluation)


def present_hash(work: Work, evaluation: Evaluation) -> str:
    """The hash of the score as it stands now."""
    return result_hash(sheet.compute(work, evaluation))


def is_relaxed(work: Work, evaluation: Evaluation) -> bool:
    """Whether this campaign lets one person draft, check and approve."""
    return THREE_PEOPLE in relaxed(work.session.get_one(Campaign, evaluation.campaign_id))


def minutes_numbered(work: Work, evaluation: Evaluation) -> Fact:
    """The moderation meeting has numbered minutes."""
    minutes = minutes_of(work, evaluation)
    if minutes is not None and minutes.number:
        return YES
    return Fact(False, N_("The moderation meeting has no numbered minutes yet."), href=_href(work, evaluation, "minutes"))


def report_checked(work: Work, evaluation: Evaluation) -> Fact:
    """Somebody else read the report, and the score is still the one that was handed over."""
    report = report_of(work, evaluation)
    if report is None or report.state not in (ReportState.CHECKED, ReportState.APPROVED):
        return Fact(False, N_("The report has not been checked yet."), href=_href(work, evaluation, "report"))
    if report.result_hash != present_hash(work, evaluation):
        return Fact(False,
                    N_("The score changed after the report was handed over. Return the report, so that its text is looked at again."),
                    href=_href(work, evaluation, "report"))
    return YES


def three_people(work: Work, evaluation: Evaluation) -> Fact:
    """Drafter, checker and approver are three people, unless the campaign relaxed the rule."""
    report = report_of(work, evaluation)
    if is_relaxed(work, evaluation):
        return YES
    writers = set(report.writers) if report else set()
    approver = (report.approved_by if report else None) or work.actor.user_id
    if report and report.checked_by and report.checked_by not in writers and approver not in writers | {report.checked_by}:
        return YES
    return Fact(False, N_("Drafter, checker and approver must be three different people."))


def _href(work: Work, evaluation: Evaluation, anchor: str) -> str:
    campaign, unit = codes(work, evaluation)
    return f"/c/{campaign}/u/{unit}/report#{anchor}"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A changed indicator as shown: what it was, what it is."""

    id: int
    leaf: str
    title: str
    points_from: Decimal | None
    points_to: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class FindingText:
    """A finding beside its editable cause."""

    code: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class People:
    """Names of those who wrote, checked and approved."""

    drafter: str
    checker: str
    approver: str


@dataclass(frozen=True, slots=True)
class ScorePage:
    """The score as this page shows it: the approved version, or provisional."""

    score: ScoreView
    missing: tuple[LeafView, ...]
    items: tuple[ItemLine, ...]
    leaves: tuple[tuple[str, str], ...]


def score_page(work: Work, evaluation: Evaluation) -> ScorePage:
    """Score, missing indicators, changes of the meeting, and the indicators that it may change."""
    report = report_of(work, evaluation)
    score = score_view(work, evaluation, report.result_version if report else None)
    assert score is not None  # a version that a report names exists, and without one there is a provisional result
    rows = items_of(work, evaluation)
    titles = {leaf.code: leaf.title for leaf in score.leaves}
    items = tuple(ItemLine(row.id or 0, row.leaf, titles.get(row.leaf, ""), row.points_from, row.points_to, row.reason)
                  for row in rows)
    changed = {row.leaf for row in rows}
    free = tuple((leaf.code, gettext("{name} ({value})", name=f"{leaf.code} {leaf.title}",
                                        value=f"{leaf.points if leaf.points is not None else '—'} / {leaf.effective_max}"))
                 for leaf in score.leaves if leaf.state != "not_applicable" and leaf.code not in changed)
    return ScorePage(score, tuple(leaf for leaf in score.leaves if leaf.state == "missing"), items, free)


def people_of(work: Work, report: Report | None) -> People:
    """The three names, empty where nobody is yet."""
    def name(user_id: int | None) -> str:
        user = work.session.get(User, user_id) if user_id else None
        return user.name if user else ""

    return People(name(report.drafted_by), name(report.checked_by), name(report.approved_by)) if report else People("", "", "")


def scan_of(work: Work, evaluation: Evaluation) -> StoredFile | None:
    """The scanned minutes."""
    minutes = minutes_of(work, evaluation)
    return work.session.get(StoredFile, minutes.file_id) if minutes and minutes.file_id else None


def finding_texts(work: Work, evaluation: Evaluation) -> tuple[FindingText, ...]:
    """The findings whose causes the report explains."""
    return tuple(FindingText(row.code, row.title, row.description) for row in open_findings(work, evaluation))


def why_not_check(work: Work, evaluation: Evaluation) -> str:
    """Why this person may not check (a gettext id), empty if they may."""
    report = report_of(work, evaluation)
    if report and work.actor.user_id in report.writers and not is_relaxed(work, evaluation):
        return N_("You wrote this report yourself. Somebody else must check it.")
    return ""
