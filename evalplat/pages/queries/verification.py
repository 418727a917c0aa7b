"""Verifying everything that was recorded: the chain, the frozen results, the issued documents with their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from evalplat.audit.log import verify
from evalplat.audit.tables import AuditEvent
from evalplat.documents import proof as documents
from evalplat.documents.tables import Document
from evalplat.jobs.queue import JobKind, enqueue
from evalplat.jobs.tables import Job
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.scores import proof as results

VERIFY = "verify_records"
PARTS = ("chain", "results", "documents")
MOST_EVENTS, MOST_DOCUMENTS = 20_000, 150
"""What is verified within a second while the page is made; more goes to a job."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. ``changed_…`` name what is missing or not what was recorded."""

    links: int
    head: str
    broken_seq: int | None
    reason: str
    results: int
    changed_results: tuple[str, ...]
    documents: int
    changed_documents: tuple[str, ...]
    at: datetime | None = None

    @property
    def fine(self) -> bool:
        """Whether everything is as it was recorded."""
        return self.broken_seq is None and not self.changed_results and not self.changed_documents


@dataclass(frozen=True, slots=True)
class Running:
    """How far a verification by a job is."""

    job: int
    state: str
    done: int
    total: int
    found: Verified | None


def is_small(session: Session, office_id: int) -> bool:
    """Whether it can be verified at once."""
    events = session.exec(select(func.count(col(AuditEvent.id))).where(AuditEvent.office_id == office_id)).one()
    issued = session.exec(select(func.count(col(Document.id))).where(Document.office_id == office_id, Document.state != "draft")).one()
    return events <= MOST_EVENTS and issued <= MOST_DOCUMENTS


def check(session: Session, office_id: int, part: str) -> dict[str, Any]:
    """One part, as plain values."""
    if part == "chain":
        found = verify(session, office_id)
        return {"part": part, "links": found.links, "head": found.head, "broken_seq": found.broken_seq, "reason": found.reason}
    book = results if part == "results" else documents
    return {"part": part, "count": book.count(session, office_id), "changed": book.changed(session, office_id)}


def verified(session: Session, office_id: int) -> Verified:
    """Everything, here and now."""
    return _verdict({part: check(session, office_id, part) for part in PARTS})


def _verdict(found: dict[str, Any], at: datetime | None = None) -> Verified:
    chain, frozen, issued = (found[part] for part in PARTS)
    return Verified(chain["links"], chain["head"], chain["broken_seq"], chain["reason"], frozen["count"], tuple(frozen["changed"]),
                    issued["count"], tuple(issued["changed"]), at)


def start(work: Work) -> Job:
    """Verify by a job; pressed again while one waits, it is the same one."""
    return enqueue(work, VERIFY, key=f"office {work.office_id}")


def running(work: Work, job_id: int) -> Running | None:
    """One verification of this office."""
    job = work.session.get(Job, job_id)
    if job is None or job.kind != VERIFY or job.office_id != work.office_id:
        return None
    found = (job.payload or {}).get("found", {})
    whole = job.state == "done" and set(PARTS) <= found.keys()
    return Running(job.id or 0, job.state, job.done, job.total or len(PARTS), _verdict(found, job.finished_at) if whole else None)


def _parts(work: Work, payload: dict[str, Any]) -> list[str]:
    return list(PARTS)


def _prepare(work: Work, payload: dict[str, Any], item: str) -> dict[str, Any]:
    """The slow part: it only reads, and holds up nobody."""
    return check(work.session, work.office_id, item)


def _keep(work: Work, payload: dict[str, Any], found: dict[str, Any]) -> None:
    query = select(Job).where(Job.kind == VERIFY, Job.office_id == work.office_id, Job.state == "running").order_by(col(Job.id).desc())
    job = work.session.exec(query).first()
    if job is not None:
        job.payload = {**job.payload, "found": {**job.payload.get("found", {}), found["part"]: found}}
        work.session.add(job)


JOBS = (JobKind(VERIFY, N_("Verify the records"), _keep, items=_parts, prepare=_prepare),)
