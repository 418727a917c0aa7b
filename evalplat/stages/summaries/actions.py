"""Concluding a campaign, writing and issuing its report."""

from __future__ import annotations

import hashlib

from evalplat.audit.log import canonical, record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import sheet
from evalplat.scoring.canonical import result_hash
from evalplat.scoring.model import UnitResult
from evalplat.scoring.ranking import quota_grades, rank
from evalplat.workflow.stages import CampaignState, Stage

from . import queries
from .forms import SummaryForm
from .queries_view import summary_view
from .tables import Snapshot, SummaryText


def when_final(work: Work, evaluation: Evaluation) -> None:
    """The last unit became final: concluding waits for the director."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    if campaign.state == CampaignState.ISSUED and not moves.campaign_blocked_by(work, campaign, "conclude"):
        progress.wait(work, campaign, "conclude_campaign", stage=Stage.SUMMARY, href=f"/c/{campaign.code}/summary")


def conclude(work: Work, campaign: Campaign) -> Campaign:
    """Conclude: ranks and grades are fixed in one recorded act, and the report waits to be written."""
    moved = moves.make_campaign(work, campaign, "conclude")
    moved.concluded_at = work.now
    work.add(moved)
    fixed = fix_snapshot(work, moved)
    progress.done(work, moved, "conclude_campaign")
    progress.wait(work, moved, "draft_summary", stage=Stage.SUMMARY, href=f"/c/{moved.code}/summary#text")
    record(work, "campaign.concluded", campaign=moved.code, units=len(fixed.data["units"]))
    return moved


def fix_snapshot(work: Work, campaign: Campaign) -> Snapshot:
    """Ranks, quota grades and versions of all units. A result that cannot be computed again to the same hash stops it."""
    found = queries.snapshot_of(work, campaign)
    if found:
        return found
    system = system_of(work, campaign)
    units: list[UnitResult] = []
    versions: dict[str, tuple[int, str]] = {}
    left_out = []
    for evaluation, unit in queries.evaluations_of(work, campaign):
        version = sheet.latest(work, evaluation)
        if evaluation.side or version is None:
            left_out.append(unit.code)
            continue
        result = sheet.compute(work, evaluation)
        if result_hash(result) != version.hash:
            raise Refused(N_("The result of {unit} cannot be computed again to the same value. Ask the operator."), unit=unit.name)
        units += result.units
        versions[unit.code] = (version.version, version.hash)
    ranked, grades = rank(units, system), quota_grades(units, system)
    rows = [{"unit": u.unit, "category": u.category, "total": str(u.total), "grade": grades[u.unit], "rank": ranked[u.unit].rank,
             "of": ranked[u.unit].of, "reason": ranked[u.unit].reason, "version": versions[u.unit][0],
             "hash": versions[u.unit][1]} for u in units]
    data = {"units": rows, "left_out": left_out, "system_hash": system.hash}
    digest = hashlib.sha256(canonical(data).encode()).hexdigest()
    row: Snapshot = work.add(Snapshot(campaign_id=campaign.id, office_id=work.office_id, hash=digest, data=data, made_at=work.now))
    return row


def write_summary(work: Work, campaign: Campaign, form: SummaryForm) -> SummaryText:
    """Save the chapters and renew the proof."""
    if queries.snapshot_of(work, campaign) is None:
        raise Refused(N_("The report is written from final results: conclude the campaign first."))
    row = queries.text_of(work, campaign) or SummaryText(campaign_id=campaign.id, office_id=work.office_id)
    for name, value in form.model_dump().items():
        setattr(row, name, value)
    row.written_by = work.actor.user_id
    work.add(row)
    renew_draft(work, campaign, row)
    progress.done(work, campaign, "draft_summary")
    progress.wait(work, campaign, "issue_summary", stage=Stage.SUMMARY, href=f"/c/{campaign.code}/summary#document")
    return row


def renew_draft(work: Work, campaign: Campaign, row: SummaryText) -> None:
    """Make the proof anew from the snapshot and the chapters."""
    from evalplat.documents.tables import Document

    old = work.session.get(Document, row.document_id) if row.document_id else None
    view = summary_view(work, campaign, row)
    document = documents.draft(work, "summary", view, title=view.title, campaign=campaign, replaces=old)
    row.document_id = document.id
    work.add(row)


def issue_summary(work: Work, campaign: Campaign) -> None:
    """Issue the report. Whoever wrote it does not issue it."""
    from evalplat.documents.tables import Document

    row = queries.text_of(work, campaign)
    document = work.session.get(Document, row.document_id) if row and row.document_id else None
    if row is None or document is None or row.written_by is None:
        raise Refused(N_("Write the report first."))
    if row.written_by == work.actor.user_id:
        raise Refused(N_("You wrote the report; somebody else issues it."))
    renew_draft(work, campaign, row)
    documents.issue(work, document)
    progress.done(work, campaign, "issue_summary")
