"""What people type in this room."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, Field

from .rules import Decision, Refusal


class ItemForm(BaseModel):
    """The unit's words on one item. A draft may be empty; what is missing is said at signing."""

    claim: str = Field(default="", max_length=1000)
    reasons: str = Field(default="", max_length=4000)
    existed: bool = False
    existed_why: str = Field(default="", max_length=1000)


class CorrectionForm(BaseModel):
    """What the section asks the unit to complete."""

    reason: str = Field(min_length=1, max_length=1000)


class RefusalForm(BaseModel):
    """Why the objection is not taken in."""

    code: Refusal
    text: str = Field(min_length=1, max_length=1000)


class WithdrawalForm(BaseModel):
    """Why the unit takes its objection back, if it wants to say so."""

    withdrawal: str = Field(default="", max_length=1000)


class ExtensionForm(BaseModel):
    """Why the panel needs more time."""

    extension_reason: str = Field(min_length=1, max_length=1000)


class CorrectedLeaf(BaseModel):
    """One indicator of a correction; ``line``: its line on the page."""

    leaf: str = Field(max_length=20)
    points: str = Field(max_length=10)
    reason: str = Field(max_length=1000)
    line: int = 0


class AnswerForm(BaseModel):
    """What the first team says on one item."""

    answer: str = Field(min_length=1, max_length=3000)


class ProposalForm(BaseModel):
    """What a member of the panel proposes on one item."""

    decision: Decision
    established: str = Field(min_length=1, max_length=3000)
    leaf: str = Field(default="", max_length=20)
    points: Decimal | None = Field(default=None, ge=0, le=1000, decimal_places=2)
    worse_reason: str = Field(default="", max_length=1000)


class DecisionForm(BaseModel):
    """How the panel proceeded, as the decision prints it."""

    method: str = Field(min_length=1, max_length=500)


class RescoreForm(BaseModel):
    """Scoring an annulled indicator again: a level where there are levels, else points; always with a note."""

    level: str = Field(default="", max_length=40)
    points: Decimal | None = Field(default=None, ge=0, le=1000, decimal_places=2)
    note: str = Field(min_length=1, max_length=1000)
