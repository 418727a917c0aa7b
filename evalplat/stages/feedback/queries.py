"""What the letter's page shows, its first sentences, and the fact of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns import moves, sides
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation, Window
from evalplat.documents.actions import own_draft, view_of
from evalplat.documents.queries import latest
from evalplat.documents.tables import Document
from evalplat.documents.views import NoticeView, ReportView
from evalplat.files.tables import StoredFile
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import sheet
from evalplat.scores.publication import Shown, audience_of, may_show
from evalplat.scores.queries import ScoreView, score_view
from evalplat.scores.words import without_raters
from evalplat.workflow.machine import YES, Blocked, Fact
from evalplat.workflow.stages import State, at_least

from .forms import LetterForm
from .rules import OBJECTION_HOW, OBJECTION_WINDOW
from .tables import FeedbackLetter, LetterReceipt


def letter_of(work: Work, evaluation: Evaluation) -> FeedbackLetter | None:
    """The evaluation's letter, if somebody began it."""
    return work.session.get(FeedbackLetter, evaluation.id)


def document_of(work: Work, evaluation: Evaluation) -> Document | None:
    """The letter's document."""
    letter = letter_of(work, evaluation)
    return work.session.get(Document, letter.document_id) if letter and letter.document_id else None


def receipt_of(work: Work, evaluation: Evaluation) -> LetterReceipt | None:
    """How the unit received the letter."""
    return work.session.get(LetterReceipt, evaluation.id)


def window_of(work: Work, evaluation: Evaluation) -> Window | None:
    """The unit's time to object."""
    query = select(Window).where(Window.evaluation_id == evaluation.id, Window.kind == OBJECTION_WINDOW)
    return work.session.exec(query).one_or_none()


def letter_numbered(work: Work, evaluation: Evaluation) -> Fact:
    """The letter has its number."""
    document = document_of(work, evaluation)
    if document is not None and document.number:
        return YES
    campaign, unit = moves.codes(work, evaluation)
    return Fact(False, N_("The letter has no number yet."), href=f"/c/{campaign}/u/{unit}/feedback#letter")


def deemed_at(work: Work, evaluation: Evaluation) -> datetime | None:
    """When a silent unit counts as having received the letter."""
    document = document_of(work, evaluation)
    if document is None or document.issued_at is None:
        return None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    return sides.deadline(work, evaluation, days(campaign, "letter_deemed"), start=document.issued_at)


def suggested(work: Work, evaluation: Evaluation) -> LetterForm:
    """The letter's first sentences, from the approved report and the notice."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    report = latest(work.session, "report", evaluation=evaluation)
    notice = latest(work.session, "notice", campaign=campaign)
    told: ReportView | None = view_of(report) if report else None
    contact: NoticeView | None = view_of(notice) if notice else None
    achievements = [line for section in told.achievements for line in section.paragraphs] if told else []
    return LetterForm(  # zh: drafted
        achievements="\n".join(achievements), advice="\n".join(told.advice_unit if told else ()), objection_how=OBJECTION_HOW,
        contact_person=contact.contact.person if contact else "监督检查科", contact_phone=contact.contact.phone if contact else "12310",
        contact_address=contact.contact.address if contact else "")


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """The page of one evaluation's letter. ``score`` is empty for who may not see it."""

    document: Document | None
    typed: dict[str, str]
    version: int | None
    newest: int | None
    score: ScoreView | None
    blocked: tuple[Blocked, ...]
    own_draft: bool
    receipt: LetterReceipt | None
    scan: StoredFile | None
    deemed_at: datetime | None
    window: Window | None
    window_days: int
    window_over: bool


def feedback_page(work: Work, evaluation: Evaluation) -> FeedbackPage:
    """Everything on the page, as ``work.actor`` may see it."""
    letter, receipt, window = letter_of(work, evaluation), receipt_of(work, evaluation), window_of(work, evaluation)
    newest = sheet.latest(work, evaluation)
    version = letter.result_version if letter else newest.version if newest else None
    begun = at_least(evaluation.state, State.REPORTED)
    typed = LetterForm.model_validate(letter, from_attributes=True) if letter else suggested(work, evaluation) if begun else None
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    document = document_of(work, evaluation)
    return FeedbackPage(
        document=document, own_draft=own_draft(work, document, campaign), typed=typed.model_dump() if typed else {}, version=version,
        newest=newest.version if newest else None, score=_score(work, evaluation, version),
        blocked=moves.blocked_by(work, evaluation, "inform") if evaluation.state == State.REPORTED else (),
        receipt=receipt, scan=work.session.get(StoredFile, receipt.file_id) if receipt and receipt.file_id else None,
        deemed_at=deemed_at(work, evaluation), window=window, window_days=days(campaign, "objection_window"),
        window_over=window is not None and window.closes_at < work.now)


def _score(work: Work, evaluation: Evaluation, version: int | None) -> ScoreView | None:
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    shown = may_show(Shown.SCORE, campaign, evaluation, to=audience_of(work.actor, evaluation))
    allowed = shown and at_least(evaluation.state, State.REPORTED) and may(work.actor, Act.SEE_SCORE, evaluation)
    score = score_view(work, evaluation, version) if allowed and version else None
    if score is None or evaluation.unit_id not in work.actor.unit_ids:
        return score
    return without_raters(score, (leaf.code for leaf in sheet.system_for(work, evaluation).rubric_leaves))
