"""What the team, the unit and the director type during the review."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from evalplat.findings.kinds import Severity

from .rules import Answer, Method, Signing

TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class VisitForm(BaseModel):
    """When and where the team comes, and what it wants to see."""

    date: date
    place: str = Field(min_length=1, max_length=200)
    agenda: str = Field(default="", max_length=3000)


class ReasonForm(BaseModel):
    """Why: for a recusal, a withdrawal."""

    reason: str = Field(min_length=1, max_length=1000)


class NewAssessorForm(BaseModel):
    """Somebody who takes the place of a recused assessor, by which document."""

    login: str = Field(min_length=1, max_length=60)
    document: str = Field(min_length=1, max_length=120)


class RecordForm(BaseModel):
    """A record of what was said or seen. Date and times are declared by its author; the server's clock stands beside them."""

    method: Method
    held_on: date
    starts: str = Field(default="", pattern=f"{TIME}|^$")
    ends: str = Field(default="", pattern=f"{TIME}|^$")
    place: str = Field(min_length=1, max_length=200)
    visited: str = Field(default="", max_length=80)
    assessors: list[str] = Field(default_factory=list)
    participants: str = Field(default="", max_length=3000)
    anonymous: bool = False
    content: str = Field(min_length=1, max_length=20000)
    corrects: str = Field(default="", max_length=10)


class SigningForm(BaseModel):
    """Who signed how many pages, or why nobody did."""

    how: Signing
    signed_by: str = Field(default="", max_length=80)
    pages: int | None = Field(default=None, ge=1, le=500)
    reason: str = Field(default="", max_length=1000)


class DeskCheckForm(BaseModel):
    """What was checked at the desk, and what came out."""

    text: str = Field(min_length=1, max_length=8000)


class CheckForm(BaseModel):
    """An answer of the checklist."""

    answer: Answer
    note: str = Field(default="", max_length=1000)


class RatingForm(BaseModel):
    """One assessor's level of one rubric, with what it rests on."""

    level: str = Field(min_length=1, max_length=20)
    note: str = Field(min_length=1, max_length=2000)
    evidence: str = Field(min_length=1, max_length=500)


class MediationForm(BaseModel):
    """The lead's level where two ratings lie too far apart."""

    level: str = Field(min_length=1, max_length=20)
    note: str = Field(min_length=1, max_length=2000)


class FindingForm(BaseModel):
    """A finding with what it rests on."""

    category: str = Field(min_length=1, max_length=4)
    severity: Severity = Severity.MINOR
    title: str = Field(min_length=1, max_length=120)
    description: str = Field(min_length=1, max_length=4000)
    basis: str = Field(default="", max_length=1000)
    evidence: str = Field(min_length=1, max_length=2000)
    requirement: str = Field(default="", max_length=2000)
    leaf: str = Field(default="", max_length=20)
    veto: str = Field(default="", max_length=20)


class FindingAnswerForm(BaseModel):
    """The unit agrees, or disputes and says why."""

    agrees: bool
    text: str = Field(default="", max_length=4000)


class AdjustmentForm(BaseModel):
    """A deduction, bonus or veto; ``code`` may carry a variant after a colon (``G04:serious``)."""

    code: str = Field(min_length=1, max_length=60)
    count: Decimal = Field(default=Decimal(1), gt=0, le=1000)
    reason: str = Field(min_length=1, max_length=2000)
    evidence: str = Field(min_length=1, max_length=2000)


class StatementForm(BaseModel):
    """The unit's view of a proposed deduction or veto."""

    statement: str = Field(min_length=1, max_length=4000)


class DecisionForm(BaseModel):
    """The director's decision on a proposal."""

    confirmed: bool
    document: str = Field(default="", max_length=120)
    decision_reason: str = Field(min_length=1, max_length=2000)
