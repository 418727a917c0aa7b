"""The rows behind every number of the report. A figure is a choice of rows: its value and the list that it opens are one thing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from .rules import band_of


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; ``rank`` stands only in the snapshot, with ``last`` where surveys tell
    no places apart. ``rates`` and ``leaves``: per cent of the full mark by code, where it applies."""

    code: str
    name: str
    category: str
    state: str
    final: bool
    side: str | None
    team: str
    version: int | None
    total: Decimal | None
    score_x: Decimal | None
    score_y: Decimal | None
    grade: str | None
    rank: int | None
    of: int
    tied: bool
    findings: int
    marks: tuple[str, ...]
    rates: Mapping[str, Decimal | None] = field(default_factory=dict)
    leaves: Mapping[str, Decimal] = field(default_factory=dict)
    vetoed: bool = False
    last: int | None = None

    @property
    def unit(self) -> str:
        """The unit's own code, as every row has it."""
        return self.code

    @property
    def counted(self) -> bool:
        """Whether its final total enters the means."""
        return self.final and self.total is not None and not self.side

    @property
    def missing(self) -> bool:
        """Whether the campaign still waits for it."""
        return not self.final and not self.side

    @property
    def band(self) -> str:
        """The place of the total among the bands of the distribution."""
        return str(band_of(self.total)) if self.counted and self.total is not None else ""

    @property
    def block(self) -> tuple[str, ...]:
        """First-level indicators that apply to it and have a rate."""
        return tuple(code for code, rate in self.rates.items() if rate is not None) if self.counted else ()

    @property
    def earned(self) -> str | None:
        """The grade of a final result."""
        return self.grade if self.counted else None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One standing finding."""

    unit: str
    code: str
    category: str
    severity: str
    destinations: tuple[str, ...]
    state: str
    title: str

    @property
    def family(self) -> str:
        """``P31`` belongs to ``P3``."""
        return self.category[:2]

    @property
    def told(self) -> bool:
        """Whether it is more than a referral: counts of one unit hold these alone."""
        return self.destinations != ("D3",)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the rectification ledger."""

    unit: str
    number: str
    code: str
    title: str
    severity: str
    state: str
    state_label: str
    open: bool
    overdue: bool
    holds: bool
    due: date
    closed: date | None
    notice: str


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """One objection that was filed."""

    unit: str
    attempt: int
    state: str
    filed: date
    ended: date | None
    document: str
    items: int

    @property
    def refused(self) -> bool:
        """Not taken in."""
        return self.state == "refused"


@dataclass(frozen=True, slots=True)
class ContestedRow:
    """One contested thing and what was decided."""

    unit: str
    attempt: int
    number: int
    subject: str
    code: str
    decision: str


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """What the office studies to change. ``posts`` is signed; None where it is no number."""

    unit: str
    code: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    text: str
    document: str
    posts: int | None


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One group at one unit: valid answers, score, half of its interval."""

    unit: str
    group: str
    answered: int
    n: int
    score: Decimal | None
    half: Decimal | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of a visit."""

    unit: str
    code: str
    method: str
    label: str
    held_on: date
    people: int

    @property
    def panel(self) -> bool:
        """A talk with several people at a table."""
        return self.method in ("panel_sections", "panel_units")


@dataclass(frozen=True, slots=True)
class FileRow:
    """How many papers of one unit were looked at: its evidence and the team's own."""

    unit: str
    n: int


