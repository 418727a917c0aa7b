"""What the page of one unit's side state shows: what stands still, since when, why, and by which letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from evalplat.access.acts import LABELS, Act
from evalplat.campaigns.tables import Campaign, Evaluation, Progress
from evalplat.documents.queries import documents_of, readable
from evalplat.documents.tables import Document
from evalplat.kernel.i18n import gettext
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow.stages import SideState, State, at_least


@dataclass(frozen=True, slots=True)
class AsidePage:
    """``still``: the side state or None; ``successor`` took over; ``letters``: the newest first."""

    still: str | None
    since: datetime | None
    reason: str
    document: str
    successor: str
    letters: tuple[Document, ...]
    sides: tuple[SideState, ...]
    successors: tuple[tuple[str, str], ...]
    final: bool
    stopped: tuple[str, ...]


def aside_page(work: Work, evaluation: Evaluation) -> AsidePage:
    """Everything, with what can be chosen now."""
    unit = work.session.get_one(Unit, evaluation.unit_id)
    taker = work.session.get(Unit, unit.merged_into_id) if unit.merged_into_id else None
    others = select(Unit).where(Unit.office_id == work.office_id, Unit.id != unit.id, col(Unit.active).is_(True))
    letters = [row for row in documents_of(work.session, evaluation, kind="side_notice")
               if row.state != "draft" and readable(work.session, work.actor, row)]
    final = at_least(evaluation.state, State.FINAL)
    sides = {None: tuple(SideState), SideState.SUSPENDED: (SideState.EXEMPT, SideState.MERGED)}
    offered = sides.get(SideState(evaluation.side) if evaluation.side else None, ())
    return AsidePage(
        evaluation.side, evaluation.side_since, evaluation.side_reason, evaluation.side_document, taker.name if taker else "",
        tuple(letters), tuple(side for side in offered if not (final and side == SideState.EXEMPT)),
        tuple((one.code, one.name) for one in work.session.exec(others.order_by(*by_unit_order(work)))), final,
        _stopped(work, evaluation, unit))


def _stopped(work: Work, evaluation: Evaluation, unit: Unit) -> tuple[str, ...]:
    """What waited when it was halted, in the words of its tasks."""
    if evaluation.side is None or evaluation.side_since is None:
        return ()
    query = select(Progress).where(Progress.evaluation_id == evaluation.id, Progress.done_at == evaluation.side_since)
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    known = {"unit": unit.short_name, "campaign": campaign.title}
    rows = work.session.exec(query.order_by(col(Progress.id)))
    return tuple(gettext(LABELS.get(Act(row.act), row.act)).format(**(known | row.params)) for row in rows)


def unit_by_code(work: Work, code: str) -> Unit | None:
    """A department of the office that is still in use."""
    query = select(Unit).where(Unit.office_id == work.office_id, Unit.code == code, col(Unit.active).is_(True))
    return work.session.exec(query).one_or_none()
