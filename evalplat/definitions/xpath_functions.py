"""Values and functions of XLSForm expressions: text, number and truth convert into one another as XPath 1.0 says,
with the two habits of ODK clients added (a date counts as days since 1970, several chosen options are one spaced text).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

Value = str | float | bool
LONGEST_REGEX_SUBJECT = 300

_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*\Z", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?\Z", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Scope:
    """What one evaluation may read: answers, the current answer ``.``, the row of a choice list, labels, the clock."""

    values: Mapping[str, Any]
    current: str = ""
    row: Mapping[str, str] = field(default_factory=dict)
    choice_name: Callable[[str, str], str] | None = None
    now: datetime | None = None

    def clock(self) -> datetime:
        """The given moment, or the machine's."""
        return self.now or datetime.now(tz=UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Function:
    """A function, how many arguments it takes (``most`` None: any number) and what runs."""

    least: int
    most: int | None
    run: Callable[[list[Value]], Value] | None = None
    ask: Callable[[Scope, list[Value]], Value] | None = None
    """In place of ``run``, for a function that reads more than its arguments."""


def plain(value: Any) -> Value:
    """An answer as an expression sees it: nothing is the empty text, several options are one spaced text."""
    if value is None:
        return ""
    if isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, tuple | list):
        return " ".join(str(item) for item in value)
    return str(value)


def text(value: Value) -> str:
    """The text of a value; a whole number has no decimal point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return str(int(value)) if value == int(value) else repr(value)
    return value


def number(value: Value) -> float:
    """The number of a value; NaN when it is none. An ISO date is its days since 1970-01-01."""
    if isinstance(value, bool | float):
        return float(value)
    if _NUMBER.match(value):
        return float(value)
    day = _DATE.match(value)
    if day:
        try:
            return float(date(int(day[1]), int(day[2]), int(day[3])).toordinal() - _EPOCH)
        except ValueError:
            return math.nan
    return math.nan


def truth(value: Value) -> bool:
    """Whether a value counts as true: a number unless 0 or NaN, a text unless empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return value != ""


