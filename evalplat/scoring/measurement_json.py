"""Measurements and options as JSON and back without loss, so that a result can be recomputed where no database is.

Text, whole numbers, yes/no and None stand as they are; ``{"decimal": "1.50"}`` and ``{"fraction": "1/3"}`` are exact numbers.
What has its default is left out. The order of names is kept: problems are reported in it.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .model import Measurements, Options

MOST_DIGITS = 400
_NUMBERS: dict[type, str] = {Decimal: "decimal", Fraction: "fraction"}


class Unreadable(ValueError):
    """The text is not what ``measurements_json`` writes; the message says why, in a sentence."""


def measurements_json(measurements: Measurements, options: Options) -> bytes:
    """UTF-8 JSON without spaces; the same measurements in the same order give the same bytes."""
    body = {"measurements": _written(measurements), "options": _written(options)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def read_measurements_json(data: bytes) -> tuple[Measurements, Options]:
    """The exact values again; Unreadable if the text is anything else."""
    body = read_json(data)
    if not isinstance(body, dict) or set(body) != {"measurements", "options"}:
        raise Unreadable("There must be measurements and options, and nothing else.")
    try:
        return _read(Measurements, body["measurements"], "measurements"), _read(Options, body["options"], "options")
    except RecursionError as error:
        raise Unreadable("It is nested too deeply.") from error


def read_json(data: bytes) -> Any:
    """Strict JSON: UTF-8, no name twice, no NaN, no endless nesting."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("It is nested too deeply.") from error
    except ValueError as error:
        raise Unreadable("It is not JSON in UTF-8.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("A name stands twice in it.")
    return found


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} is no number.")


def _written(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (Decimal, Fraction)):
        return {_NUMBERS[type(value)]: str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((one, getattr(value, one.name)) for one in dataclasses.fields(value))
        return {one.name: _written(given) for one, given in pairs if not _is_default(one, given)}
    if isinstance(value, Mapping):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Sequence):
        return [_written(one) for one in value]
    raise TypeError(f"no exact form for {type(value).__name__}")


def _is_default(one: dataclasses.Field[Any], value: Any) -> bool:
    if one.default_factory is not dataclasses.MISSING:
        return bool(value == one.default_factory())
    return type(value) is type(one.default) and bool(value == one.default)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, data: Any, where: str) -> Any:
    """``data`` as the type that the engine's own classes declare."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _read_one_of(arguments, data, where)
    if dataclasses.is_dataclass(hint):
        return _read_fields(hint, data, where)
    if origin is None:
        return _read_plain((hint,), data, where)
    if issubclass(origin, Mapping) and isinstance(data, dict):
        return {name: _read(arguments[1], one, f"{where}.{name}") for name, one in data.items()}
    if not issubclass(origin, Mapping) and isinstance(data, list):
        made = [_read(arguments[0], one, f"{where}[{number}]") for number, one in enumerate(data)]
        return frozenset(made) if issubclass(origin, frozenset) else tuple(made)
    raise Unreadable(f"{where} has the wrong form.")


def _read_fields(hint: Any, data: Any, where: str) -> Any:
    known = _hints(hint)
    if not isinstance(data, dict):
        raise Unreadable(f"{where} has the wrong form.")
    if strange := sorted(set(data) - set(known)):
        raise Unreadable(f'{where}: this program does not know "{strange[0][:60]}".')
    needed = [one.name for one in dataclasses.fields(hint)
              if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING]
    if gone := [name for name in needed if name not in data]:
        raise Unreadable(f'{where}: "{gone[0]}" is not there.')
    return hint(**{name: _read(known[name], one, f"{where}.{name}") for name, one in data.items()})


def _read_one_of(kinds: tuple[Any, ...], data: Any, where: str) -> Any:
    """A mapping is an exact number or the one class among the kinds; anything else is a plain value."""
    classes = [kind for kind in kinds if dataclasses.is_dataclass(kind)]
    if isinstance(data, dict) and classes and set(data).isdisjoint(_NUMBERS.values()):
        return _read(classes[0], data, where)
    return _read_plain(kinds, data, where)


def _read_plain(kinds: tuple[Any, ...], data: Any, where: str) -> Any:
    value = _number(data, where) if isinstance(data, dict) else data
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**MOST_DIGITS:
        raise Unreadable(f"{where}: the number is too large.")
    if type(value) not in kinds:
        raise Unreadable(f"{where} has the wrong form.")
    return value


def _number(data: dict[str, Any], where: str) -> Decimal | Fraction:
    """An exact number; one whose digits would fill the memory is refused before it is made."""
    (name, text), = data.items() if len(data) == 1 else (("", None),)
    if not isinstance(text, str) or len(text) > 2 * MOST_DIGITS:
        raise Unreadable(f"{where} has the wrong form.")
    try:
        if name == "fraction" and set(text) <= set("-/0123456789"):
            return Fraction(text)
        if name == "decimal":
            number = Decimal(text)
            if not number.is_finite() or -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS:
                return number
    except (ValueError, ZeroDivisionError, InvalidOperation) as error:
        raise Unreadable(f"{where} is no exact number.") from error
    raise Unreadable(f"{where} is no exact number.")
