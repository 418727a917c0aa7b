"""What stands in a campaign's notice, and how each unit received it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
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
