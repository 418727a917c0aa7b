"""Waves, links, tokens; and on the other side of the wall the answers, which know nothing of who, when and from where.

The answer side (ballot, answer, text, tally, submission) has random keys and no time. Levels: wave (``SurveyWave``,
``Submission``: the campaign's); every other row belongs to one evaluation.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime

from .rules import Evidence, WaveState

NO_ROWID = {"sqlite_with_rowid": False}
"""A row number would be the order of arrival."""


def _one_of(column: str, values: type) -> str:
    return f"{column} in ({', '.join(repr(str(value)) for value in values)})"  # type: ignore[attr-defined]


class SurveyWave(SQLModel, table=True):
    """One questionnaire in one campaign. Its answers are read with the frozen definition; ``root`` seals them."""

    __tablename__ = "survey_wave"
    __table_args__ = (UniqueConstraint("campaign_id", "key"), CheckConstraint(_one_of("state", WaveState), name="state"))

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    definition_id: int = Field(foreign_key="definition.id")
    key: str
    group: str
    state: str = Field(default=WaveState.DRAFT)
    n: int = 0
    root: str = ""
    frozen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SurveyLink(SQLModel, table=True):
    """An open link: one poster, one unit, one wave. ``label`` says where it hangs, ``week`` since when."""

    __tablename__ = "survey_link"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    wave_id: int = Field(foreign_key="survey_wave.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    code: str = Field(unique=True)
    label: str = ""
    week: str = ""
    active: bool = True
    document_id: int | None = Field(default=None, foreign_key="document.id")


class Token(SQLModel, table=True):
    """A one-time link: only its hash. The row never changes, so nothing here tells who answered, or when."""

    __tablename__ = "survey_token"
    __table_args__ = (NO_ROWID,)

    hash: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    wave_id: int = Field(foreign_key="survey_wave.id")
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    issued_on: date


class Ballot(SQLModel, table=True):
    """The hash of a ballot that was cast; it makes a one-time link one-time."""

    __tablename__ = "survey_ballot"
    __table_args__ = (NO_ROWID,)

    hash: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    wave_id: int = Field(foreign_key="survey_wave.id")
    evaluation_id: int = Field(foreign_key="evaluation.id")


class Submission(SQLModel, table=True):
    """The hash of a form that was taken in, so that sending it twice counts once. The receipt follows from its id."""

    __tablename__ = "survey_submission"
    __table_args__ = (NO_ROWID,)

    hash: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    wave_id: int = Field(foreign_key="survey_wave.id")


class SurveyAnswer(SQLModel, table=True):
    """One answer: 128 random bits, the closed questions as characters, the evidence grade, coarse flags. Nothing else."""

    __tablename__ = "survey_answer"
    __table_args__ = (CheckConstraint(_one_of("evidence", Evidence), name="evidence"), NO_ROWID)

    wave_id: int = Field(primary_key=True, foreign_key="survey_wave.id")
    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    key: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    closed: str
    evidence: str
    quality: str = ""


class SurveyText(SQLModel, table=True):
    """A free answer on a random key of its own: it cannot be put together with the rest of its form."""

    __tablename__ = "survey_text"
    __table_args__ = (NO_ROWID,)

    wave_id: int = Field(primary_key=True, foreign_key="survey_wave.id")
    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    key: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    question: str
    text: str


class Tally(SQLModel, table=True):
    """How many chose an option; written in the transaction of the answers themselves."""

    __tablename__ = "survey_tally"
    __table_args__ = (NO_ROWID,)

    wave_id: int = Field(primary_key=True, foreign_key="survey_wave.id")
    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    evidence: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    option: str = Field(primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    n: int = 0


class SurveyFigure(SQLModel, table=True):
    """What the recount gave for one unit and wave: shown on the results page once the wave is frozen."""

    __tablename__ = "survey_figure"

    wave_id: int = Field(primary_key=True, foreign_key="survey_wave.id")
    evaluation_id: int = Field(primary_key=True, foreign_key="evaluation.id")
    office_id: int = Field(foreign_key="office.id")
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
