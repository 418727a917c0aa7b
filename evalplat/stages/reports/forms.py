"""What the moderation's keeper and the report's readers type."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class ItemForm(BaseModel):
    """A change that the moderation meeting made to one indicator."""

    leaf: str = Field(min_length=1, max_length=20)
    points: str = Field(min_length=1, max_length=10)
    reason: str = Field(min_length=1, max_length=500)


class MinutesForm(BaseModel):
    """The minutes of the moderation meeting."""

    number: str = Field(min_length=1, max_length=60)
    held_on: date
    participants: str = Field(min_length=1, max_length=500)


class MeetingForm(MinutesForm):
    """The minutes of a meeting over several units."""

    note: str = Field(default="", max_length=2000)


class ReasonForm(BaseModel):
    """Why a report goes back to its author."""

    reason: str = Field(min_length=1, max_length=1000)
