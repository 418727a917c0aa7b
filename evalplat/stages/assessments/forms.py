"""What is typed on the forms that are no part of the assessment itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class ClaimDecisionForm(BaseModel):
    """The section's decision on it."""

    code: str = Field(max_length=40)
    decision: Literal["approve", "refuse"]
    reason: str = Field(default="", max_length=1000)


class DisputeForm(BaseModel):
    """The unit disputes a figure of the office."""

    field: str = Field(max_length=300)
    claimed: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=2000)


class DisputeDecisionForm(BaseModel):
    """The establishment section's decision on it."""

    field: str = Field(max_length=300)
    decision: Literal["uphold", "refuse"]
    reason: str = Field(default="", max_length=1000)
    ref: str = Field(default="", max_length=200)


class ReturnForm(BaseModel):
    """Why it goes back to the unit."""

    return_reason: str = Field(min_length=1, max_length=2000)


class RefusalForm(BaseModel):
    """The unit refuses; the office puts it on record."""

    refusal_reason: str = Field(min_length=1, max_length=2000)
    document: str = Field(min_length=1, max_length=200)
