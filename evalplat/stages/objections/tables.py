"""Objections of a unit, their items, evidence and votes; and how a window ended without one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import Points, UtcDateTime


class Objection(SQLModel, table=True):
    """One attempt of a unit. A refused one may be followed by another while the window is open."""

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "attempt"),
        CheckConstraint("state in ('drafted', 'filed', 'correcting', 'accepted', 'refused', 'withdrawn', 'decided')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    attempt: int = 1
    state: str = "drafted"
    saved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    filed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    filed_by_name: str = ""
    version_before: int | None = None
    correction_reason: str = ""
    correction_due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    corrected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refusal_code: str = ""
    refusal_text: str = ""
    refused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extension_reason: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawal_reason: str = ""
    method: str = ""
    document_id: int | None = Field(default=None, foreign_key="document.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="user_account.id")
    version_after: int | None = None


class ObjectionItem(SQLModel, table=True):
    """One contested thing: what the unit claims, what the team answers, what the panel decides.

    ``claim`` is kept as typed; for a leaf it is points. ``leaf`` and ``points`` are the decision's effect on the result.
    ``proposal`` counts proposals, so that nobody agrees to one that they have not read.
    """

    __tablename__ = "objection_item"
    __table_args__ = (
        CheckConstraint("subject in ('leaf', 'finding', 'fact', 'procedure', 'grade')", name="subject"),
        CheckConstraint("decision in ('', 'upheld', 'changed', 'annulled')", name="decision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    objection_id: int = Field(foreign_key="objection.id", index=True)
    number: int
    subject: str
    code: str = ""
    claim: str = ""
    reasons: str = ""
    existed: bool = False
    existed_why: str = ""
    answer: str = ""
    answered_by_name: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: str = ""
    established: str = ""
    leaf: str = ""
    points: Decimal | None = Field(default=None, sa_type=Points)
    worse_reason: str = ""
    proposal: int = 0
    proposed_by: int | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    again_level: str = ""
    again_points: Decimal | None = Field(default=None, sa_type=Points)
    again_note: str = ""
    again_by_name: str = ""
    again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ObjectionFile(SQLModel, table=True):
    """New evidence for an item."""

    __tablename__ = "objection_file"

    item_id: int = Field(primary_key=True, foreign_key="objection_item.id")
    file_id: int = Field(primary_key=True, foreign_key="stored_file.id")
    office_id: int = Field(foreign_key="office.id", index=True)


class ObjectionVote(SQLModel, table=True):
    """A member of the panel agrees to the item's present proposal (the proposer does by proposing)."""

    __tablename__ = "objection_vote"

    item_id: int = Field(primary_key=True, foreign_key="objection_item.id")
    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ObjectionEnd(SQLModel, table=True):
    """Nothing is contested any more: the window lapsed, the head declared that there is no objection, or took it back."""

    __tablename__ = "objection_end"
    __table_args__ = (CheckConstraint("how in ('lapsed', 'declined', 'withdrawn')", name="how"),)

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    how: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str


class Correction(SQLModel, table=True):
    """A decision of the director that sets a result right without an objection. ``found``: how the error was found."""

    __tablename__ = "result_correction"
    __table_args__ = (UniqueConstraint("evaluation_id", "number"),
                      CheckConstraint("state in ('drafted', 'signed', 'dropped')", name="state"))

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    number: int
    state: str = "drafted"
    found: str
    version_before: int
    version_after: int | None = None
    document_id: int | None = Field(default=None, foreign_key="document.id")
    drafted_by: int | None = Field(default=None, foreign_key="user_account.id")
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    signed_by: int | None = Field(default=None, foreign_key="user_account.id")
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CorrectionItem(SQLModel, table=True):
    """One indicator whose points were wrong."""

    __tablename__ = "result_correction_item"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    correction_id: int = Field(foreign_key="result_correction.id", index=True)
    leaf: str
    points_from: Decimal | None = Field(default=None, sa_type=Points)
    points_to: Decimal = Field(sa_type=Points)
    reason: str
