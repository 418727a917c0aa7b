"""Concluding a campaign, writing and issuing its report; an interim report before the last unit is final."""

from __future__ import annotations

import hashlib
from typing import Any

from evalplat.audit.log import canonical, record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.jobs.queue import enqueue
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_, listed, speaking
from evalplat.kernel.work import Work
from evalplat.scores import marks, ranks, sheet
from evalplat.scores.rebuilt import result_then, was_compared
from evalplat.scoring.canonical import result_hash
from evalplat.scoring.model import UnitResult
from evalplat.scoring.ranking import quota_grades, rank
from evalplat.workflow.stages import CampaignState, Stage

from . import queries, queries_books, rules_draft
from .forms import SummaryForm
from .queries_compare import comparison
from .queries_draft import values_of
from .queries_view import summary_view
from .tables import Snapshot, SummaryText

INTERIM = "make_interim_summary"


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
    progress.wait(work, moved, "draft_summary", stage=Stage.SUMMARY, href=f"/c/{moved.code}/summary/text")
    record(work, "campaign.concluded", campaign=moved.code, units=len(fixed.data["units"]))
    return moved


def fix_snapshot(work: Work, campaign: Campaign) -> Snapshot:
    """Ranks, quota grades, versions and all rows behind the figures. A result that cannot be computed again to the same hash
    stops it. Results without a visit stand beside the others but not in their ranks."""
    found = queries.snapshot_of(work, campaign)
    if found:
        return found
    system = system_of(work, campaign)
    units, versions, left_out = _final_results(work, campaign)
    light = {one.unit: ranks.LIGHT for one in units if marks.is_light(one.marks)}
    full = [one for one in units if one.unit not in light]
    errors = ranks.errors_of(work, campaign, {one.unit: one.leaves for one in units}, system)
    ranked = rank(units, system, left_out=light, errors=errors)
    grades = {one.unit: one.grade for one in units} | quota_grades(full, system)
    rows = [{"unit": u.unit, "category": u.category, "total": str(u.total), "grade": grades[u.unit], "rank": ranked[u.unit].rank,
             "of": ranked[u.unit].of, "last": ranked[u.unit].last, "tied": ranked[u.unit].tied, "reason": ranked[u.unit].reason,
             "version": versions[u.unit][0], "hash": versions[u.unit][1]} for u in units]
    books = queries_books.gather(work, campaign, ranks={str(row["unit"]): row for row in rows})
    data = {"units": rows, "left_out": left_out, "system_hash": system.hash, "books": queries_books.frozen(books)}
    row: Snapshot = work.add(Snapshot(campaign_id=campaign.id or 0, office_id=work.office_id, hash=_digest(data), data=data,
                                      made_at=work.now))
    return row


def _final_results(work: Work, campaign: Campaign) -> tuple[list[UnitResult], dict[str, tuple[int, str]], list[str]]:
    """Results computed again, unit → (version, hash), and the codes of units that take no part."""
    units: list[UnitResult] = []
    versions: dict[str, tuple[int, str]] = {}
    left_out, compares = [], system_of(work, campaign).relative
    for evaluation, unit in queries.evaluations_of(work, campaign):
        version = sheet.latest(work, evaluation)
        if evaluation.side or version is None:
            left_out.append(unit.code)
            continue
        result = result_then(work, evaluation, version) if compares or was_compared(version) else sheet.compute(work, evaluation)
        if result_hash(result) != version.hash:
            raise Refused(N_("The result of {unit} cannot be computed again to the same value. Ask the operator."), unit=unit.name)
        units += result.units
        versions[unit.code] = (version.version, version.hash)
    return units, versions, left_out


def _digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def write_summary(work: Work, campaign: Campaign, form: SummaryForm) -> SummaryText:
    """Save the chapters and renew the proof."""
    if queries.snapshot_of(work, campaign) is None:
        raise Refused(N_("The report is written from final results: conclude the evaluation first."))
    _check_names(work, campaign, form)
    row = _text(work, campaign)
    for name, value in form.model_dump().items():
        setattr(row, name, value)
    row.written_by = work.actor.user_id
    work.add(row)
    renew_draft(work, campaign, row)
    progress.done(work, campaign, "draft_summary")
    progress.wait(work, campaign, "issue_summary", stage=Stage.SUMMARY, href=f"/c/{campaign.code}/summary#document")
    return row


def _text(work: Work, campaign: Campaign) -> SummaryText:
    return queries.text_of(work, campaign) or SummaryText(campaign_id=campaign.id or 0, office_id=work.office_id)


def _check_names(work: Work, campaign: Campaign, form: SummaryForm) -> None:
    """A name in braces that stands for no number would be printed as it is."""
    with speaking("zh"):
        found = queries.overview(work, campaign)
        values = values_of(found, comparison(work, campaign, found.units))
    for field, text in form.model_dump().items():
        strange = rules_draft.unknown(text, values)
        if strange:
            raise Invalid({field: N_("There is no number called {names}.")}, names=listed(strange))


def renew_draft(work: Work, campaign: Campaign, row: SummaryText) -> None:
    """Make the proof anew from the snapshot and the chapters."""
    old = work.session.get(Document, row.document_id) if row.document_id else None
    view = summary_view(work, campaign, row)
    document = documents.draft(work, "summary", view, title=view.title, campaign=campaign, replaces=old)
    row.document_id = document.id
    work.add(row)


def issue_summary(work: Work, campaign: Campaign) -> None:
    """Issue the report. Whoever wrote it does not issue it. With it the handling is fixed as it stands."""
    row = queries.text_of(work, campaign)
    document = work.session.get(Document, row.document_id) if row and row.document_id else None
    if row is None or document is None or row.written_by is None:
        raise Refused(N_("Write the report first."))
    if row.written_by == work.actor.user_id:
        raise Refused(N_("You wrote the report; somebody else issues it."))
    fix_handling(work, campaign)
    renew_draft(work, campaign, row)
    documents.issue(work, document)
    progress.done(work, campaign, "issue_summary")


def fix_handling(work: Work, campaign: Campaign) -> None:
    """Rectification, studies and letters as they stand now belong to the snapshot from here on."""
    fixed = queries.snapshot_of(work, campaign)
    if fixed is None or fixed.handling:
        return
    fixed.handling = queries_books.frozen_handling(queries_books.gather_handling(work, campaign))
    fixed.handling_hash, fixed.handled_at = _digest(fixed.handling), work.now
    work.add(fixed)


def make_interim(work: Work, campaign: Campaign) -> SummaryText:
    """A report on what is final so far: marked, without ranks, never issued. Its PDF follows by a job."""
    if queries.snapshot_of(work, campaign) is not None:
        raise Refused(N_("The evaluation is concluded: write the report itself."))
    row = _text(work, campaign)
    old = work.session.get(Document, row.interim_id) if row.interim_id else None
    view = summary_view(work, campaign, row, interim=True)
    document = documents.draft(work, "summary", view, title=view.title, campaign=campaign, replaces=old)
    row.interim_id, row.interim_file_id = document.id, None
    work.add(row)
    at = document.drafted_at.isoformat()
    enqueue(work, INTERIM, key=f"{document.code} {at}", campaign_id=campaign.id, campaign=campaign.id, at=at)
    return row
