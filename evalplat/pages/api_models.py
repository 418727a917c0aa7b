"""What the interface gives out, as models: they make the answers and the description alike."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from evalplat.kernel.i18n import N_

Row = TypeVar("Row")


class Page(BaseModel, Generic[Row]):
    """A part of a list."""

    items: list[Row]
    next: str | None = Field(None, description=N_("Send it as `cursor` to get what follows; null at the end."))


class CampaignItem(BaseModel):
    """One round of evaluation."""

    code: str
    title: str
    year: int
    kind: str = Field(description=N_("comprehensive, thematic or follow_through"))
    state: str = Field(description=N_("drafted approved issued concluded archived cancelled"))
    issued_at: datetime | None
    concluded_at: datetime | None


class UnitItem(BaseModel):
    """One department in one evaluation."""

    campaign: str
    unit: str = Field(description=N_("Short name, as in addresses."))
    name: str
    category: str
    mode: str = Field(description=N_("full or light"))
    stage: str
    state: str
    side: str | None = Field(description=N_("suspended, exempt or merged; null: the evaluation goes on."))
    since: datetime = Field(description=N_("Since when it is in this state."))


class ResultItem(BaseModel):
    """A final result. `hash` is the sha256 of its canonical JSON, as printed in its documents."""

    campaign: str
    unit: str
    name: str
    version: int
    total: Decimal | None
    grade: str | None = Field(description=N_("The grade's code by the indicator file."))
    score_x: Decimal | None
    score_y: Decimal | None
    marks: list[str]
    hash: str
    system_hash: str
    input_hash: str
    made_at: datetime


class LeafItem(BaseModel):
    """One indicator with its arithmetic."""

    code: str
    title: str
    max_points: Decimal
    points: Decimal | None
    state: str = Field(description=N_("scored, missing, not_applicable …"))
    line: str = Field(description=N_("The arithmetic, in one line."))
    refs: list[str] = Field(description=N_("Where the figures came from."))


class ResultFull(ResultItem):
    """A final result, opened."""

    lines: list[str] = Field(description=N_("How the total came about."))
    indicators: list[LeafItem]


class FindingItem(BaseModel):
    """A problem found."""

    campaign: str
    unit: str
    code: str
    category: str
    severity: str
    title: str
    description: str
    state: str
    destinations: list[str] = Field(description=N_("D1 studied by the office, D2 rectified by the department."))
    raised_at: datetime
    confirmed_at: datetime | None


class DocumentItem(BaseModel):
    """An issued document."""

    code: str
    kind: str
    title: str
    number: str | None
    state: str = Field(description=N_("issued or void"))
    campaign: str | None
    unit: str | None
    issued_at: datetime | None
    sha256: str | None = Field(description=N_("Of the PDF; null while it is being made."))
    size: int | None
    audit_head: str = Field(description=N_("The head of the audit chain that the document prints."))


class Problem(BaseModel):
    """Why a call was refused."""

    code: str
    message: str
