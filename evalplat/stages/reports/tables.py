"""The moderation of one evaluation, and its report from the first sentence to the approval."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import Points, UtcDateTime


class ModerationMinutes(SQLModel, table=True):
    """The meeting's minutes, one row a unit; units of one meeting share the number. Also a meeting that changed nothing has
    them. ``note``: what it found about the offsets of the teams."""

    __tablename__ = "moderation_minutes"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    number: str
    held_on: date
    participants: str
    note: str = ""
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
    recorded_by: int | None = Field(default=None, foreign_key="user_account.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ModerationItem(SQLModel, table=True):
    """A changed indicator: from → to, with the reason. Taken back, it stays readable."""

    __tablename__ = "moderation_item"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    leaf: str
    points_from: Decimal | None = Field(default=None, sa_type=Points)
    points_to: Decimal = Field(sa_type=Points)
    reason: str
    added_by: int | None = Field(default=None, foreign_key="user_account.id")
    added_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ModerationRun(SQLModel, table=True):
    """One deed that closes the moderation of several units."""

    __tablename__ = "moderation_run"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    total: int
    started_by: int | None = Field(default=None, foreign_key="user_account.id")
    started_at: datetime = Field(sa_type=UtcDateTime)


class ModerationOutcome(SQLModel, table=True):
    """What came of one unit in it: moved on, or refused with a ``reason`` (a gettext id with ``params``)."""

    __tablename__ = "moderation_outcome"

    run_id: int = Field(primary_key=True, foreign_key="moderation_run.id")
    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    reason: str = ""
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Report(SQLModel, table=True):
    """The text as it stands. ``revision`` grows with every save, ``version`` with every save by the button.

    ``result_hash`` is that of the score when the report was handed over: nobody approves another one.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("state in ('drafting', 'handed_over', 'checked', 'approved')", name="state"),)

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    state: str = "drafting"
    text: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    revision: int = 0
    version: int = 0
    writers: list[int] = Field(default_factory=list, sa_type=JSON)
    saved_at: datetime = Field(sa_type=UtcDateTime)
    drafted_by: int | None = Field(default=None, foreign_key="user_account.id")
    handed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result_hash: str = ""
    checked_by: int | None = Field(default=None, foreign_key="user_account.id")
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    returned_reason: str = ""
    returned_by_name: str = ""
    approved_by: int | None = Field(default=None, foreign_key="user_account.id")
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result_version: int | None = None


class ReportVersion(SQLModel, table=True):
    """The text as somebody saved it."""

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("evaluation_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    version: int
    text: dict[str, Any] = Field(sa_type=JSON)
    saved_by_name: str
    saved_at: datetime = Field(sa_type=UtcDateTime)
