"""Sentences + frozen result + findings → the letter as a document. Always in Chinese; never a rank, never a referral."""

# All zh: printed
from __future__ import annotations

from dataclasses import replace

from evalplat.campaigns.days import days, relaxed
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import parts
from evalplat.documents.results import result_part
from evalplat.documents.views import FeedbackLetterView
from evalplat.findings.kinds import CATEGORIES, DESTINATIONS, SEVERITIES, Destination, Severity
from evalplat.findings.queries import told
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_, gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.scores import sheet
from evalplat.scores.queries import ScoreView, score_view
from evalplat.scores.words import marks_text, reason_text, without_raters

from .rules import lines
from .tables import FeedbackLetter

UNDECIDED = "待定"


def letter_title(campaign: Campaign) -> str:
    """How the letter is called."""
    return f"关于反馈{campaign.title}结果的意见书"


def letter_view(work: Work, evaluation: Evaluation, letter: FeedbackLetter, *, number: str | None = None) -> FeedbackLetterView:
    """Everything that the letter prints, from the result version that it names."""
    with speaking("zh"):
        score = score_view(work, evaluation, letter.result_version)
        if score is None:
            raise Refused(N_("There is no fixed result yet."))
        rubric = (leaf.code for leaf in sheet.system_for(work, evaluation).rubric_leaves)
        return _view(work, evaluation, letter, without_raters(score, rubric), number)


def _view(work: Work, evaluation: Evaluation, letter: FeedbackLetter, score: ScoreView, number: str | None) -> FeedbackLetterView:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    unit = work.session.get_one(Unit, evaluation.unit_id)
    office = work.session.get_one(Office, work.office_id)
    contact = parts.Contact(person=letter.contact_person, phone=letter.contact_phone, address=letter.contact_address)
    title = letter_title(campaign)
    receipt = parts.ReceiptPart(document_title=title, doc_number=number, unit=unit.name, return_by="收到之日", contact=contact,
                                office_name=office.short_name)
    return FeedbackLetterView(
        head=parts.OfficialHead(office_name=office.document_mark, doc_number=number, draft=True), title=title,
        addressee=unit.name, signed_by=office.name, signed_on=None,
        imprint=parts.Imprint(printed_by=office.name, printed_on=None),
        stamp=parts.AuditStamp(made_at=work.now, result_version=score.version, result_hash=score.hash,
                               relaxed_rules=tuple(relaxed(campaign))),
        campaign=campaign.title, unit=unit.name, result=result_part(_worded(score), marks=marks_text()),
        achievements=lines(letter.achievements), findings=_findings(work, evaluation), advice=lines(letter.advice),
        objection_days=days(campaign, "objection_window"), objection_how=letter.objection_how, contact=contact,
        deemed_days=days(campaign, "letter_deemed"), receipt=receipt)


def _worded(score: ScoreView) -> ScoreView:
    blocks = tuple(replace(block, leaves=tuple(replace(leaf, reason=reason_text(leaf.reason)) for leaf in block.leaves))
                   for block in score.blocks)
    return replace(score, blocks=blocks)


def _findings(work: Work, evaluation: Evaluation) -> tuple[parts.FindingLine, ...]:
    return tuple(_finding(row) for row in told(work, evaluation))


def _finding(row: Finding) -> parts.FindingLine:
    goes_to = [gettext(DESTINATIONS[Destination(one)]) for one in row.destinations.split(",") if one]
    return parts.FindingLine(
        code=row.code, title=row.title, category=gettext(CATEGORIES.get(row.category, row.category)),
        severity=gettext(SEVERITIES[Severity(row.severity)]), destination="、".join(goes_to) or UNDECIDED, fact=row.description,
        basis=row.basis, requirement=row.requirement, indicator=row.leaf, response=row.answer, restricted=row.restricted)
