"""Recording and verifying. The head is locked as the last statement before the commit, so writers queue only there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from evalplat.kernel.work import Work

from .events import EVENTS
from .tables import AuditEvent, AuditHead

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits for the end of its transaction."""

    event: str
    campaign: str
    unit: str
    data: str


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not for the audit log: {type(value).__name__}")


def canonical(data: Any) -> str:
    """JSON with one spelling."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def link_hash(row: AuditEvent) -> str:
    """The hash of one link over all that it says and the hash before it."""
    parts = [row.office_id, row.seq, row.at.isoformat(), row.event, row.actor_id, row.actor_name, row.campaign, row.unit,
             row.data, row.prev_hash]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def record(work: Work, event: str, /, *, campaign: str = "", unit: str = "", **data: Any) -> None:
    """Record a deed of ``work.actor``; written when the transaction ends. The keys must be the event's own."""
    expected = EVENTS[event]
    if set(data) != expected:
        raise ValueError(f"{event} takes {sorted(expected)}, not {sorted(data)}")
    pending = _pending(work)
    pending.append(Pending(event, campaign, unit, canonical(data)))


def _pending(work: Work) -> list[Pending]:
    found: list[Pending] | None = work.session.info.get("audit")
    if found is None:
        found = work.session.info["audit"] = []
        work.before_commit.append(_append)
    return found


def _append(work: Work) -> None:
    pending: list[Pending] = work.session.info.pop("audit", [])
    if not pending:
        return
    head = _locked_head(work)
    for item in pending:
        head.seq += 1
        row = AuditEvent(
            office_id=work.office_id, seq=head.seq, at=work.now, event=item.event, actor_id=work.actor.user_id,
            actor_name=work.actor.name, campaign=item.campaign, unit=item.unit, data=item.data,
            prev_hash=head.hash or GENESIS, hash="",
        )
        row.hash = link_hash(row)
        head.hash = row.hash
        work.session.add(row)
    work.session.flush()


def _locked_head(work: Work) -> AuditHead:
    work.session.flush()
    query = select(AuditHead).where(AuditHead.office_id == work.office_id).with_for_update()
    head = work.session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        head = AuditHead(office_id=work.office_id)
        work.session.add(head)
        work.session.flush()
    return head


def head_hash(session: Session, office_id: int) -> str:
    """The hash at the chain's end, as printed in issued documents."""
    head = session.get(AuditHead, office_id)
    return head.hash if head and head.hash else GENESIS


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many links, and the first one that is broken (None if the chain is whole)."""

    office_id: int
    links: int
    head: str
    broken_seq: int | None = None
    reason: str = ""


def verify(session: Session, office_id: int) -> Verdict:
    """Walk the chain from its start and recompute every hash."""
    before, seq = GENESIS, 0
    query = select(AuditEvent).where(AuditEvent.office_id == office_id).order_by(col(AuditEvent.seq))
    for row in session.exec(query.execution_options(yield_per=1000)):
        seq += 1
        if row.seq != seq:
            return Verdict(office_id, seq, before, seq, "an event is missing")
        if row.prev_hash != before or row.hash != link_hash(row):
            return Verdict(office_id, seq, before, row.seq, "the event was changed")
        before = row.hash
    head = session.get(AuditHead, office_id)
    if head and (head.hash or GENESIS) != before:
        return Verdict(office_id, seq, before, seq + 1, "events at the end are missing")
    return Verdict(office_id, seq, before)


def contains(session: Session, office_id: int, digest: str) -> bool:
    """Whether a printed head is a link of this chain."""
    if digest == GENESIS:
        return True
    query = select(AuditEvent.id).where(AuditEvent.office_id == office_id, AuditEvent.hash == digest)
    return session.exec(query).first() is not None
