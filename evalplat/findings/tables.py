"""A finding, with what it rests on and where it goes; who may know of its referral."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class Finding(SQLModel, table=True):
    """``code`` is the unit's short number (``F-03``); destinations: D1, D2, D3, or two joined by a comma. ``joint``: one
    finding that names several units has a row for each with the same ``joint``; ``joint_names``: each may know the others.
    ``document`` and ``found_on``: what a finding from another source rests on, as declared."""

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
    document: str = ""
    found_on: date | None = None
    joint: str = Field(default="", index=True)
    joint_names: bool = False

    @property
    def restricted(self) -> bool:
        """Whether it goes to those who handle violations: shown to named persons alone, never to the unit."""
        return "D3" in self.destinations.split(",")


class FindingReader(SQLModel, table=True):
    """One person who may know that a finding was referred, named by the director."""

    __tablename__ = "finding_reader"

    finding_id: int = Field(primary_key=True, foreign_key="finding.id")
    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    named_by: str = ""
    named_at: datetime = Field(sa_type=UtcDateTime)
