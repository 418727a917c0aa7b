"""What stands in a campaign's notice, and how each unit received it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Notice(SQLModel, table=True):
    """The texts that an author writes; everything else comes from the campaign."""

    __tablename__ = "notice"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    purpose: str
    requirements: str
    outline: str
    contact_person: str
    contact_phone: str


class NoticeReceipt(SQLModel, table=True):
    """A unit received the notice: signed here, on paper, or deemed served."""

    __tablename__ = "notice_receipt"
    __table_args__ = (CheckConstraint("how in ('signed', 'paper', 'deemed')", name="how"),)

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    how: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str
    note: str = ""
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")


class Extension(SQLModel, table=True):
    """More time for one unit's part: drafted by its liaison, asked by its head, granted or refused by the office; or given by
    the office on its own. What nobody decided by the last day has lapsed."""

    __tablename__ = "extension"
    __table_args__ = (CheckConstraint("state in ('drafted', 'asked', 'granted', 'refused', 'lapsed')", name="state"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    kind: str
    state: str
    own: bool = False
    due_before: datetime = Field(sa_type=UtcDateTime)
    asked_until: datetime = Field(sa_type=UtcDateTime)
    reason: str
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    drafted_by: str
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_reason: str = ""
    document_id: int | None = Field(default=None, foreign_key="document.id")


class RecusalRequest(SQLModel, table=True):
    """A unit asks that somebody of its team keeps away: drafted, signed by its head, granted or refused with a letter."""

    __tablename__ = "recusal_request"
    __table_args__ = (UniqueConstraint("evaluation_id", "number"),
                      CheckConstraint("state in ('drafted', 'signed', 'granted', 'refused', 'taken_back', 'lapsed')", name="state"))

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    number: int
    state: str = "drafted"
    user_id: int = Field(foreign_key="user_account.id", index=True)
    reason: str
    drafted_by: str
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    signed_by: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_reason: str = ""
    document_id: int | None = Field(default=None, foreign_key="document.id")


class Supplement(SQLModel, table=True):
    """A supplementary notice: what it is to change (``wanted``), and before and after as they were announced (``changes``)."""

    __tablename__ = "supplement"
    __table_args__ = (UniqueConstraint("campaign_id", "ordinal"),
                      CheckConstraint("state in ('draft', 'numbered', 'issued', 'dropped')", name="state"))

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    ordinal: int
    state: str = "draft"
    reason: str
    wanted: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    changes: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    drafted_by: str
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SupplementReceipt(SQLModel, table=True):
    """A unit received a supplementary notice: signed here, or deemed served."""

    __tablename__ = "supplement_receipt"
    __table_args__ = (CheckConstraint("how in ('signed', 'deemed')", name="how"),)

    supplement_id: int = Field(primary_key=True, foreign_key="supplement.id")
    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    how: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str
