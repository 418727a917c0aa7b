"""The ledger of measurements, and the result versions made from it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import Points, UtcDateTime


class LedgerEntry(SQLModel, table=True):
    """One measurement from one source. It is never changed: a correction withdraws it and puts a new one."""

    __tablename__ = "ledger_entry"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    key: str = Field(index=True)
    source: str
    value: Any = Field(sa_type=JSON)
    ref: str = ""
    put_by: int | None = None
    put_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_reason: str = ""


class ResultVersion(SQLModel, table=True):
    """A frozen result of one unit: its canonical JSON and hash, and what pages list. ``others``: unit → class of points, category and
    facts, as they were, of those it was scored together with."""

    __tablename__ = "result_version"
    __table_args__ = (UniqueConstraint("evaluation_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    version: int
    hash: str
    system_hash: str
    input_hash: str
    canonical: str
    total: Decimal | None = Field(default=None, sa_type=Points)
    grade: str | None = None
    score_x: Decimal | None = Field(default=None, sa_type=Points)
    score_y: Decimal | None = Field(default=None, sa_type=Points)
    marks: list[str] = Field(default_factory=list, sa_type=JSON)
    others: dict[str, dict[str, Any]] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    reason: str
    made_by: int | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)


class AdjustmentProposal(SQLModel, table=True):
    """A deduction, bonus or veto that somebody proposes. It counts only when it was decided with a document."""

    __tablename__ = "adjustment_proposal"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "number"),
        CheckConstraint("state in ('proposed', 'confirmed', 'dropped')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    number: int
    code: str
    veto: bool = False
    count: str = "1"
    variant: str = ""
    reason: str
    evidence: str = ""
    state: str = "proposed"
    proposed_by: int | None = Field(default=None, foreign_key="user_account.id")
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    seconded_by: int | None = Field(default=None, foreign_key="user_account.id")
    statement: str = ""
    stated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    document: str = ""
    decision_reason: str = ""
