"""An error found without an objection is set right by the director's decision alone: drafted by the section, signed by the director."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.kernel.errors import Forbidden, Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import Stage, State, at_least

from . import queries, queries_correction
from .forms import CorrectedLeaf
from .rules import points_of
from .tables import Correction, CorrectionItem


def draft_correction(work: Work, evaluation: Evaluation, *, found: str, items: Sequence[CorrectedLeaf]) -> Correction:
    """Draft the decision: which points were wrong, what is right, how the error was found. It waits for the director."""
    locked = _correctable(work, evaluation)
    if queries_correction.open_draft(work, locked) is not None:
        raise Refused(N_("A correction waits for the director already."))
    faults = _faults(work, locked, found=found, items=items)
    if faults:
        raise Invalid(faults)
    newest = sheet.latest(work, locked)
    number = work.session.exec(select(func.count(col(Correction.id))).where(Correction.evaluation_id == locked.id)).one() + 1
    row: Correction = work.add(Correction(
        office_id=work.office_id, evaluation_id=locked.id, number=number, found=found.strip(),
        version_before=newest.version if newest else 0, drafted_by=work.actor.user_id, drafted_at=work.now))
    view = queries.frozen(work, locked)
    for item in items:
        leaf = view.leaf(item.leaf) if view else None
        work.add(CorrectionItem(office_id=work.office_id, correction_id=row.id, leaf=item.leaf, points_from=leaf.points if leaf else None,
                                points_to=points_of(item.points), reason=item.reason.strip()))
    _prove(work, locked, row)
    campaign, unit = moves.codes(work, locked)
    record(work, "correction.drafted", campaign=campaign, unit=unit, items=len(items))
    progress.wait(work, locked, "sign_correction", stage=Stage.OBJECTION, href=queries_correction.address(work, locked),
                  not_users=[work.actor.user_id] if work.actor.user_id else [])
    return row


def _correctable(work: Work, evaluation: Evaluation) -> Evaluation:
    """After the approved report; not while the panel has the result, and not while points wait to be given again."""
    locked = moves.lock(work, evaluation)
    reason = queries_correction.why_not(work, locked)
    if reason:
        raise Refused(reason)
    return locked


def _faults(work: Work, evaluation: Evaluation, *, found: str, items: Sequence[CorrectedLeaf]) -> dict[str, str]:
    faults = {} if found.strip() else {"found": N_("Say how the error was found.")}
    if not items:
        faults["item.1.leaf"] = N_("Choose at least one indicator.")
    view, seen, decided = queries.frozen(work, evaluation), set(), queries.decided_leaves(work, evaluation)
    for place, item in enumerate(items, 1):
        key, full = f"item.{item.line or place}", queries.full_mark(view, item.leaf)
        points = points_of(item.points)
        if full is None or item.leaf in seen:
            faults[f"{key}.leaf"] = N_("Choose an indicator that is scored, each once.")
        elif item.leaf in decided:
            faults[f"{key}.leaf"] = N_("The panel decided on this indicator. A correction does not change that.")
        elif points is None or not 0 <= points <= full:
            faults[f"{key}.points"] = N_("Enter points between 0 and the full mark, with at most two decimals.")
        elif view and (leaf := view.leaf(item.leaf)) and leaf.points == points:
            faults[f"{key}.points"] = N_("These are the present points.")
        if not item.reason.strip():
            faults[f"{key}.reason"] = N_("Say why.")
        seen.add(item.leaf)
    return faults


def _prove(work: Work, evaluation: Evaluation, row: Correction, *, after: ResultVersion | None = None) -> Document:
    before = work.session.get(Document, row.document_id) if row.document_id else None
    view = queries_correction.decision_view(work, evaluation, row, after=after)
    if before is not None:
        view = replace(view, head=replace(view.head, doc_number=before.number))
    document = documents.draft(work, "correction_decision", view, title=view.title, evaluation=evaluation, replaces=before,
                               campaign=work.session.get_one(Campaign, evaluation.campaign_id))
    row.document_id = document.id
    work.add(row)
    return document


def drop_correction(work: Work, evaluation: Evaluation) -> None:
    """The director does not sign, or the section takes it back: nothing changes."""
    locked = moves.lock(work, evaluation)
    row = _waiting(work, locked)
    row.state = "dropped"
    work.add(row)
    document = work.session.get(Document, row.document_id) if row.document_id else None
    if document is not None:
        documents.void(work, document, reason="更正未予签发")  # zh: recorded
    progress.done(work, locked, "sign_correction")
    campaign, unit = moves.codes(work, locked)
    record(work, "correction.dropped", campaign=campaign, unit=unit)


def _waiting(work: Work, evaluation: Evaluation) -> Correction:
    row = queries_correction.open_draft(work, evaluation)
    if row is None:
        raise Refused(N_("No correction waits for a signature."))
    return row


def sign_correction(work: Work, evaluation: Evaluation) -> Document:
    """Sign: the points change under the decision's number, the next version is fixed, the decision goes to the unit."""
    locked = _correctable(work, evaluation)
    row = _waiting(work, locked)
    if row.drafted_by == work.actor.user_id:
        raise Forbidden(N_("You drafted this correction; somebody else signs it."))
    newest = sheet.latest(work, locked)
    if newest is None or newest.version != row.version_before:
        raise Refused(N_("The result changed after the correction was drafted. Drop it and draft it again."))
    draft = work.session.get_one(Document, row.document_id)
    number = documents.give_number(work, draft)
    for item in queries_correction.items_of(work, row):
        value = {"points": str(Decimal(item.points_to)), "annulled": False, "reason": item.reason}
        ledger.put(work, locked, f"override:{item.leaf}", value, source="decision", ref=f"更正决定 {number}")  # zh: recorded
    after = sheet.freeze(work, locked, reason=f"更正决定 {number}")  # zh: recorded
    row.state, row.signed_by, row.signed_at, row.version_after = "signed", work.actor.user_id, work.now, after.version
    work.add(row)
    document = documents.issue(work, _prove(work, locked, row, after=after))
    progress.done(work, locked, "sign_correction")
    campaign, unit = moves.codes(work, locked)
    record(work, "correction.signed", campaign=campaign, unit=unit, number=number, version=after.version,
           items=len(queries_correction.items_of(work, row)))
    return document


CORRECTABLE = tuple(state for state in State if at_least(state, State.REPORTED) and state != State.OBJECTED)
