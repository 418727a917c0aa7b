"""A finding, with what it rests on and where it goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Finding(SQLModel, table=True):
    """``code`` is the unit's short number (``F-03``); destinations: D1, D2, D3, or two joined by a comma."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "code"),
        CheckConstraint("severity in ('minor', 'major', 'critical')", name="severity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    code: str
    category: str
    severity: str
    title: str
    description: str
    basis: str = ""
    evidence: str = ""
    requirement: str = ""
    leaf: str = ""
    veto: str = ""
    source: str = "review"
    state: str = "drafted"
    destinations: str = ""
    raised_by: int | None = Field(default=None, foreign_key="user_account.id")
    raised_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str = ""
    answered_by: int | None = Field(default=None, foreign_key="user_account.id")
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_reason: str = ""

    @property
    def restricted(self) -> bool:
        """Whether it goes to those who handle violations: shown to named persons alone, never to the unit."""
        return "D3" in self.destinations.split(",")
