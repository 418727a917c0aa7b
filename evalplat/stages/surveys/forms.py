"""What the office types on the survey pages."""

from __future__ import annotations

from pydantic import BaseModel, Field

MOST_TOKENS = 2000


class TokensForm(BaseModel):
    """How many one-time links for which questionnaire and unit (empty: every unit)."""

    wave: str = Field(min_length=1, max_length=60)
    unit: str = Field(default="", max_length=60)
    count: int = Field(ge=1, le=500)


class LinkForm(BaseModel):
    """One more open link, for a place of its own."""

    wave: str = Field(min_length=1, max_length=60)
    unit: str = Field(min_length=1, max_length=60)
    label: str = Field(min_length=1, max_length=60)