@dataclass(frozen=True, slots=True)
class LetterRow:
    """An issued letter to a unit."""

    unit: str
    kind: str
    number: str
    issued: date


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of the teams."""

    name: str
    team: str
    lead: bool


@dataclass(frozen=True, slots=True)
class Handling:
    """What goes on after the results are final; it stays live until the report is issued."""

    findings: tuple[FindingRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    advice: tuple[AdviceRow, ...] = ()
    letters: tuple[LetterRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Books:
    """All rows of a campaign."""

    units: tuple[UnitRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    objections: tuple[ObjectionRow, ...] = ()
    contested: tuple[ContestedRow, ...] = ()
    advice: tuple[AdviceRow, ...] = ()
    surveys: tuple[SurveyRow, ...] = ()
    records: tuple[RecordRow, ...] = ()
    files: tuple[FileRow, ...] = ()
    letters: tuple[LetterRow, ...] = ()
    people: tuple[PersonRow, ...] = ()

    def with_handling(self, later: Handling) -> Books:
        """The same results with the handling as it is now: which findings stand is fixed, where they go is not."""
        now = {(row.unit, row.code): row for row in later.findings}
        kept = tuple(now.get((row.unit, row.code), row) for row in self.findings)
        return replace(self, findings=kept, items=later.items, advice=later.advice, letters=later.letters)

    def without_referrals(self) -> Books:
        """As those read it who may not know of a referral: nothing that is referred alone, no word of it beside another destination."""
        told = (replace(row, destinations=tuple(d for d in row.destinations if d != "D3")) for row in self.findings if row.told)
        return replace(self, findings=tuple(told))


BOOKS = tuple(one.name for one in fields(Books))


def keys_of(row: Any, name: str) -> tuple[str, ...]:
    """What a row can be chosen by: each of several values, 1 or 0, or the value itself; empty stands for none."""
    have = getattr(row, name)
    if isinstance(have, tuple):
        return have
    if isinstance(have, bool):
        return ("1",) if have else ("0",)
    return ("",) if have is None else (str(have),)


def pick(rows: Iterable[Any], filters: Mapping[str, str]) -> list[Any]:
    """The rows that have every wanted value. A name that the rows do not have is a KeyError."""
    found = list(rows)
    for name, wanted in filters.items():
        if found and (name.startswith("_") or not hasattr(found[0], name) or callable(getattr(found[0], name))):
            raise KeyError(name)
        found = [row for row in found if wanted in keys_of(row, name)]
    return found


class Figure(int):
    """A number that knows its rows: the book, the choice, and the column that is summed (none: the rows are counted)."""

    book: str
    filters: tuple[tuple[str, str], ...]
    add: str

    def __new__(cls, value: int, book: str = "", *, add: str = "", filters: Sequence[tuple[str, str]] = ()) -> Self:
        made = super().__new__(cls, value)
        made.book, made.add, made.filters = book, add, tuple(filters)
        return made

    @property
    def query(self) -> str:
        """The address of its rows below ``…/summary/rows/``; empty if it opens to nothing."""
        asked = [*self.filters, *((("sum", self.add),) if self.add else ())]
        return f"{self.book}?{urlencode(asked)}" if asked else self.book


def total_of(rows: Sequence[Any], add: str) -> int:
    """The rows counted, or one of their columns summed."""
    return sum(getattr(row, add) or 0 for row in rows) if add else len(rows)


class Shelf:
    """Books with an index of each column that was asked for, because a report asks hundreds of times."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._places: dict[tuple[str, str], dict[str, set[int]]] = {}

    def count(self, book: str, /, *, add: str = "", **filters: str) -> Figure:
        """A figure over a book: the same rows that ``pick`` gives."""
        rows = getattr(self.books, book)
        chosen: set[int] | None = None
        for name, wanted in filters.items():
            places = self._index(book, rows, name).get(wanted, set())
            chosen = places if chosen is None else chosen & places
        found = rows if chosen is None else [rows[place] for place in chosen]
        return Figure(total_of(found, add), book, add=add, filters=tuple(filters.items()))

    def _index(self, book: str, rows: Sequence[Any], name: str) -> dict[str, set[int]]:
        index = self._places.get((book, name))
        if index is None:
            index = self._places[book, name] = {}
            for place, row in enumerate(rows):
                for key in keys_of(row, name):
                    index.setdefault(key, set()).add(place)
        return index
