"""What is typed into the pages of the notice, of side states, of extensions and of supplementary notices."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class NoticeForm(BaseModel):
    """One paragraph a line in the long texts."""

    purpose: str = Field(min_length=1, max_length=2000)
    requirements: str = Field(min_length=1, max_length=3000)
    outline: str = Field(min_length=1, max_length=2000)
    contact_person: str = Field(min_length=1, max_length=40)
    contact_phone: str = Field(min_length=1, max_length=40)


class ReceiptForm(BaseModel):
    """A receipt on paper that came back."""

    note: str = Field(min_length=1, max_length=200)


class ReasonForm(BaseModel):
    """A deed that needs its reason."""

    reason: str = Field(min_length=1, max_length=500)


class SideForm(ReasonForm):
    """Letting an evaluation stand still; ``successor``: the code of the department that takes over."""

    side: Literal["suspended", "exempt", "merged"]
    successor: str = Field(default="", max_length=40)


class ExtensionForm(ReasonForm):
    """More time for a part: until when, and why."""

    window: Literal["assessment", "survey", "review", "correction"]
    until: date


class GrantForm(BaseModel):
    """What the office grants of what was asked."""

    until: date
    reason: str = Field(min_length=1, max_length=500)


class SupplementForm(ReasonForm):
    """What a supplementary notice changes; what is left empty stays."""

    assessment_opens: date | None = None
    assessment_closes: date | None = None
    survey_opens: date | None = None
    survey_closes: date | None = None
    review_opens: date | None = None
    review_closes: date | None = None
    join: str = Field(default="", max_length=40)
    join_team: str = Field(default="", max_length=40)
    join_assessment: date | None = None
    join_review: date | None = None
    leave: str = Field(default="", max_length=40)
    text_before: str = Field(default="", max_length=1000)
    text_after: str = Field(default="", max_length=1000)
