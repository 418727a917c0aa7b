"""What is typed on the page of a unit's team."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class RecusalForm(BaseModel):
    """Who should keep away, and why."""

    login: str = Field(min_length=1, max_length=60)
    reason: str = Field(min_length=1, max_length=1000)


class DecisionForm(BaseModel):
    """Granted or refused, with the reason; ``how`` the place is filled if granted."""

    outcome: Literal["granted", "refused"]
    reason: str = Field(min_length=1, max_length=1000)
    how: Literal["", "replace", "team", "without"] = ""
    joins: str = Field(default="", max_length=60)
    team: str = Field(default="", max_length=40)


class ChangeForm(BaseModel):
    """Somebody leaves, comes in, or takes another's place, by a document."""

    leaves: str = Field(default="", max_length=60)
    joins: str = Field(default="", max_length=60)
    reason: str = Field(min_length=1, max_length=1000)
    document: str = Field(default="", max_length=200)


class GiveForm(BaseModel):
    """Another team evaluates the unit, by a document."""

    team: str = Field(min_length=1, max_length=40)
    reason: str = Field(min_length=1, max_length=1000)
    document: str = Field(min_length=1, max_length=200)
