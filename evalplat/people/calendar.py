"""The office's working days: exceptions from its table, deadlines from a count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import chinese_calendar
from sqlmodel import Session, col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow import calendar

from .tables import CalendarDay, Office
from .turns import in_turn

FIRST_YEAR, LAST_YEAR = 2025, 2026
ANNOUNCED_IN = 11
"""The State Council announces the next year's holidays about November."""
LONGEST_NAME = 30
CHECKED = "calendar_checked"
"""The office's setting: years whose days somebody has looked through, so that a year may stand without exceptions."""


@lru_cache
def published(year: int) -> bool:
    """Whether the year's holidays are known to this installation."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def seed(work: Work, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> int:
    """Fill the table from the published holidays and adjusted working days; how many rows. Existing rows stay."""
    known = set(exceptions(work.session, work.office_id))
    found = [row for year in range(first, last + 1) if published(year) for row in _of_year(work, year) if row.day not in known]
    work.session.add_all(found)
    work.session.flush()
    return len(found)


def _of_year(work: Work, year: int) -> list[CalendarDay]:
    days = (date(year, 1, 1) + timedelta(days=step) for step in range(366))
    rows = []
    for day in days:
        worked = day.year == year and chinese_calendar.is_workday(day)
        if day.year == year and worked != (day.weekday() < 5):
            _, name = chinese_calendar.get_holiday_detail(day)
            rows.append(CalendarDay(office_id=work.office_id, day=day, worked=worked, name=calendar.holiday_name(name or "")))
    return rows


def set_day(work: Work, day: date, *, worked: bool, name: str) -> None:
    """Say that a day is worked or free; a day that is as every week says needs no entry and loses one it has."""
    if not date(2000, 1, 1) <= day <= date(2100, 12, 31):
        raise Invalid({"day": N_("Enter a day between 2000 and 2100.")})
    if len(name.strip()) > LONGEST_NAME:
        raise Invalid({"name": N_("This is too long: at most {max_length} characters.")}, max_length=LONGEST_NAME)
    if worked == (day.weekday() < 5):
        clear_day(work, day)
        return
    row = work.session.get(CalendarDay, (work.office_id, day)) or CalendarDay(office_id=work.office_id, day=day, worked=worked)
    row.worked, row.name = worked, name.strip()
    work.session.add(row)
    record(work, "office.day_set", day=day, worked=worked)


def clear_day(work: Work, day: date) -> None:
    """Let a day be as every week says."""
    row = work.session.get(CalendarDay, (work.office_id, day))
    if row is not None:
        work.session.delete(row)
        record(work, "office.day_cleared", day=day)


def days_of(work: Work, year: int) -> list[CalendarDay]:
    """The exceptions of a year, in order."""
    query = select(CalendarDay).where(CalendarDay.office_id == work.office_id, col(CalendarDay.day) >= date(year, 1, 1),
                                      col(CalendarDay.day) <= date(year, 12, 31))
    return list(work.session.exec(query.order_by(col(CalendarDay.day))))


def year_to_fill(work: Work) -> int | None:
    """The year whose holidays should be here by now and are not, nor did anybody mark it as checked: this one, or from November
    on the next."""
    years = [work.today.year] + ([work.today.year + 1] if work.today.month >= ANNOUNCED_IN else [])
    checked = checked_years(work)
    return next((year for year in years if year not in checked and not days_of(work, year)), None)


def checked_years(work: Work) -> tuple[int, ...]:
    """The years that are marked as checked."""
    return tuple(work.session.get_one(Office, work.office_id).settings.get(CHECKED, ()))


def mark_checked(work: Work, year: int, *, checked: bool = True) -> None:
    """Say that a year's days are right as they stand, or take that back."""
    in_turn(work)
    office = work.session.get_one(Office, work.office_id, populate_existing=True)
    before = set(office.settings.get(CHECKED, ()))
    after = before | {year} if checked else before - {year}
    if after == before:
        return
    office.settings = {**office.settings, CHECKED: sorted(after)}
    work.session.add(office)
    record(work, "office.calendar_checked" if checked else "office.calendar_unchecked", year=year)


def exceptions(session: Session, office_id: int) -> dict[date, bool]:
    """Day → worked, for the pure calendar."""
    rows = session.exec(select(CalendarDay).where(CalendarDay.office_id == office_id))
    return {row.day: row.worked for row in rows}


def deadline(work: Work, working_days: int, *, start: datetime | None = None) -> datetime:
    """24:00 of the day that is N working days after ``start`` (now unless given)."""
    moment = (start or work.now).astimezone(work.settings.zone)
    day = calendar.add_working_days(moment.date(), working_days, exceptions=exceptions(work.session, work.office_id))
    return calendar.closes_at(day, work.settings.zone)


def calendar_deadline(work: Work, days: int, *, start: datetime | None = None) -> datetime:
    """24:00 of the day N calendar days after ``start``, moved to the next working day."""
    moment = (start or work.now).astimezone(work.settings.zone)
    day = calendar.next_working_day(moment.date() + timedelta(days=days), exceptions(work.session, work.office_id))
    return calendar.closes_at(day, work.settings.zone)
