"""How numbers, dates and points are written in official documents (GB/T 9704); pure text, no database."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby

from evalplat.documents.parts import IndicatorLine

_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(r"^(?P<code>[^〔〕]+)〔(?P<year>\d{4})〕(?P<serial>[1-9]\d*)号$")


def doc_number(code: str, year: int, *, serial: int) -> str:
    """`滕编办发〔2026〕5号`: hexagonal brackets, the whole year, no leading zeros, no 第."""
    if serial < 1 or not 1949 <= year <= 9999:
        raise ValueError(f"no document number with serial {serial} of {year}")
    return f"{code}〔{year}〕{serial}号"


def report_series(code: str) -> str:
    """The series of the reports that stay inside, beside that of the letters: 滕编办发 → 滕编评报."""
    return code.removesuffix("发").removesuffix("办") + "评报"


def parse_doc_number(text: str) -> tuple[str, int, int] | None:
    """(code, year, serial) of a well-formed number, else None."""
    match = _NUMBER.match(text)
    return (match["code"], int(match["year"]), int(match["serial"])) if match else None


def zh_date(day: date) -> str:
    """`2026年3月5日`: Arabic figures without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def zh_month_day(day: date) -> str:
    """`3月5日`, for tables where the year stands above."""
    return f"{day.month}月{day.day}日"


def zh_ordinal(number: int) -> str:
    """1 → 一, 12 → 十二, 41 → 四十一; up to 99, as levels of a document need."""
    if not 1 <= number <= 99:
        raise ValueError(f"no level number for {number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")


def points(value: Decimal, places: int = 2) -> str:
    """Exact points padded to `places` decimals; a value with more digits is shown whole, never rounded again."""
    digits = -int(value.as_tuple().exponent) if isinstance(value.as_tuple().exponent, int) else 0
    text = f"{value:f}" if digits >= places else f"{value:.{places}f}"
    return text.replace("-", "−", 1)


def plain_number(value: Decimal | int) -> str:
    """A figure without idle zeros: 4, 1.5, 12."""
    if isinstance(value, int):
        return str(value)
    return f"{value.normalize():f}" if value == value.to_integral() else f"{value:f}".rstrip("0")


def signed_points(value: Decimal) -> str:
    """`+2.20`, `−1.00` or `0.00`, with a real minus sign."""
    return points(value) if value <= 0 else f"+{points(value)}"


def short_hash(value: str) -> str:
    """The first 16 figures, in groups of four, as one reads them out on the telephone."""
    return " ".join(value[i : i + 4] for i in range(0, min(16, len(value)), 4))


def joined(names: Iterable[str]) -> str:
    """Names in one line, separated as in Chinese lists."""
    return "、".join(names)


def sentence(text: str) -> str:
    """The text with a full stop, if it ends with none."""
    return text if text.endswith(("。", "！", "？", "；", "：", "…", "）")) else f"{text}。"


def clause(text: str) -> str:
    """The text without its full stop, to stand inside a longer sentence."""
    return text.strip().rstrip("。；")


def bands(lines: Iterable[IndicatorLine]) -> list[tuple[str, list[IndicatorLine]]]:
    """The leaves below their first-level indicators, in the order of the system."""
    return [(title, list(group)) for title, group in groupby(lines, key=lambda line: line.level1)]


def heat(rate: Decimal | None) -> str:
    """The wash of a cell for a rate in per cent, by the bands of the grades; none for a missing rate."""
    if rate is None:
        return ""
    return next((name for limit, name in ((90, "heat-4"), (80, "heat-3"), (60, "heat-2")) if rate >= limit), "heat-1")