def equal(left: Value, right: Value) -> bool:
    """Equality: as truths if one is a truth, as numbers if one is a number, else as texts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


def divide(left: float, right: float) -> float:
    """Division that answers infinity or NaN instead of failing."""
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left)


def modulo(left: float, right: float) -> float:
    """The remainder, with the sign of the dividend."""
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


def round_half_up(value: float, places: float = 0.0) -> float:
    """Rounding towards the greater of two equally near numbers."""
    if not math.isfinite(value) or not math.isfinite(places) or abs(places) > 12:
        return value
    scale = 10.0 ** int(places)
    scaled = value * scale
    return math.floor(scaled + 0.5) / scale if math.isfinite(scaled) else value


def _whole(value: float) -> float:
    return float(math.trunc(value)) if math.isfinite(value) else value


def _chosen(value: Value) -> list[str]:
    return text(value).split()


def _coalesce(args: list[Value]) -> Value:
    return next((arg for arg in args if text(arg) != ""), "")


def _choice_name(scope: Scope, args: list[Value]) -> Value:
    question = text(args[1]).strip()
    if question.startswith("${") and question.endswith("}"):
        question = question[2:-1].strip()
    code = text(args[0])
    return scope.choice_name(question, code) if scope.choice_name else code


def _regex(args: list[Value]) -> Value:
    subject = text(args[0])
    return len(subject) <= LONGEST_REGEX_SUBJECT and re.fullmatch(text(args[1]), subject) is not None


def _extreme(pick: Callable[[list[float]], float]) -> Callable[[list[Value]], Value]:
    def run(args: list[Value]) -> Value:
        numbers = [number(arg) for arg in args]
        return math.nan if any(math.isnan(one) for one in numbers) else pick(numbers)

    return run


def _selected_at(args: list[Value]) -> Value:
    chosen, at = _chosen(args[0]), number(args[1])
    return chosen[int(at)] if math.isfinite(at) and 0 <= at < len(chosen) else ""


def _substr(args: list[Value]) -> Value:
    subject, start = text(args[0]), number(args[1])
    end = number(args[2]) if len(args) > 2 else float(len(subject))
    return subject[int(start) : int(end)] if math.isfinite(start) and math.isfinite(end) else ""


FUNCTIONS: Mapping[str, Function] = {
    "selected": Function(2, 2, lambda args: text(args[1]).strip() in _chosen(args[0])),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, lambda args: float(len(_chosen(args[0])))),
    "coalesce": Function(2, None, _coalesce),
    "regex": Function(2, 2, _regex),
    "string-length": Function(1, 1, lambda args: float(len(text(args[0])))),
    "normalize-space": Function(1, 1, lambda args: " ".join(text(args[0]).split())),
    "contains": Function(2, 2, lambda args: text(args[1]) in text(args[0])),
    "starts-with": Function(2, 2, lambda args: text(args[0]).startswith(text(args[1]))),
    "substr": Function(2, 3, _substr),
    "string": Function(1, 1, lambda args: text(args[0])),
    "boolean": Function(1, 1, lambda args: truth(args[0])),
    "number": Function(1, 1, lambda args: number(args[0])),
    "int": Function(1, 1, lambda args: _whole(number(args[0]))),
    "abs": Function(1, 1, lambda args: abs(number(args[0]))),
    "round": Function(1, 2, lambda args: round_half_up(*[number(arg) for arg in args])),
    "concat": Function(1, None, lambda args: "".join(text(arg) for arg in args)),
    "not": Function(1, 1, lambda args: not truth(args[0])),
    "true": Function(0, 0, lambda _args: True),
    "false": Function(0, 0, lambda _args: False),
    "today": Function(0, 0, ask=lambda scope, _args: scope.clock().date().isoformat()),
    "now": Function(0, 0, ask=lambda scope, _args: scope.clock().isoformat(timespec="seconds")),
    "once": Function(1, 1, ask=lambda scope, args: scope.current or args[0]),
    "count": Function(1, None, lambda args: float(len(args))),
    "count-non-empty": Function(1, None, lambda args: float(sum(text(arg) != "" for arg in args))),
    "sum": Function(1, None, _extreme(math.fsum)),
    "min": Function(1, None, _extreme(min)),
    "max": Function(1, None, _extreme(max)),
    "jr:choice-name": Function(2, 2, ask=_choice_name),
    "if": Function(3, 3, lambda args: args[1] if truth(args[0]) else args[2]),
}

# Functions of XLSForm that make no sense or no safe sense in a questionnaire of this platform.
REFUSED: Mapping[str, str] = {
    "pulldata": "Use a list that comes per unit.",
    "indexed-repeat": "Repeats are not supported.",
    "position": "Repeats are not supported.",
    "random": "A questionnaire must read the same for everybody.",
    "uuid": "Nothing that could mark a respondent may be computed.",
    "property": "Nothing that could mark a respondent may be read.",
    "area": "Places are not asked.",
    "distance": "Places are not asked.",
}


def regex_reason(pattern: str) -> str:
    """Why a pattern is refused (an English message), or an empty text: it must not be able to run for long."""
    if len(pattern) > 200:
        return "The pattern is longer than 200 characters."
    bare = re.sub(r"\\\\.|\\[^0-9]", "x", re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern))
    if re.search(r"\\[0-9]|\(\?(?!:)", bare):
        return "Back references and look-around are not allowed in a pattern."
    if re.search(r"\)(?:[*+]|\{\d*,)", bare):
        return "A group in a pattern may not be repeated without a fixed count."
    if len(re.findall(r"[*+]|\{\d*,\d*\}", bare)) > 3:
        return "A pattern may hold at most three open repetitions."
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return "This is not a valid pattern."
    return ""
