"""The letter that tells a unit its result, and how the unit received it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime


class FeedbackLetter(SQLModel, table=True):
    """The author's sentences and the frozen result that the letter tells."""

    __tablename__ = "feedback_letter"

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    document_id: int | None = Field(default=None, foreign_key="document.id")
    result_version: int
    achievements: str
    advice: str
    objection_how: str
    contact_person: str
    contact_phone: str
    contact_address: str = ""
    saved_at: datetime = Field(sa_type=UtcDateTime)


class LetterReceipt(SQLModel, table=True):
    """A unit received the letter: confirmed here, on paper, or deemed. From here the time to object runs."""

    __tablename__ = "letter_receipt"
    __table_args__ = (CheckConstraint("how in ('signed', 'paper', 'deemed')", name="how"),)

    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    how: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str
    note: str = ""
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
