"""What was fixed at conclusion, and the texts of the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Snapshot(SQLModel, table=True):
    """Ranks, grades and result versions of every unit at the moment of conclusion; never changed."""

    __tablename__ = "campaign_snapshot"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    hash: str
    data: dict[str, Any] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=UtcDateTime)


class SummaryText(SQLModel, table=True):
    """The chapters that people write; figures come from the snapshot."""

    __tablename__ = "summary_text"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    overall: str = ""
    achievements: str = ""
    problems: str = ""
    causes: str = ""
    handling: str = ""
    advice: str = ""
    written_by: int | None = Field(default=None, foreign_key="user_account.id")
