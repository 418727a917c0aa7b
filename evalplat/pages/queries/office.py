"""The office, its departments and what its workbook may say, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import col, func, select

from evalplat.campaigns.tables import Campaign
from evalplat.kernel.work import Work
from evalplat.pages.labels import text_of
from evalplat.people import book_take, calendar
from evalplat.people.book_format import Problem, Words, categories_in_chinese
from evalplat.people.categories import CATEGORIES
from evalplat.people.changes import is_used
from evalplat.people.passwords import NONE_YET
from evalplat.people.tables import Membership, Office, Unit, User
from evalplat.people.unit_order import by_unit_order
from evalplat.workflow.calendar import is_working_day, weeks_of
from evalplat.workflow.stages import CampaignState

OVER = (CampaignState.CONCLUDED, CampaignState.ARCHIVED, CampaignState.CANCELLED)


def running_campaigns(work: Work) -> list[tuple[str, str]]:
    """Code and title of the campaigns that are not over."""
    query = select(Campaign.code, Campaign.title).where(Campaign.office_id == work.office_id, col(Campaign.state).not_in(OVER))
    return [(code, title) for code, title in work.session.exec(query.order_by(col(Campaign.id)))]


def words_of(work: Work) -> Words:
    """What the workbook's cells may say in this office."""
    return Words(categories_in_chinese(CATEGORIES), tuple(code for code, _ in running_campaigns(work)))


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The office's entries, and how much hangs on it."""

    name: str
    short_name: str
    document_mark: str
    document_series: str
    contact: str
    units: int
    accounts: int
    without_password: int
    warning_year: int | None


def office_view(work: Work) -> OfficeView:
    """The office with its numbers."""
    office = work.session.get_one(Office, work.office_id)
    units = select(func.count()).select_from(Unit).where(Unit.office_id == work.office_id, col(Unit.active).is_(True))
    users = select(func.count()).select_from(User).where(User.office_id == work.office_id, col(User.active).is_(True))
    return OfficeView(office.name, office.short_name, office.document_mark, office.document_series, office.contact,
                      work.session.exec(units).one(), work.session.exec(users).one(),
                      work.session.exec(users.where(User.password_hash == NONE_YET)).one(), calendar.year_to_fill(work))


@dataclass(frozen=True, slots=True)
class UploadLine:
    """A workbook that waits: to be confirmed, or to be corrected where cells are ``wrong``."""

    code: str
    name: str
    who: str
    at: datetime
    wrong: int


def uploads_of(work: Work, *, login: str) -> list[UploadLine]:
    """What was uploaded and neither taken nor set aside, judged against the office as it stands now."""
    names = dict(work.session.exec(select(User.id, User.name).where(User.office_id == work.office_id)).all())
    words = words_of(work)
    return [UploadLine(row.code, row.name, names.get(row.created_by, ""), row.created_at,
                       len(book_take.read_book(work, book_take.bytes_of(work, row), words, login=login).problems))
            for row in book_take.waiting(work)]


@dataclass
class WaitingCells:
    """Cells that say the same and wait for the same row to be corrected."""

    sheet: str
    typed: str
    text: str
    cells: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.cells)


def waiting_cells(notes: Iterable[Problem]) -> list[WaitingCells]:
    """The cells that cannot be judged yet, those that say the same together."""
    found: dict[tuple[str, str, str], WaitingCells] = {}
    for note in notes:
        key = (note.sheet, note.typed, note.text)
        found.setdefault(key, WaitingCells(*key)).cells.append(note.cell)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the calendar; ``state``: worked, free, or the exceptions extra_free, extra_worked."""

    day: date
    state: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month in weeks."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]


def months_of(work: Work, year: int) -> list[Month]:
    """A year's calendar."""
    named = {row.day: row.name for row in calendar.days_of(work, year)}
    known = {row.day: row.worked for row in calendar.days_of(work, year)}

    def cell(day: date | None) -> DayCell | None:
        if day is None:
            return None
        state = "worked" if is_working_day(day, known) else "free"
        return DayCell(day, f"extra_{state}" if day in known else state, named.get(day, ""))

    return [Month(month, tuple(tuple(cell(day) for day in week) for week in weeks_of(year, month))) for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One department as its list and its page show it."""

    code: str
    name: str
    short_name: str
    category: str
    category_label: str
    nature: str
    civil_service_ref: bool
    profile: str
    parent: str
    facts: tuple[str, ...]
    active: bool
    merged_into: str
    people: int


def unit_rows(work: Work) -> list[UnitRow]:
    """Every department of the office, those in use first, in three questions."""
    units = list(work.session.exec(select(Unit).where(Unit.office_id == work.office_id)
                                   .order_by(col(Unit.active).desc(), *by_unit_order(work))))
    members = select(Membership.unit_id, func.count(func.distinct(col(Membership.user_id)))).where(
        Membership.office_id == work.office_id, col(Membership.unit_id).is_not(None)).group_by(col(Membership.unit_id))
    people = dict(work.session.exec(members).all())
    codes = {unit.id: unit.code for unit in units}
    return [_row(unit, codes, people.get(unit.id, 0)) for unit in units]


def _row(unit: Unit, codes: dict[int | None, str], people: int) -> UnitRow:
    facts = tuple(key for key, value in unit.facts.items() if value is True)
    return UnitRow(unit.code, unit.name, unit.short_name, unit.category, text_of(CATEGORIES, unit.category), unit.nature,
                   unit.civil_service_ref, unit.profile, codes.get(unit.parent_id, "") if unit.parent_id else "", facts,
                   unit.active, codes.get(unit.merged_into_id, "") if unit.merged_into_id else "", people)


def find_unit(work: Work, code: str) -> Unit | None:
    """A department of the office."""
    return work.session.exec(select(Unit).where(Unit.code == code, Unit.office_id == work.office_id)).one_or_none()


def may_be_removed(work: Work, unit: Unit) -> bool:
    """Whether nothing refers to it."""
    return not is_used(work, unit, unit.id or 0)
