"""Where findings went, and what came of them: rectifications with their log, studies, referrals, look backs, holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime

from .rules import AdviceState, ItemState, Measure


class FindingRoute(SQLModel, table=True):
    """What is required of the department, written when a finding is sent on; the notice takes it from here."""

    __tablename__ = "finding_route"

    finding_id: int = Field(primary_key=True, foreign_key="finding.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    requirement: str = ""
    measure: str = Measure.ORDER
    at_once: bool = False
    routed_by: int | None = Field(default=None, foreign_key="user_account.id")
    routed_at: datetime = Field(sa_type=UtcDateTime)


class Advice(SQLModel, table=True):
    """What the office should study to change in the establishment; internal to the office. ``document`` is the number of the
    approval; after an adoption its effect is looked at once more when ``follow_due_at`` has come."""

    __tablename__ = "establishment_advice"

    finding_id: int = Field(primary_key=True, foreign_key="finding.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    kind: str
    text: str
    state: str = AdviceState.OPEN
    outcome: str = ""
    document: str = ""
    open_until: date | None = None
    agenda_on: date | None = None
    document_id: int | None = Field(default=None, foreign_key="document.id")
    follow_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    followed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    followed_by: str = ""
    follow_result: str = ""
    recorded_by: str = ""
    recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Referral(SQLModel, table=True):
    """A violation handed on; read by named persons alone."""

    __tablename__ = "referral"

    finding_id: int = Field(primary_key=True, foreign_key="finding.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    measure: str
    reason: str
    letter: str = ""
    document_id: int | None = Field(default=None, foreign_key="document.id")
    receipt: str = ""
    received_on: date | None = None
    outcome: str = ""
    recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Rectification(SQLModel, table=True):
    """One finding that the department rectifies. ``number`` is its line in the ledger (year-unit-serial); ``round`` counts from 1
    and grows when a look back opens it again, ``relapses`` when it had come back; ``first_due_at`` stays when ``due_at`` is
    extended; ``first_step_due_at`` binds a critical one alone; ``linked_matter``: an adjustment that belongs to it."""

    __tablename__ = "rectification"
    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        CheckConstraint(f"state in ({', '.join(repr(str(s)) for s in ItemState)})", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    finding_id: int = Field(foreign_key="finding.id", unique=True)
    document_id: int = Field(foreign_key="document.id")
    number: str
    requirement: str
    measure: str
    state: str = Field(default=ItemState.ISSUED, index=True)
    round: int = 1
    relapses: int = 0
    at_once: bool = False
    first_step_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_step_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    internal_unit: str = ""
    linked_matter: str = ""
    issued_at: datetime = Field(sa_type=UtcDateTime)
    plan_due_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    first_due_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    received_by: str = ""
    measures: str = ""
    leader: str = ""
    person: str = ""
    steps: str = ""
    finish_on: date | None = None
    plan_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    plan_by: str = ""
    plan_accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    plan_accepted_by: str = ""
    plan_returned: str = ""
    percent: int = 0
    report: str = ""
    submissions: int = 0
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    submitted_by: str = ""
    asked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_reason: str = ""
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extended_by: str = ""
    extension_reason: str = ""
    extension_refused: str = ""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProgressEntry(SQLModel, table=True):
    """A line of an item's log: dated by the server, ``happened_on`` as declared."""

    __tablename__ = "rectification_progress"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    rectification_id: int = Field(foreign_key="rectification.id", index=True)
    round: int
    percent: int
    text: str
    happened_on: date | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str


class Proof(SQLModel, table=True):
    """A file that shows something about an item: handed in by the department, or found in a look back."""

    __tablename__ = "rectification_proof"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    rectification_id: int = Field(foreign_key="rectification.id", index=True)
    file_id: int = Field(foreign_key="stored_file.id")
    round: int
    look_back: bool = False


class Verification(SQLModel, table=True):
    """What one person outside the department found; one person speaks once to a submission (they are counted from 1)."""

    __tablename__ = "rectification_verification"
    __table_args__ = (UniqueConstraint("rectification_id", "submission", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    rectification_id: int = Field(foreign_key="rectification.id", index=True)
    submission: int
    user_id: int = Field(foreign_key="user_account.id")
    name: str
    passed: bool
    method: str = ""
    opinion: str
    at: datetime = Field(sa_type=UtcDateTime)


class LookBack(SQLModel, table=True):
    """The look back at one evaluation: its seed, what was drawn from which items (number → severity then), its short report."""

    __tablename__ = "look_back"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    seed: str
    share: str
    numbers: list[str] = Field(default_factory=list, sa_type=JSON)
    population: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    drawn_by: str
    report: str = ""
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reported_by: str = ""


class LookBackCheck(SQLModel, table=True):
    """What a look back found at one item."""

    __tablename__ = "look_back_check"

    rectification_id: int = Field(primary_key=True, foreign_key="rectification.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    outcome: str
    note: str
    evidence: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str


class FindingPaper(SQLModel, table=True):
    """A paper that another source sent about a finding; for the office alone."""

    __tablename__ = "finding_paper"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    finding_id: int = Field(foreign_key="finding.id", index=True)
    file_id: int = Field(foreign_key="stored_file.id")


class Reminder(SQLModel, table=True):
    """A department was reminded of a due date. ``days``: before (negative) or after it; read when somebody says so."""

    __tablename__ = "rectification_reminder"
    __table_args__ = (UniqueConstraint("rectification_id", "round", "due_on", "days"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    rectification_id: int = Field(foreign_key="rectification.id", index=True)
    round: int
    due_on: date
    days: int
    at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApprovalHold(SQLModel, table=True):
    """An overdue item held up new requests of its unit from one moment to another: the history of what ``holds`` derives."""

    __tablename__ = "approval_hold"
    __table_args__ = (UniqueConstraint("rectification_id", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    rectification_id: int = Field(foreign_key="rectification.id", index=True)
    round: int
    from_at: datetime = Field(sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    released_why: str = ""


class ApprovalRequest(SQLModel, table=True):
    """A request that a unit made while it was held up. ``numbers``: the items that stood in its way. ``received_on`` is declared."""

    __tablename__ = "approval_request"
    __table_args__ = (UniqueConstraint("office_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    number: int
    kind: str
    subject: str
    received_on: date
    numbers: list[str] = Field(default_factory=list, sa_type=JSON)
    decision: str
    logged_at: datetime = Field(sa_type=UtcDateTime)
    logged_by: str
    reason: str = ""
    document: str = ""
    waived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waived_by: str = ""


class EarlierItem(SQLModel, table=True):
    """An item of an earlier campaign that was held against its unit in a later evaluation, and why."""

    __tablename__ = "earlier_item"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    rectification_id: int = Field(primary_key=True, foreign_key="rectification.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    why: str
    at: datetime = Field(sa_type=UtcDateTime)


class LookBackText(SQLModel, table=True):
    """What the section concludes from all look backs of a campaign; their report is made from it."""

    __tablename__ = "look_back_text"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    conclusion: str = ""
    advice: str = ""
    written_by: int | None = Field(default=None, foreign_key="user_account.id")
    written_at: datetime = Field(sa_type=UtcDateTime)
