"""What was fixed at conclusion and at issue, and the texts of the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Snapshot(SQLModel, table=True):
    """Ranks, grades, result versions and all rows behind the figures at the moment of conclusion; ``data`` never changes.

    ``handling`` (rectification, studies, letters) goes on after the results are final; it is fixed once, when the report is issued.
    """

    __tablename__ = "campaign_snapshot"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    hash: str
    data: dict[str, Any] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=UtcDateTime)
    handling: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    handling_hash: str = ""
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SummaryText(SQLModel, table=True):
    """The chapters that people write, with placeholders for numbers; figures come from the snapshot.

    ``interim_id``: the newest interim report, a draft that is never issued; ``interim_file_id``: its PDF.
    """

    __tablename__ = "summary_text"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    organisation: str = ""
    overall: str = ""
    achievements: str = ""
    problems: str = ""
    cases: str = ""
    causes: str = ""
    handling: str = ""
    advice: str = ""
    written_by: int | None = Field(default=None, foreign_key="user_account.id")
    interim_id: int | None = Field(default=None, foreign_key="document.id")
    interim_file_id: int | None = Field(default=None, foreign_key="stored_file.id")
