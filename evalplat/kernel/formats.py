"""How dates and numbers look on a page. Display never rounds points again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from . import clock
from .i18n import gettext, language
from .settings import settings

DASH = "—"


def local(moment: datetime) -> datetime:
    """The moment in the office's time zone."""
    return moment.astimezone(settings().zone)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def today() -> date:
    """The office's day."""
    return local(clock.now()).date()


def zh_date(value: date | datetime | None) -> str:
    """11月24日; with the year where it differs from this year's."""
    if value is None:
        return DASH
    day = _day(value)
    same_year = day.year == today().year
    if language() == "en":
        return f"{day:%-d %b}" if same_year else f"{day:%-d %b %Y}"
    return f"{day.month}月{day.day}日" if same_year else f"{day.year}年{day.month}月{day.day}日"


def full_date(value: date | datetime | None) -> str:
    """2026年11月24日, always with the year."""
    if value is None:
        return DASH
    day = _day(value)
    return f"{day:%-d %B %Y}" if language() == "en" else f"{day.year}年{day.month}月{day.day}日"


def date_time(value: datetime | None) -> str:
    """The day as above and the time to the minute."""
    return DASH if value is None else f"{zh_date(value)} {local(value):%H:%M}"


def clock_time(value: datetime | None) -> str:
    """14:32."""
    return DASH if value is None else f"{local(value):%H:%M}"


def points(value: Decimal | None) -> str:
    """Two decimals as stored; a missing value is a dash, never a zero."""
    return DASH if value is None else f"{Decimal(value):.2f}"


def trimmed(value: Decimal | float | None) -> str:
    """A number without needless zeros: 4, 1.5, 0.35."""
    if value is None:
        return DASH
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | float | None, places: int = 1) -> str:
    """0.853 → 85.3%."""
    return DASH if value is None else f"{Decimal(str(value)) * 100:.{places}f}%"


def integer(value: int | None) -> str:
    """19,846."""
    return DASH if value is None else f"{value:,}"


def days_until(value: date | datetime) -> int:
    """Calendar days from today; negative when past."""
    return (_day(value) - today()).days


def days_left(value: date | datetime | None) -> str:
    """今天到期 / 还有 2 天 / 已逾期 3 天."""
    if value is None:
        return ""
    days = days_until(value)
    if days == 0:
        return gettext("due today")
    if days > 0:
        return gettext("{days} days left", days=days)
    return gettext("{days} days overdue", days=-days)


def urgency(value: date | datetime | None) -> str:
    """The badge's kind for a deadline: urgent (today or past), warn (within three days), mute."""
    if value is None:
        return "mute"
    days = days_until(value)
    return "urgent" if days <= 0 else "warn" if days <= 3 else "mute"


def file_size(count: int) -> str:
    """1.2 MB."""
    size = float(count)
    for unit in ("B", "KB", "MB"):
        if size < 1024 or unit == "MB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} MB"


FILTERS = {
    "zh_date": zh_date, "full_date": full_date, "date_time": date_time, "clock_time": clock_time, "points": points,
    "trimmed": trimmed, "percent": percent, "integer": integer, "days_left": days_left, "urgency": urgency,
    "file_size": file_size,
}
