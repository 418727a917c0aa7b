"""What people type into the pages that are no stage."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

CODE = r"^[a-z0-9][a-z0-9-]{0,30}$"
LOGIN = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,40}$"


class FrameForm(BaseModel):
    """A campaign's frame."""

    title: str = Field(min_length=1, max_length=80)
    year: int = Field(ge=2000, le=2100)
    kind: Literal["comprehensive", "thematic", "follow_through"] = "comprehensive"
    basis: str = Field(default="", max_length=2000)
    scope: str = Field(default="", max_length=500)
    matter: str = Field(default="", max_length=300)
    matter_document: str = Field(default="", max_length=80)
    matter_date: date | None = None
    census_date: date
    system_file: str = Field(min_length=1, max_length=200)
    survey_files: list[str] = Field(default_factory=list, max_length=20)


class NewCampaignForm(FrameForm):
    """The same with the short name that its addresses carry."""

    code: str = Field(pattern=CODE)


class TeamForm(BaseModel):
    """A team: a lead and members, by login."""

    name: str = Field(min_length=1, max_length=40)
    lead: str = Field(min_length=1)
    members: list[str] = Field(default_factory=list, max_length=50)


class PanelForm(BaseModel):
    """The objection panel, by login."""

    chair: str = Field(min_length=1)
    panel: list[str] = Field(default_factory=list, max_length=50)


class WindowsForm(BaseModel):
    """First and last day of each window."""

    assessment_opens: date
    assessment_closes: date
    survey_opens: date
    survey_closes: date
    review_opens: date
    review_closes: date


class UserForm(BaseModel):
    """A new account; a department's role needs the department."""

    login: str = Field(pattern=LOGIN)
    name: str = Field(min_length=1, max_length=40)
    post: str = Field(default="", max_length=80)
    roles: list[str] = Field(min_length=1, max_length=15)
    unit: str = ""
    expires_on: date | None = None


class DelegationForm(BaseModel):
    """A role lent for a period."""

    giver: str = Field(min_length=1)
    taker: str = Field(min_length=1)
    starts_on: date
    ends_on: date
    document: str = Field(default="", max_length=200)
