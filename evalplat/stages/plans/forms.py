"""What the section types while planning."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class EarlierForm(BaseModel):
    """A unit was evaluated before: when, how, by which document."""

    unit: str = Field(min_length=1, max_length=31)
    year: int = Field(ge=1990, le=2100)
    kind: Literal["full", "thematic", "other"] = "full"
    grade: str = Field(default="", max_length=20)
    document: str = Field(min_length=1, max_length=120)


class RemovalForm(BaseModel):
    """Why an entry goes out again."""

    reason: str = Field(min_length=1, max_length=300)


class PlanForm(BaseModel):
    """The frame of a plan."""

    title: str = Field(min_length=1, max_length=80)
    first_year: int = Field(ge=2000, le=2100)
    years: int = Field(default=5, ge=1, le=10)
    basis: str = Field(default="", max_length=2000)
    opening: str = Field(default="", max_length=2000)


class RowForm(BaseModel):
    """One unit goes to another year, changes its mode, comes in, or goes out (year 0)."""

    unit: str = Field(min_length=1, max_length=31)
    year: int = Field(default=0, ge=0, le=2100)
    to: int = Field(default=0, ge=0, le=2100)
    mode: Literal["full", "light"] = "full"
    reason: str = Field(min_length=1, max_length=300)


class ApprovalForm(BaseModel):
    """How the commission decided."""

    resolution: str = Field(default="", max_length=200)


class DrawForm(BaseModel):
    """The rule of a sample: so many of each category, and all above the limit of risk."""

    share: int = Field(ge=0, le=100)
    limit: int = Field(ge=0, le=100)


class ModeForm(BaseModel):
    """One unit is visited or not, by hand."""

    unit: str = Field(min_length=1, max_length=31)
    mode: Literal["full", "light"]
    reason: str = Field(min_length=1, max_length=300)
