"""Where two canonical results differ, in words: the unit, the indicator, what it was and what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

DIGITS = 12
_CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
_HEAD = ("system", "version", "system_hash")
_NUMBERS = frozenset({"points", "max_points", "effective_max", "weight", "percent", "applicable", "earned", "base", "dimensions",
                      "adjustment_total", "total", "total_exact", "coverage"})
_FIRST = ("state", "points", "raw", "steps", "refs")
_LAST = ("fixed", "line")
"""What tells most about a changed indicator, and what only repeats it."""
_WORDS = {"steps": "the arithmetic", "raw": "the value read", "refs": "the sources", "input_hash": "the hash of the inputs",
          "system_hash": "the hash of the indicator file", "total_exact": "the exact total"}


@dataclass(frozen=True, slots=True)
class Difference:
    """``unit`` and ``indicator`` are empty where the difference belongs to none; ``what`` is the name in the result."""

    unit: str
    indicator: str
    what: str
    before: str
    after: str

    def sentence(self) -> str:
        """One line for people."""
        place = ", ".join(text for text in (f"unit {self.unit}" if self.unit else "",
                                            f"indicator {self.indicator}" if self.indicator else "") if text)
        return f"{place}: {self.told()}" if place else self.told()

    def told(self) -> str:
        """The same without the place."""
        what = _WORDS.get(self.what, self.what.replace("_", " "))
        return f"{what} was {self.before or '(nothing)'}, now {self.after or '(nothing)'}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Every difference of two canonical results (as JSON reads them), indicators first.

    Results of different engine versions are compared by what both know, numbers by twelve digits.
    """
    loose = before.get("engine") != after.get("engine")
    yield from _fields(before, after, _HEAD, "", loose=loose)
    ours, theirs = _by(before, "units", "unit"), _by(after, "units", "unit")
    for unit in sorted(ours.keys() | theirs.keys()):
        if unit not in ours or unit not in theirs:
            yield Difference(unit, "", "the unit", _there(unit in ours), _there(unit in theirs))
        else:
            yield from _unit(ours[unit], theirs[unit], unit, loose=loose)
    if not loose:
        yield from _fields(before, after, ("input_hash",), "", loose=False)


def _unit(before: Mapping[str, Any], after: Mapping[str, Any], unit: str, *, loose: bool) -> Iterator[Difference]:
    for part in ("leaves", "nodes"):
        ours, theirs = _by(before, part, "code"), _by(after, part, "code")
        for code in dict.fromkeys((*ours, *theirs)):
            if code not in ours or code not in theirs:
                yield Difference(unit, code, "the indicator", _there(code in ours), _there(code in theirs))
                continue
            known = ours[code].keys() | theirs[code].keys()
            names = [*_FIRST, *sorted(known - {*_FIRST, *_LAST}), *_LAST]
            yield from _fields(ours[code], theirs[code], names, unit, code, loose=loose)
    rest = sorted((before.keys() | after.keys()) - {"leaves", "nodes"})
    yield from _fields(before, after, rest, unit, loose=loose)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str], unit: str, code: str = "", *,
            loose: bool) -> Iterator[Difference]:
    for name in names:
        if loose and (name not in before or name not in after):
            continue
        one, other = before.get(name), after.get(name)
        if one != other and not (loose and name in _NUMBERS and rounded(one) == rounded(other)):
            yield Difference(unit, code, name, *_said(one, other))


def rounded(value: Any) -> Any:
    """A number, or each of a mapping, as text of twelve digits."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    try:
        top, _, bottom = str(value).partition("/")
        number = _CONTEXT.divide(Decimal(top), Decimal(bottom or "1"))
        return str(number.normalize(_CONTEXT))
    except ArithmeticError:
        return value


def _said(before: Any, after: Any) -> tuple[str, str]:
    """Of two lists only what is in one of them."""
    if isinstance(before, list) and isinstance(after, list) and before and after:
        ours, theirs = [one for one in before if one not in after], [one for one in after if one not in before]
        if ours or theirs:
            return _text(ours), _text(theirs)
    return _text(before), _text(after)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["text"]) if set(value) == {"kind", "text"} else ", ".join(f"{k} {_text(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    return "" if value is None else str(value)


def _by(result: Mapping[str, Any], part: str, name: str) -> dict[str, Any]:
    return {str(one[name]): one for one in result[part]}


def _there(known: object) -> str:
    return "there" if known else ""
