"""What a unit typed, field by field with every earlier version; its claims, its disputes, and the signed copies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Assessment(SQLModel, table=True):
    """One unit's self-assessment: where it stands. Its row is locked by every writer, so that versions have an order."""

    __tablename__ = "assessment"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ready_by: int | None = Field(default=None, foreign_key="user_account.id")
    ready_name: str = ""
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    return_reason: str = ""
    return_due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_name: str = ""
    refused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refusal_reason: str = ""
    refusal_document: str = ""
    refusal_file_id: int | None = Field(default=None, foreign_key="stored_file.id")


class AssessmentEntry(SQLModel, table=True):
    """One version of one typed field. The newest of a name counts; nothing typed is overwritten.

    ``side``: unit or office. ``page``: the browser page that sent it, by which a later save of the same page knows what
    its writer has changed. ``ref``: the document behind a figure of the office.
    """

    __tablename__ = "assessment_entry"
    __table_args__ = (CheckConstraint("side in ('unit', 'office')", name="side"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    side: str
    name: str = Field(index=True)
    text: str = Field(sa_type=Text)
    ref: str = ""
    page: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    by_user_id: int | None = Field(default=None, foreign_key="user_account.id")
    by_name: str


class AssessmentClaim(SQLModel, table=True):
    """A unit says that an indicator or a block does not apply to it; the section decides."""

    __tablename__ = "assessment_claim"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    code: str
    reason: str
    claimed_at: datetime = Field(sa_type=UtcDateTime)
    claimed_by: str
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved: bool | None = None
    decision_reason: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""


class AssessmentDispute(SQLModel, table=True):
    """A unit disputes one figure of the office: the claim stands beside the figure and never overwrites it."""

    __tablename__ = "assessment_dispute"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    field: str
    figure: str
    claimed: str
    reason: str
    raised_at: datetime = Field(sa_type=UtcDateTime)
    raised_by: str
    upheld: bool | None = None
    decision_reason: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""


class AssessmentSubmission(SQLModel, table=True):
    """A signed copy that never changes. ``leads``: what the figures suggest, for the team to look at."""

    __tablename__ = "assessment_submission"
    __table_args__ = (UniqueConstraint("evaluation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    number: int
    canonical: str = Field(sa_type=Text)
    hash: str
    leads: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    late_days: int = 0
    signed_by: str
    signed_at: datetime = Field(sa_type=UtcDateTime)
