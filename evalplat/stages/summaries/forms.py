"""The chapters of the report to the commission."""

from __future__ import annotations

from pydantic import BaseModel, Field


class SummaryForm(BaseModel):
    """Each line becomes a paragraph; a line that ends with a colon begins a headed section; ``{名称}`` is filled with its number."""

    organisation: str = Field(default="", max_length=4000)
    overall: str = Field(min_length=1, max_length=4000)
    achievements: str = Field(min_length=1, max_length=4000)
    problems: str = Field(min_length=1, max_length=6000)
    cases: str = Field(default="", max_length=6000)
    causes: str = Field(min_length=1, max_length=4000)
    handling: str = Field(min_length=1, max_length=4000)
    advice: str = Field(min_length=1, max_length=4000)
