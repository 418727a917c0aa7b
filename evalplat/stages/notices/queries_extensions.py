"""What the page of a unit's extensions shows: what can be extended now, and what was asked, granted or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from evalplat.campaigns import windows
from evalplat.campaigns.tables import Evaluation
from evalplat.documents.tables import Document
from evalplat.kernel.work import Work
from evalplat.workflow.stages import State

from .tables import Extension

OPEN = ("drafted", "asked")
UNIT_KINDS = {"assessment": (State.NOTIFIED, State.ASSESSING), "review": (State.ACCEPTED,), "correction": (State.OBJECTED,)}
"""Kind → in which states the unit may ask for more time for it."""
OFFICE_KINDS = UNIT_KINDS | {"survey": tuple(State)[1:], "review": tuple(State)[1:6]}


def can_extend(work: Work, evaluation: Evaluation, *, office: bool) -> dict[str, datetime]:
    """Kind → its present last day, for everything that can be extended now."""
    if evaluation.side:
        return {}
    kinds = OFFICE_KINDS if office else UNIT_KINDS
    found = {kind: windows.due_of(work, evaluation, kind) for kind, states in kinds.items() if evaluation.state in states}
    return {kind: due for kind, due in found.items() if due is not None and due >= work.now}


def extensions_of(work: Work, evaluation: Evaluation) -> list[Extension]:
    """All of one unit, the newest first."""
    query = select(Extension).where(Extension.evaluation_id == evaluation.id)
    return list(work.session.exec(query.order_by(col(Extension.id).desc())))


def open_one(work: Work, evaluation: Evaluation, kind: str | None = None) -> Extension | None:
    """The request that nobody decided yet (for a kind)."""
    return next((row for row in extensions_of(work, evaluation)
                 if row.state in OPEN and kind in (None, row.kind)), None)


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """One extension as the page shows it. ``document``: code and number of its letter."""

    id: int
    kind: str
    state: str
    own: bool
    due_before: datetime
    asked_until: datetime
    until: datetime | None
    reason: str
    drafted_at: datetime
    drafted_by: str
    asked_at: datetime | None
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    decision_reason: str
    document: tuple[str, str] | None


def lines_of(work: Work, evaluation: Evaluation) -> list[ExtensionLine]:
    """All extensions with their letters; a unit reads no name of the office's people."""
    rows = extensions_of(work, evaluation)
    query = select(Document).where(col(Document.id).in_([row.document_id for row in rows if row.document_id]))
    letters = {row.id: (row.code, row.number or "") for row in work.session.exec(query)}
    inside = evaluation.unit_id not in getattr(work.actor, "unit_ids", ())
    return [ExtensionLine(row.id or 0, row.kind, row.state, row.own, row.due_before, row.asked_until, row.until, row.reason,
                          row.drafted_at, "" if row.own and not inside else row.drafted_by, row.asked_at, row.asked_by, row.decided_at,
                          row.decided_by if inside else "", row.decision_reason, letters.get(row.document_id))
            for row in rows]
