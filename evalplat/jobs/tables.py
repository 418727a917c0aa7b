"""A job row, written in the transaction of the action that wants the work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Job(SQLModel, table=True):
    """``items`` is fixed when the job first runs; ``done`` of them are finished and committed."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="state"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    kind: str
    key: str = Field(default="", index=True)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    items: list[Any] | None = Field(default=None, sa_type=JSON)
    state: str = Field(default="queued", index=True)
    done: int = 0
    total: int = 0
    attempts: int = 0
    error: str = ""
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    started_by: int | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    run_after: datetime = Field(sa_type=UtcDateTime, index=True)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Tick(SQLModel, table=True):
    """When each line of the timetable last ran."""

    __tablename__ = "tick"

    name: str = Field(primary_key=True)
    last_run: datetime = Field(sa_type=UtcDateTime)
