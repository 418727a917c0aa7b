"""A document: its view-model as JSON until it is issued, its file afterwards; numbers that are never used twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Document(SQLModel, table=True):
    """``view`` holds everything printed. An issued document is never changed; a void one keeps its number.
    ``readers``: the only people who may know of it (a referral); None for everybody whom its kind is open to."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("state in ('draft', 'issued', 'void')", name="state"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id", index=True)
    code: str = Field(unique=True)
    kind: str = Field(index=True)
    title: str
    state: str = "draft"
    number: str | None = Field(default=None, unique=True)
    view: dict[str, Any] = Field(sa_type=JSON)
    to_unit: bool = False
    drafted_by: int | None = Field(default=None, foreign_key="user_account.id")
    checked_by: int | None = Field(default=None, foreign_key="user_account.id")
    issued_by: int | None = Field(default=None, foreign_key="user_account.id")
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    audit_head: str = ""
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
    readers: list[int] | None = Field(default=None, sa_type=JSON)


class DocumentSeries(SQLModel, table=True):
    """The last number given in a series and year."""

    __tablename__ = "document_series"
    __table_args__ = (UniqueConstraint("office_id", "series", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    series: str
    year: int
    last: int = 0
