"""Working days by the office's table. Pure: the table comes in as a mapping of exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

Exceptions = Mapping[date, bool]
"""Day → is it worked. A day that is not listed is worked from Monday to Friday."""

END_OF_DAY = time(23, 59, 59, 999999)


def is_working_day(day: date, exceptions: Exceptions) -> bool:
    """Whether the office works on ``day``."""
    listed = exceptions.get(day)
    return listed if listed is not None else day.weekday() < 5


def add_working_days(day: date, count: int, *, exceptions: Exceptions) -> date:
    """The day that is ``count`` working days after ``day``; the day itself does not count. ``count`` ≥ 0."""
    if count < 0:
        raise ValueError("count must not be negative")
    current = day
    left = count
    while left:
        current += timedelta(days=1)
        if is_working_day(current, exceptions):
            left -= 1
    return current


def next_working_day(day: date, exceptions: Exceptions) -> date:
    """``day`` itself if it is worked, else the first worked day after it."""
    while not is_working_day(day, exceptions):
        day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, *, exceptions: Exceptions) -> int:
    """How many working days lie after ``start`` up to and including ``end`` (negative if ``end`` is earlier)."""
    if end < start:
        return -working_days_between(end, start, exceptions=exceptions)
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=step), exceptions) for step in range(1, days + 1))


def closes_at(day: date, zone: tzinfo) -> datetime:
    """The last moment of ``day`` in the office's time zone: a window ends at 24:00."""
    return datetime.combine(day, END_OF_DAY, tzinfo=zone)


_HOLIDAYS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def holiday_name(name: str) -> str:
    """The holiday's own name in Chinese, where it is one of the state's."""
    return _HOLIDAYS.get(name, name)


def weeks_of(year: int, month: int) -> list[list[date | None]]:
    """A month's weeks from Monday to Sunday; None stands for a day of another month."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    cells: list[date | None] = [None] * first.weekday()
    cells += [first + timedelta(days=step) for step in range((after - first).days)]
    cells += [None] * (-len(cells) % 7)
    return [cells[start:start + 7] for start in range(0, len(cells), 7)]
