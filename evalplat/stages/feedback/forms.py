"""What the letter's author and the keeper of receipts type."""

from __future__ import annotations

from pydantic import BaseModel, Field


class LetterForm(BaseModel):
    """The letter's own sentences; one paragraph a line. Score, findings and rights are added by themselves."""

    achievements: str = Field(default="", max_length=4000)
    advice: str = Field(default="", max_length=4000)
    objection_how: str = Field(min_length=1, max_length=1000)
    contact_person: str = Field(min_length=1, max_length=40)
    contact_phone: str = Field(min_length=1, max_length=40)
    contact_address: str = Field(default="", max_length=120)


class PaperForm(BaseModel):
    """A receipt on paper that came back."""

    note: str = Field(min_length=1, max_length=200)
