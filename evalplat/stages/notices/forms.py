"""What the notice's author types."""

from __future__ import annotations

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
