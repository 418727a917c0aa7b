"""What people type in the follow-up."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from evalplat.findings.kinds import Destination

from .rules import AdviceKind, AdviceState, Measure, Method, Outcome


class RouteForm(BaseModel):
    """Where a finding goes. ``requirement`` belongs to a rectification, ``advice_*`` to a study, ``referral_*`` to a referral."""

    destinations: list[Destination] = Field(default_factory=list)
    requirement: str = Field(default="", max_length=1000)
    measure: Measure = Measure.ORDER
    advice_kind: AdviceKind | None = None
    advice_text: str = Field(default="", max_length=2000)
    referral_measure: Measure = Measure.TRANSFER
    referral_reason: str = Field(default="", max_length=2000)


class AdviceForm(BaseModel):
    """What became of an advice, or until when it stays open."""

    state: AdviceState
    outcome: str = Field(default="", max_length=2000)
    document: str = Field(default="", max_length=100)
    open_until: date | None = None


class ReferralForm(BaseModel):
    """Who took a referral over, by which paper, and what came of it."""

    letter: str = Field(default="", max_length=100)
    receipt: str = Field(min_length=1, max_length=200)
    received_on: date
    outcome: str = Field(default="", max_length=2000)


class PlanForm(BaseModel):
    """The department's plan for one item. ``finish_on`` is declared by the department."""

    measures: str = Field(min_length=1, max_length=3000)
    leader: str = Field(min_length=1, max_length=40)
    person: str = Field(min_length=1, max_length=40)
    steps: str = Field(min_length=1, max_length=3000)
    finish_on: date


class ProgressForm(BaseModel):
    """One line of the progress log; ``happened_on`` is what the department declares."""

    percent: int = Field(ge=0, le=100)
    text: str = Field(min_length=1, max_length=2000)
    happened_on: date | None = None


class SubmitForm(BaseModel):
    """The head's report that an item is rectified."""

    report: str = Field(min_length=1, max_length=4000)


class VerifyForm(BaseModel):
    """How it was verified and what was found."""

    method: Method
    opinion: str = Field(min_length=1, max_length=2000)


class ReasonForm(BaseModel):
    """Why a plan or a rectification is not accepted."""

    reason: str = Field(min_length=1, max_length=1000)


class ExtensionForm(BaseModel):
    """More time: until when, and why."""

    until: date
    reason: str = Field(min_length=1, max_length=1000)


class LookBackForm(BaseModel):
    """What was found again at one item."""

    outcome: Outcome
    note: str = Field(min_length=1, max_length=2000)
    evidence: str = Field(default="", max_length=1000)


class LookBackReport(BaseModel):
    """The short report of a look back."""

    report: str = Field(min_length=1, max_length=4000)
