"""The first proof of the report is ready when somebody opens it; the PDF of an interim report is made beside the pages."""

from __future__ import annotations

from typing import Any

from evalplat.campaigns.tables import Campaign
from evalplat.documents.actions import view_of
from evalplat.documents.tables import Document
from evalplat.files.store import put
from evalplat.jobs.queue import JobKind
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work

from . import actions, queries
from .tables import SummaryText


def make_summary(work: Work, payload: dict[str, Any], item: Any) -> None:
    """Make the proof with the figures and empty chapters, unless somebody was faster."""
    campaign = work.session.get_one(Campaign, payload["campaign"])
    row = queries.text_of(work, campaign) or work.add(SummaryText(campaign_id=campaign.id or 0, office_id=work.office_id))
    if row.document_id is None:
        actions.renew_draft(work, campaign, row)


def render_interim(work: Work, payload: dict[str, Any], item: Any) -> bytes | None:
    """The slow part, which only reads."""
    from evalplat.documents.render import render_pdf

    row = work.session.get(SummaryText, payload["campaign"])
    document = work.session.get(Document, row.interim_id) if row and row.interim_id else None
    return render_pdf(document.kind, view_of(document)) if row and document and row.interim_file_id is None else None


def keep_interim(work: Work, payload: dict[str, Any], data: bytes | None) -> None:
    """Keep the file where the page finds it."""
    row = work.session.get_one(SummaryText, payload["campaign"])
    document = work.session.get(Document, row.interim_id) if row.interim_id else None
    if data is None or document is None or document.drafted_at.isoformat() != payload["at"]:
        return  # somebody asked for a newer one meanwhile
    file = put(work, f"{document.title}.pdf", data, media_type="application/pdf", purpose="document", evaluation_id=None)
    row.interim_file_id = file.id
    work.add(row)


JOBS = (JobKind("make_summary", N_("Make the proof of the report to the commission"), make_summary),
        JobKind(actions.INTERIM, N_("Make the PDF of an interim report"), keep_interim, prepare=render_interim))
