"""Rows of the audit log, and the one row an office that holds its head."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class AuditEvent(SQLModel, table=True):
    """One deed. ``data`` is canonical JSON; ``hash`` covers everything and the hash before it."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("office_id", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    seq: int
    at: datetime = Field(sa_type=UtcDateTime)
    event: str = Field(index=True)
    actor_id: int | None = None
    actor_name: str
    campaign: str = Field(default="", index=True)
    unit: str = Field(default="", index=True)
    data: str
    prev_hash: str
    hash: str = Field(index=True)


class AuditHead(SQLModel, table=True):
    """The chain's end; locked by whoever appends."""

    __tablename__ = "audit_head"

    office_id: int = Field(primary_key=True, foreign_key="office.id")
    seq: int = 0
    hash: str = ""
