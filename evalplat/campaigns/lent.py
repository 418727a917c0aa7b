"""Rows that rooms lend to whoever counts over whole campaigns (the overall report, the boards).

A room says at start-up how its rows are read; a counter asks by the kind of row and knows no room. Few queries, however many units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from evalplat.kernel.work import Work

from .tables import Campaign


@dataclass(frozen=True, slots=True)
class Rectified:
    """One item of the rectification ledger. ``state_label`` is a gettext id; ``holds``: it holds up new requests;
    ``outcome``: what a look back found."""

    evaluation_id: int
    finding_id: int
    number: str
    notice: str
    requirement: str
    state: str
    state_label: str
    open: bool
    overdue: bool
    holds: bool
    issued_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for posts or people that a unit made while its approvals were held up; ``decision`` as it was logged."""

    unit_id: int
    kind: str
    subject: str
    received_on: date
    decision: str


@dataclass(frozen=True, slots=True)
class Contested:
    """One contested thing of an objection; ``decision`` is empty until the panel decided."""

    evaluation_id: int
    attempt: int
    number: int
    subject: str
    code: str
    decision: str


@dataclass(frozen=True, slots=True)
class Objected:
    """One objection that was filed. ``document``: the number of the decision."""

    evaluation_id: int
    attempt: int
    state: str
    filed_at: datetime
    ended_at: datetime | None
    document: str
    items: int


@dataclass(frozen=True, slots=True)
class Advised:
    """What the office studies to change; ``posts``: by how many posts, None where it is no number."""

    evaluation_id: int
    finding_id: int
    kind: str
    kind_label: str
    state: str
    state_label: str
    text: str
    document: str
    posts: int | None = None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One questionnaire at one unit: one-time links handed out, answers, those that count; the score (0–100) with half of its
    95 per cent interval, once frozen."""

    evaluation_id: int
    wave: str
    title: str
    group: str
    state: str
    issued: int
    answered: int
    valid: int
    minimum: int
    score: Decimal | None = None
    half: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Poster:
    """An open link that takes answers now: whom it asks about, who is asked, its questionnaire's title, its code."""

    campaign: str
    unit: str
    group: str
    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record of a visit; ``label`` is a gettext id."""

    evaluation_id: int
    code: str
    method: str
    label: str
    held_on: date
    people: int


Row = TypeVar("Row")
Lender = Callable[[Work, Sequence[Campaign]], list[Any]]
_lenders: dict[type, Lender] = {}


def lend(kind: type[Row], lender: Callable[[Work, Sequence[Campaign]], list[Row]]) -> None:
    """A room says how the rows of a kind are read."""
    _lenders[kind] = lender


def borrow(work: Work, kind: type[Row], campaigns: Sequence[Campaign]) -> list[Row]:
    """The rows of these campaigns; none where no room lends this kind."""
    lender = _lenders.get(kind)
    return lender(work, campaigns) if lender and campaigns else []
