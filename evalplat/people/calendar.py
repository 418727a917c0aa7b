"""The office's working days: exceptions from its table, deadlines from a count."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import chinese_calendar
from sqlmodel import Session, select

from evalplat.kernel.work import Work
from evalplat.workflow import calendar

from .tables import CalendarDay

FIRST_YEAR, LAST_YEAR = 2025, 2026


def seed(work: Work, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> int:
    """Fill the table from the published holidays and adjusted working days; how many rows. Existing rows stay."""
    known = set(exceptions(work.session, work.office_id))
    day, count = date(first, 1, 1), 0
    while day <= date(last, 12, 31):
        worked = chinese_calendar.is_workday(day)
        if worked != (day.weekday() < 5) and day not in known:
            _, name = chinese_calendar.get_holiday_detail(day)
            work.session.add(CalendarDay(office_id=work.office_id, day=day, worked=worked, name=name or ""))
            count += 1
        day += timedelta(days=1)
    work.session.flush()
    return count


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
