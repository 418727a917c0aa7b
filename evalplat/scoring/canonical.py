"""One form of bytes for inputs and results: the same content gives the same bytes on every machine, and so the same hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from .model import LeafResult, Measurements, Options, Result


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; decimals as text, so that no reader can round them."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def canonical_bytes(result: Result) -> bytes:
    """The frozen form of a result."""
    return canonical_json(result)


def result_hash(result: Result) -> str:
    """SHA-256 of the frozen form; it covers the hashes of system and inputs and the version of the engine."""
    return hashlib.sha256(canonical_bytes(result)).hexdigest()


def input_hash(measurements: Measurements, options: Options) -> str:
    """SHA-256 of what was scored, whatever the order of the units."""
    units = sorted(measurements.units, key=lambda unit: unit.unit)
    return sha256_of({"units": units, "shown_only": sorted(options.shown_only)})


@cache
def _names(kind: type[Any]) -> tuple[tuple[str, bool], ...]:
    """The fields of a kind of record that belong to its form, and whether each is left out while it is empty."""
    return tuple((one.name, bool(one.metadata.get("left_out_if_empty"))) for one in dataclasses.fields(kind)
                 if not one.metadata.get("beside"))


def _record(value: Any) -> dict[str, Any]:
    found = {name: given if given.__class__ is str else plain(given) for name, may_be_left_out in _names(value.__class__)
             if (given := getattr(value, name)) or not may_be_left_out}
    if isinstance(value, LeafResult):
        found |= {"line": value.line, "fixed": value.fixed}
    return found


def plain(value: Any) -> Any:
    """Dict, list, text, int, bool and None, without loss."""
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if hasattr(type(value), "__dataclass_fields__"):
        return _record(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (Fraction, float)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(one) for one in value)
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")
