"""Whether the issued documents and their files are still what the audit chain says was issued."""

from __future__ import annotations

import hashlib
import json

from sqlmodel import Session, select

from evalplat.audit.tables import AuditEvent
from evalplat.files.store import read
from evalplat.files.tables import StoredFile

from .actions import content_hash
from .tables import Document


def count(session: Session, office_id: int) -> int:
    """How many documents were issued, by the chain."""
    return len(_recorded(session, office_id, "document.issued"))


def changed(session: Session, office_id: int) -> list[str]:
    """The documents that are missing, or whose content or file is not what was recorded; by number, else by code."""
    rows = {row.code: row for row in session.exec(select(Document).where(Document.office_id == office_id))}
    said, made = _recorded(session, office_id, "document.issued"), _recorded(session, office_id, "document.made")
    issued = {code for code, row in rows.items() if row.state != "draft" and row.issued_at is not None}
    return [_name(rows.get(code), code) for code in sorted(issued | said.keys())
            if not _same(session, rows.get(code), said=said.get(code), made=made.get(code))]


def made_here(session: Session, office_id: int, data: bytes) -> bool:
    """Whether these bytes are a file that was made for an issued document."""
    return hashlib.sha256(data).hexdigest() in _recorded(session, office_id, "document.made").values()


def _recorded(session: Session, office_id: int, event: str) -> dict[str, str]:
    query = select(AuditEvent.data).where(AuditEvent.office_id == office_id, AuditEvent.event == event)
    return {data["document"]: data["sha256"] for data in map(json.loads, session.exec(query))}


def _same(session: Session, row: Document | None, *, said: str | None, made: str | None) -> bool:
    if row is None or content_hash(row) != said:
        return False
    return row.file_id is None or _file_hash(session, row.file_id) == made


def _file_hash(session: Session, file_id: int) -> str | None:
    file = session.get(StoredFile, file_id)
    try:
        return hashlib.sha256(read(file)).hexdigest() if file else None
    except OSError:
        return None


def _name(row: Document | None, code: str) -> str:
    return row.number if row is not None and row.number else code
