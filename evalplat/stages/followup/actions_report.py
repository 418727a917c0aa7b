"""The look-back report of a campaign: the section writes its conclusion, the director issues it to the commission."""

from __future__ import annotations

from evalplat.audit.log import record
from evalplat.campaigns import progress
from evalplat.campaigns.tables import Campaign
from evalplat.documents import actions as documents
from evalplat.documents.queries import latest
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.stages import Stage

from . import queries_letters
from .forms import ReportForm
from .tables import LookBackText


def write(work: Work, campaign: Campaign, form: ReportForm) -> Document:
    """Write or change the conclusion; the proof is made anew with today's figures."""
    if not queries_letters.checks(work, campaign):
        raise Refused(N_("Nothing was looked at again yet."))
    if not form.conclusion.strip():
        raise Invalid({"conclusion": N_("Fill this in.")})
    text = work.session.get(LookBackText, campaign.id) or LookBackText(campaign_id=campaign.id or 0, office_id=work.office_id,
                                                                       written_at=work.now)
    text.conclusion, text.advice = form.conclusion.strip(), form.advice.strip()
    text.written_by, text.written_at = work.actor.user_id, work.now
    work.add(text)
    document = _draft(work, campaign, text)
    progress.wait(work, campaign, "issue_look_back_report", stage=Stage.FOLLOW_UP, href=f"/c/{campaign.code}/follow-up#look-back")
    return document


def _draft(work: Work, campaign: Campaign, text: LookBackText) -> Document:
    old = draft_of(work, campaign)
    view = queries_letters.look_back_report(work, campaign, text)
    document = documents.draft(work, "look_back_report", view, title=view.title, campaign=campaign, replaces=old)
    document.drafted_by = text.written_by
    work.add(document)
    return document


def draft_of(work: Work, campaign: Campaign) -> Document | None:
    """The report that is being prepared."""
    found = latest(work.session, "look_back_report", campaign=campaign)
    return found if found is not None and found.state == "draft" else None


def issue(work: Work, campaign: Campaign) -> Document:
    """Issue the report with the figures of this moment; never by whoever wrote it."""
    text = work.session.get(LookBackText, campaign.id)
    if text is None or draft_of(work, campaign) is None:
        raise Refused(N_("The report of the look back is not written yet."))
    if text.written_by == work.actor.user_id:
        raise Refused(N_("You wrote the report yourself; somebody else issues it."))
    document = documents.issue(work, _draft(work, campaign, text))
    progress.done(work, campaign, "issue_look_back_report")
    record(work, "look_back.reported", campaign=campaign.code, number=document.number)
    return document
