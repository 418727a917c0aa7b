"""What the review keeps: the visit, records of what was said and seen, the checklist, blind ratings, checked figures, the seal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class ReviewVisit(SQLModel, table=True):
    """When and where the team comes."""

    __tablename__ = "review_visit"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    date: date
    place: str
    agenda: str = ""
    planned_by: int | None = Field(default=None, foreign_key="user_account.id")
    planned_at: datetime = Field(sa_type=UtcDateTime)


class ReviewRecord(SQLModel, table=True):
    """One record. ``assessors`` are logins; day and times are as declared. Signed or refused, it never changes again."""

    __tablename__ = "review_record"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "code"),
        CheckConstraint("signing in ('', 'paper', 'scan', 'refused')", name="signing"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    code: str
    method: str
    held_on: date
    starts: str = ""
    ends: str = ""
    place: str
    visited: str = ""
    assessors: list[str] = Field(default_factory=list, sa_type=JSON)
    participants: list[str] = Field(default_factory=list, sa_type=JSON)
    anonymous: bool = False
    content: str
    corrects_id: int | None = Field(default=None, foreign_key="review_record.id")
    created_by: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    signing: str = ""
    signed_by: str = ""
    signed_pages: int | None = None
    refused_reason: str = ""
    sealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReviewFile(SQLModel, table=True):
    """A file that belongs to a record or to a check."""

    __tablename__ = "review_file"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    file_id: int = Field(foreign_key="stored_file.id")
    record_id: int | None = Field(default=None, foreign_key="review_record.id", index=True)
    check_code: str = ""


class CheckAnswer(SQLModel, table=True):
    """What one check found; the last answer counts, earlier ones stand in the audit log."""

    __tablename__ = "review_check"
    __table_args__ = (UniqueConstraint("evaluation_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    code: str
    answer: str
    note: str = ""
    by_user_id: int | None = Field(default=None, foreign_key="user_account.id")
    at: datetime = Field(sa_type=UtcDateTime)


class BlindRating(SQLModel, table=True):
    """One assessor's level of one rubric. It reaches the ledger only when all ratings of the leaf are in."""

    __tablename__ = "review_rating"
    __table_args__ = (UniqueConstraint("evaluation_id", "leaf", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    leaf: str
    user_id: int = Field(foreign_key="user_account.id", index=True)
    level: str
    note: str
    evidence: str
    at: datetime = Field(sa_type=UtcDateTime)
    void: bool = False


class FigureCheck(SQLModel, table=True):
    """How one figure was verified; its value stands in the ledger."""

    __tablename__ = "review_figure"
    __table_args__ = (UniqueConstraint("evaluation_id", "field", "row_key"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    field: str
    row_key: str = ""
    changed: bool = False
    reason: str = ""
    evidence: str = ""
    by_user_id: int | None = Field(default=None, foreign_key="user_account.id")
    at: datetime = Field(sa_type=UtcDateTime)


class ReviewSeal(SQLModel, table=True):
    """The review is finished: how many records, and the hash over everything in this room."""

    __tablename__ = "review_seal"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    records: int
    hash: str
    sealed_by: int | None = Field(default=None, foreign_key="user_account.id")
    by_name: str
    sealed_at: datetime = Field(sa_type=UtcDateTime)


class DeskCheck(SQLModel, table=True):
    """What the office's section checked at its desk, for a department that is not visited."""

    __tablename__ = "desk_check"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    text: str
    checked_by: int | None = Field(default=None, foreign_key="user_account.id")
    by_name: str
    checked_at: datetime = Field(sa_type=UtcDateTime)
