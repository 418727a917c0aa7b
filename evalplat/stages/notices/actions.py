"""The notice's deeds: write, number, issue; receive, or be deemed served."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import definitions, moves, progress
from evalplat.campaigns.days import days
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.stages import CampaignState, Stage, State

from . import queries
from .forms import NoticeForm
from .queries_view import notice_view
from .tables import Notice, NoticeReceipt


def write_notice(work: Work, campaign: Campaign, form: NoticeForm) -> Notice:
    """Write or change the notice; its proof is renewed. Who wrote last is its drafter."""
    if campaign.state not in (CampaignState.DRAFTED, CampaignState.APPROVED):
        raise Refused(N_("The notice was issued. What changes now goes into a supplementary notice."))
    notice = queries.notice_of(work, campaign) or Notice(campaign_id=campaign.id, office_id=work.office_id, **form.model_dump())
    for name, value in form.model_dump().items():
        setattr(notice, name, value)
    work.add(notice)
    document = documents.draft(work, "notice", notice_view(work, campaign, notice), title=notice_title(campaign),
                               campaign=campaign, replaces=queries.document_of(work, campaign))
    document.drafted_by, notice.document_id = work.actor.user_id, document.id
    work.add(notice)
    record(work, "notice.drafted", campaign=campaign.code, document=document.code)
    return notice


def notice_title(campaign: Campaign) -> str:
    """How the notice is called."""
    return f"关于开展{campaign.title}的通知"  # zh: printed


def number_notice(work: Work, campaign: Campaign) -> str:
    """Give the notice its number; from now on it waits for the director."""
    document = queries.document_of(work, campaign)
    if document is None:
        raise Refused(N_("Write the notice first."))
    number = documents.give_number(work, document)
    progress.done(work, campaign, "draft_notice")
    progress.wait(work, campaign, "issue_campaign", stage=Stage.NOTICE, href=f"/c/{campaign.code}/notice")
    return number


def issue_notice(work: Work, campaign: Campaign) -> None:
    """Issue the notice: definitions are frozen, every unit is notified, the document goes out. All or nothing."""
    definitions.freeze(work, campaign)
    campaign = moves.make_campaign(work, campaign, "issue")
    campaign.issued_at = work.now
    work.add(campaign)
    notice = queries.notice_of(work, campaign)
    document = queries.document_of(work, campaign)
    if notice is None or document is None:
        raise Refused(N_("Write the notice first."))
    documents.must_be_anothers(work, document, campaign)
    documents.draft(work, "notice", notice_view(work, campaign, notice), title=document.title, campaign=campaign,
                    replaces=document)
    documents.issue(work, document)
    progress.done(work, campaign, "issue_campaign")
    evaluations = list(work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id)))
    for evaluation in evaluations:
        moves.make(work, evaluation, "issue")
        _, unit = moves.codes(work, evaluation)
        progress.wait(work, evaluation, "acknowledge_notice", stage=Stage.NOTICE, due_at=queries.deemed_at(work, evaluation),
                      href=f"/c/{campaign.code}/u/{unit}/notice")
    record(work, "notice.issued", campaign=campaign.code, number=document.number, units=len(evaluations))


def acknowledge(work: Work, evaluation: Evaluation, *, how: str = "signed", note: str = "",
                file_id: int | None = None) -> Evaluation:
    """The unit has the notice: it says so, its paper receipt came back, or it counts as served."""
    moved = moves.make(work, evaluation, "acknowledge", note=note)
    work.add(NoticeReceipt(evaluation_id=evaluation.id, office_id=work.office_id, how=how, at=work.now,
                           by_name=work.actor.name, note=note, file_id=file_id))
    progress.done(work, evaluation, "acknowledge_notice")
    campaign, unit = moves.codes(work, evaluation)
    record(work, "notice.received", campaign=campaign, unit=unit, how=how)
    return moved


def deem_served(work: Work) -> int:
    """Every unit that said nothing in time counts as served; how many. Called by the timetable."""
    query = (select(Evaluation, Campaign).join(Campaign, col(Campaign.id) == col(Evaluation.campaign_id))
             .where(Campaign.office_id == work.office_id, Campaign.state == CampaignState.ISSUED,
                    Evaluation.state == State.NOTIFIED, col(Evaluation.side).is_(None))
             .order_by(col(Evaluation.id)))
    count = 0
    for evaluation, campaign in list(work.session.exec(query)):
        due = queries.deemed_at(work, evaluation)
        if due is not None and due < work.now:
            acknowledge(work, evaluation, how="deemed")
            _, unit = moves.codes(work, evaluation)
            record(work, "notice.deemed_served", campaign=campaign.code, unit=unit, days=days(campaign, "notice_deemed"))
            count += 1
    return count
