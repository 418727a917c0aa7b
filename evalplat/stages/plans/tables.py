"""Plans of several years with their yearly batches, what was evaluated before the system, and drawn samples."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class EarlierEvaluation(SQLModel, table=True):
    """A unit was evaluated before this system kept the books: entered by hand, with the document that says so."""

    __tablename__ = "earlier_evaluation"
    __table_args__ = (UniqueConstraint("unit_id", "year", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    year: int
    kind: str = "full"
    grade: str = ""
    document: str
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)


class EvaluationPlan(SQLModel, table=True):
    """A plan of several years. An approved one never changes: a new version takes its place."""

    __tablename__ = "evaluation_plan"
    __table_args__ = (
        UniqueConstraint("office_id", "code", "version"),
        CheckConstraint("state in ('drafted', 'handed_over', 'approved', 'replaced')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    code: str
    version: int = 1
    title: str
    first_year: int
    years: int = 5
    state: str = "drafted"
    basis: str = ""
    opening: str = ""
    changed_because: str = ""
    returned_because: str = ""
    drafted_by: int | None = Field(default=None, foreign_key="user_account.id")
    handed_by: int | None = Field(default=None, foreign_key="user_account.id")
    approved_by: int | None = Field(default=None, foreign_key="user_account.id")
    drafted_at: datetime = Field(sa_type=UtcDateTime)
    handed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolution: str = ""
    document_id: int | None = Field(default=None, foreign_key="document.id")


class PlanRow(SQLModel, table=True):
    """One unit in the batch of one year: visited, or light. ``reason`` says why it stands there."""

    __tablename__ = "plan_row"
    __table_args__ = (
        UniqueConstraint("plan_id", "year", "unit_id"),
        CheckConstraint("mode in ('full', 'light')", name="mode"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    plan_id: int = Field(foreign_key="evaluation_plan.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    year: int
    mode: str = "full"
    by_hand: bool = False
    reason: str = ""


class PlanBatch(SQLModel, table=True):
    """The batch of one year that was begun: which campaign carries it out."""

    __tablename__ = "plan_batch"
    __table_args__ = (UniqueConstraint("plan_code", "office_id", "year", "campaign_id"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    plan_code: str
    plan_version: int
    year: int
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    begun_on: date


class SampleDraw(SQLModel, table=True):
    """Who is visited in a campaign was drawn by lot: the seed, the rule, what it was drawn from, and what came out."""

    __tablename__ = "sample_draw"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    seed: str
    share: int
    limit: int
    pool: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    full: list[str] = Field(default_factory=list, sa_type=JSON)
    light: list[str] = Field(default_factory=list, sa_type=JSON)
    drawn_by: str
    drawn_at: datetime = Field(sa_type=UtcDateTime)
