"""The shared book of measurements. Rooms put what they know; the sheet reads it and knows no room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.stages import State, at_least

from .tables import LedgerEntry

SOURCES = frozenset({"register", "office", "panel", "unit", "survey", "system", "meeting", "decision"})
AFTER_REPORT = frozenset({"decision"})


def put(work: Work, evaluation: Evaluation, key: str, value: Any, *, source: str, ref: str = "",
        audited: bool = True) -> LedgerEntry:
    """Put a measurement. An earlier one of the same key and source is withdrawn, never overwritten.

    After the report was approved only a review decision may put anything.
    """
    if source not in SOURCES:
        raise ValueError(f"unknown source: {source}")
    if at_least(evaluation.state, State.REPORTED) and source not in AFTER_REPORT:
        raise Refused(N_("The report was approved: scores change only by a review decision."))
    for row in entries(work, evaluation, keys=[key]):
        if row.source == source:
            if row.value == value and row.ref == ref:
                return row
            _withdraw(work, row, "replaced")
    entry: LedgerEntry = work.add(LedgerEntry(
        office_id=work.office_id, evaluation_id=evaluation.id, key=key, source=source, value=value, ref=ref,
        put_by=work.actor.user_id, put_at=work.now))
    if audited:
        campaign, unit = codes(work, evaluation)
        record(work, "ledger.put", campaign=campaign, unit=unit, key=key, source=source)
    return entry


def withdraw(work: Work, evaluation: Evaluation, key: str, *, source: str, reason: str) -> None:
    """Take a measurement back; it stays readable."""
    if at_least(evaluation.state, State.REPORTED) and source not in AFTER_REPORT:
        raise Refused(N_("The report was approved: scores change only by a review decision."))
    for row in entries(work, evaluation, keys=[key]):
        if row.source == source:
            _withdraw(work, row, reason)
            campaign, unit = codes(work, evaluation)
            record(work, "ledger.withdrawn", campaign=campaign, unit=unit, key=key, source=source, reason=reason)


def _withdraw(work: Work, row: LedgerEntry, reason: str) -> None:
    row.withdrawn_at, row.withdrawn_reason = work.now, reason
    work.session.add(row)
    work.session.flush()


def entries(work: Work, evaluation: Evaluation, *, keys: Iterable[str] | None = None,
            prefix: str = "") -> list[LedgerEntry]:
    """The measurements that count now, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.evaluation_id == evaluation.id, col(LedgerEntry.withdrawn_at).is_(None))
    if keys is not None:
        query = query.where(col(LedgerEntry.key).in_(list(keys)))
    if prefix:
        query = query.where(col(LedgerEntry.key).startswith(prefix, autoescape=True))
    return list(work.session.exec(query.order_by(col(LedgerEntry.id))))


def value_of(work: Work, evaluation: Evaluation, key: str, *, source: str) -> Any:
    """The value that one source put for a key, or None."""
    return next((row.value for row in entries(work, evaluation, keys=[key]) if row.source == source), None)
