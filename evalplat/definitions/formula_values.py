"""Evaluates a formula exactly and writes, at the same time, the arithmetic that anybody can repeat with a calculator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .formulas import Formula, Part
from .numbers import natural_log, number_text, round_half_up

RuleCall = Callable[[Any], Fraction]
MAX_TERMS = 12

_TIGHT = {"+": 1, "-": 1, "×": 2, "÷": 2}
_ATOM = 3


class MissingValue(Exception):
    """Something that the formula needs has no value; ``names`` says what, e.g. ``T2[行政].approved``."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(dict.fromkeys(names))


class UndefinedValue(Exception):
    """The values are there but give no number: ``reason`` is ``division_by_zero``, ``no_rows``, ``not_a_number`` …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Worked:
    """A value, the same as arithmetic (``38 ÷ 40``), and the lines worked out on the way (one for each ``rule(…)``)."""

    value: Any
    text: str
    steps: tuple[str, ...] = ()
    binding: int = _ATOM

    @property
    def equation(self) -> str:
        """``38 ÷ 40 = 0.95``, or the number alone if there was nothing to work out."""
        if isinstance(self.value, bool) or not isinstance(self.value, Fraction):
            return self.text
        shown = number_text(self.value, least=2 if "÷" in self.text else 0, most=6)
        return shown if shown == self.text or self.text == number_text(self.value) else f"{self.text} = {shown}"


def evaluate(formula: Formula, values: Mapping[str, Any], *, rule: RuleCall | None = None) -> Worked:
    """Evaluate over ``values``: name → Fraction, bool, text or None (missing); table id → rows (mappings column → value).

    A row may carry its label under the key ``""``. ``rule`` turns a value into points where the formula says ``rule(…)``.
    Raises ``MissingValue`` with every name that lacks a value, or ``UndefinedValue``.
    """
    return _Evaluator(values, rule).work(formula.root)


@dataclass(slots=True)
class _Evaluator:
    values: Mapping[str, Any]
    rule: RuleCall | None
    row: Mapping[str, Any] | None = None
    table: str = ""

    def work(self, part: Part) -> Worked:
        return getattr(self, f"_{part.kind}")(part)  # type: ignore[no-any-return]

    def _each(self, parts: Sequence[Part]) -> list[Worked]:
        """All of them, so that every missing name is reported at once."""
        done: list[Worked] = []
        missing: list[str] = []
        for part in parts:
            try:
                done.append(self.work(part))
            except MissingValue as error:
                missing.extend(error.names)
        if missing:
            raise MissingValue(missing)
        return done

    def _number(self, part: Part) -> Worked:
        return Worked(part.value, number_text(part.value, most=8))

    def _text(self, part: Part) -> Worked:
        return Worked(part.value, f'"{part.value}"')

    def _truth(self, part: Part) -> Worked:
        return Worked(part.value, "yes" if part.value else "no")

    def _name(self, part: Part) -> Worked:
        name = part.value
        column = name.removeprefix(self.table + ".") if self.table else name
        if self.row is not None and column in self.row:
            value, shown = self.row[column], f"{self.table}[{self.row.get('', '')}].{column}"
        else:
            value, shown = self.values.get(name), name
        if value is None:
            raise MissingValue([shown])
        return _given(value)

    def _not(self, part: Part) -> Worked:
        inner = self.work(part.parts[0])
        return Worked(not _truth(inner), f"not {inner.text}", inner.steps, 0)

    def _negative(self, part: Part) -> Worked:
        inner = self.work(part.parts[0])
        return Worked(-_number(inner), f"−{_bracket(inner, _ATOM)}", inner.steps, 2)

    def _or(self, part: Part) -> Worked:
        for inner in part.parts:
            worked = self.work(inner)
            if _truth(worked):
                break
        return worked

    def _and(self, part: Part) -> Worked:
        for inner in part.parts:
            worked = self.work(inner)
            if not _truth(worked):
                break
        return worked

    def _compare(self, part: Part) -> Worked:
        left, right = self._each(part.parts)
        if type(left.value) is not type(right.value):
            raise UndefinedValue("not_comparable")
        sign = part.value
        if sign in ("=", "!="):
            truth = (left.value == right.value) == (sign == "=")
        else:
            a, b = _number(left), _number(right)
            truth = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]
        shown = {"<=": "≤", ">=": "≥", "!=": "≠"}.get(sign, sign)
        return Worked(truth, f"{left.text} {shown} {right.text}", left.steps + right.steps, 0)

    def _arithmetic(self, part: Part) -> Worked:
        left, right = self._each(part.parts)
        a, b, sign = _number(left), _number(right), part.value
        if sign == "÷" and b == 0:
            raise UndefinedValue("division_by_zero")
        value = {"+": a + b, "-": a - b, "×": a * b, "÷": a / b if b else a}[sign]
        tight = _TIGHT[sign]
        right_text = _bracket(right, tight + (sign in "-÷"))
        text = f"{_bracket(left, tight)} {'−' if sign == '-' else sign} {right_text}"
        return Worked(value, text, left.steps + right.steps, tight)

    def _call(self, part: Part) -> Worked:
        if part.parts and part.parts[0].kind == "rows":
            return self._rows(part)
        if part.value == "if":
            return self._choose(part)
        given = self._each(part.parts)
        if part.value == "rule":
            return self._apply_rule(given[0])
        value = _function(part.value, [_number(one) for one in given])
        steps = tuple(step for one in given for step in one.steps)
        return Worked(value, f"{part.value}({', '.join(one.text for one in given)})", steps)

    def _choose(self, part: Part) -> Worked:
        asked = self.work(part.parts[0])
        chosen = self.work(part.parts[1] if _truth(asked) else part.parts[2])
        told = f"{asked.text} {'✓' if asked.value else '✗'}"
        return replace(chosen, steps=(*asked.steps, told, *chosen.steps))

    def _apply_rule(self, given: Worked) -> Worked:
        if self.rule is None:
            raise UndefinedValue("no_rule")
        points = self.rule(given.value)
        return Worked(points, number_text(points), (*given.steps, f"{given.equation} → {number_text(points)}"))

    def _rows(self, part: Part) -> Worked:
        table, weight = part.parts[0], next((one.parts[0] for one in part.parts[1:]), None)
        rows = self.values.get(table.value)
        if rows is None:
            raise MissingValue([table.value])
        condition, inner = table.parts
        worked: list[Worked] = []
        weights: list[Worked] = []
        missing: list[str] = []
        for row in rows:
            one = _Evaluator(self.values, self.rule, row, table.value)
            try:
                if _truth(one.work(condition)):
                    worked.append(one.work(inner))
                    weights += [one.work(weight)] if weight else []
            except MissingValue as error:
                missing.extend(error.names)
        if missing:
            raise MissingValue(missing)
        return _fold(part.value, worked, weights if weight else None)

    def _column(self, part: Part) -> Worked:
        return self._name(Part("name", part.at, part.value[1]))


def _fold(name: str, worked: list[Worked], weights: list[Worked] | None) -> Worked:
    steps = tuple(step for one in worked for step in one.steps)
    if name == "count":
        number = Fraction(sum(1 for one in worked if _truth(one)))
        return Worked(number, number_text(number), steps)
    if name in ("any", "all"):
        truth = any(map(_truth, worked)) if name == "any" else all(map(_truth, worked))
        telling = next((one.text for one in worked if _truth(one) == (name == "any")), "")
        return Worked(truth, telling or ("yes" if truth else "no"), steps)
    numbers = [_number(one) for one in worked]
    if name == "sum":
        return Worked(sum(numbers, Fraction(0)), _terms([_bracket(one, 1) for one in worked]), steps, 1)
    if not numbers:
        raise UndefinedValue("no_rows")
    if name in ("min", "max"):
        value = min(numbers) if name == "min" else max(numbers)
        return Worked(value, f"{name}({', '.join(number_text(one) for one in numbers)})", steps)
    return _mean(worked, numbers, weights, steps)


def _mean(worked: list[Worked], numbers: list[Fraction], weights: list[Worked] | None, steps: tuple[str, ...]) -> Worked:
    if weights is None:
        text = f"({_terms([_bracket(one, 1) for one in worked])}) ÷ {len(numbers)}"
        return Worked(sum(numbers, Fraction(0)) / len(numbers), text, steps, 2)
    shares = [_number(one) for one in weights]
    total = sum(shares, Fraction(0))
    if total <= 0 or min(shares) < 0:
        raise UndefinedValue("division_by_zero")
    value = sum((a * b for a, b in zip(numbers, shares, strict=True)), Fraction(0)) / total
    terms = [f"{_bracket(a, 2)} × {_bracket(b, 2)}" for a, b in zip(worked, weights, strict=True)]
    return Worked(value, f"({_terms(terms)}) ÷ {number_text(total)}", steps, 2)


def _terms(texts: list[str]) -> str:
    if not texts:
        return "0"
    if len(texts) > MAX_TERMS:
        return " + ".join([*texts[: MAX_TERMS - 2], f"… ({len(texts)})", texts[-1]])
    return " + ".join(texts)


def _function(name: str, given: list[Fraction]) -> Fraction:
    if name == "min":
        return min(given)
    if name == "max":
        return max(given)
    if name == "abs":
        return abs(given[0])
    if name == "round":
        places = given[1] if len(given) > 1 else Fraction(0)
        if places.denominator != 1 or not 0 <= places <= 10:
            raise UndefinedValue("not_a_number")
        return round_half_up(given[0], int(places))
    if given[0] <= 0:
        raise UndefinedValue("log_of_non_positive")
    return natural_log(given[0])


def _given(value: Any) -> Worked:
    if isinstance(value, bool):
        return Worked(value, "yes" if value else "no")
    if isinstance(value, Fraction):
        return Worked(value, number_text(value, most=8), binding=_ATOM if value >= 0 else 2)
    return Worked(str(value), str(value))


def _number(worked: Worked) -> Fraction:
    if isinstance(worked.value, Fraction):
        return worked.value
    raise UndefinedValue("not_a_number")


def _truth(worked: Worked) -> bool:
    if isinstance(worked.value, bool):
        return worked.value
    raise UndefinedValue("not_a_truth_value")


def _bracket(worked: Worked, tight: int) -> str:
    return f"({worked.text})" if worked.binding < tight else worked.text
