"""What people type in the follow-up."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from evalplat.findings.kinds import Destination, Severity, Source

from .rules import AdviceKind, AdviceState, Measure, Method, Outcome, RequestKind


class RouteForm(BaseModel):
    """Where a finding goes. ``requirement`` belongs to a rectification, ``advice_*`` to a study, ``referral_*`` to a referral."""

    destinations: list[Destination] = Field(default_factory=list)
    requirement: str = Field(default="", max_length=1000)
    measure: Measure = Measure.ORDER
    at_once: bool = False
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
    agenda_on: date | None = None


class FollowForm(BaseModel):
    """What an adjustment had brought when its effect was looked at."""

    result: str = Field(min_length=1, max_length=2000)


class ReaderForm(BaseModel):
    """Who may know of a referral, by login."""

    login: str = Field(min_length=1, max_length=60)


class LetterForm(BaseModel):
    """To whom a letter of referral goes."""

    addressee: str = Field(min_length=1, max_length=100)


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
    internal_unit: str = Field(default="", max_length=60)
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


class MatterForm(BaseModel):
    """An adjustment of the establishment that belongs to an item."""

    linked_matter: str = Field(default="", max_length=300)


class ViewForm(BaseModel):
    """What a department says to a finding that stood before it was asked."""

    view: str = Field(pattern="^(agrees|disputes)$")
    text: str = Field(default="", max_length=2000)


class EntryForm(BaseModel):
    """A finding from another source; ``units`` by code. ``found_on`` is declared."""

    source: Source
    units: list[str] = Field(default_factory=list)
    names_shown: bool = False
    category: str = Field(min_length=1, max_length=10)
    severity: Severity
    title: str = Field(min_length=1, max_length=100)
    description: str = Field(min_length=1, max_length=3000)
    basis: str = Field(default="", max_length=500)
    document: str = Field(min_length=1, max_length=200)
    found_on: date
    evidence: str = Field(default="", max_length=1000)
    requirement: str = Field(default="", max_length=1000)


class UnitsForm(BaseModel):
    """The other departments that a finding names, by code."""

    units: list[str] = Field(default_factory=list)
    names_shown: bool = False


class RequestForm(BaseModel):
    """A request that came while its department is held up."""

    kind: RequestKind
    subject: str = Field(min_length=1, max_length=500)
    received_on: date


class WaiverForm(BaseModel):
    """Why the director lets a request through, and the document that says so."""

    reason: str = Field(min_length=1, max_length=1000)
    document: str = Field(min_length=1, max_length=100)


class ReportForm(BaseModel):
    """What the section concludes from a campaign's look backs."""

    conclusion: str = Field(min_length=1, max_length=4000)
    advice: str = Field(default="", max_length=4000)
