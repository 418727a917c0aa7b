"""A frozen result goes through its file without loss, and nothing that was changed or is hostile goes through unnoticed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.scoring import frozen as file
from evalplat.scoring.canonical import canonical_bytes, input_hash
from evalplat.scoring.differences import Difference, differences, rounded
from evalplat.scoring.engine import score
from evalplat.scoring.frozen import Damaged, Frozen, NotFrozen, frozen_bytes, read_frozen
from evalplat.scoring.measurement_json import Unreadable, measurements_json, read_measurements_json
from evalplat.scoring.model import (
    AdjustmentDecision,
    Approval,
    LastYear,
    LeadDecision,
    Measurements,
    Options,
    Override,
    Rating,
    Row,
    SurveyValue,
    UnitMeasurements,
    Value,
    VetoDecision,
)
from tests.scoring.tengzhou_data import full_unit, tengzhou

SYSTEM = tengzhou()
TEXT = Path(SYSTEM.file).read_text(encoding="utf-8")
GIVEN = Measurements([full_unit(SYSTEM, "d01")])
OPTIONS = Options()

names = st.text(max_size=6)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**12), max_value=10**12)
fractions = st.fractions(max_denominator=10**9)
numbers = st.one_of(names, decimals, fractions)
plain = st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), decimals, fractions, names)
values = st.builds(Value, plain, names)


def by_name(of: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names, of, max_size=3)


def few(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


units = st.builds(
    UnitMeasurements, names, names, names,
    facts=by_name(st.one_of(st.none(), st.booleans(), values)), fields=by_name(st.one_of(plain, values)),
    tables=by_name(few(st.builds(Row, names, by_name(plain), names))), ratings=by_name(few(st.builds(Rating, names, names, names))),
    lead_decisions=by_name(st.builds(LeadDecision, names, names, names)),
    surveys=by_name(st.builds(SurveyValue, st.one_of(st.none(), names, decimals), st.none() | st.integers(0, 999), names,
                              few(st.integers(0, 99)), by_name(numbers))),
    not_applicable=by_name(st.builds(Approval, names, names)),
    adjustments=few(st.builds(AdjustmentDecision, names, st.one_of(names, st.integers(-9, 9), decimals), names, names, names)),
    vetoes=few(st.builds(VetoDecision, names, names, names)),
    overrides=by_name(st.builds(Override, st.one_of(st.none(), names, decimals), st.booleans(), names, names)),
    last=by_name(st.builds(LastYear, numbers, names)),
)
measured = st.builds(Measurements, few(units))
options = st.builds(Options, st.frozensets(names, max_size=3))


def made(**other: Any) -> Frozen:
    result = score(SYSTEM, GIVEN, options=OPTIONS)
    return replace(Frozen(TEXT, GIVEN, OPTIONS, canonical_bytes(result), result.engine, about={"unit": "d01"}), **other)


def zipped(parts: list[tuple[str, bytes]], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def types_of(value: Any) -> Any:
    """The kinds of everything inside: 1, 1.0 and True are equal, but not the same."""
    if isinstance(value, dict):
        return {name: types_of(one) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [types_of(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: types_of(getattr(value, name)) for name in value.__dataclass_fields__}
    return (type(value).__name__, str(value)) if isinstance(value, (Decimal, Fraction)) else type(value).__name__


@given(measured, options)
def test_measurements_go_through_without_loss(given_: Measurements, chosen: Options) -> None:
    data = measurements_json(given_, chosen)
    again, options_again = read_measurements_json(data)
    assert (again, options_again) == (given_, chosen)
    assert types_of(again) == types_of(given_)
    assert input_hash(again, options_again) == input_hash(given_, chosen)
    assert measurements_json(again, options_again) == data


def test_nothing_zero_and_not_applicable_stay_three_things() -> None:
    unit = UnitMeasurements("d", fields={"a": None, "b": 0, "c": Value(None, "p. 3"), "d": Decimal("0.00"), "e": ""},
                            facts={"f": False, "g": None}, not_applicable={"1.1": Approval("no staff", "letter 3")})
    again, _ = read_measurements_json(measurements_json(Measurements([unit]), OPTIONS))
    assert again.units == (unit,)
    assert types_of(again.units[0]) == types_of(unit)


def test_the_same_content_gives_the_same_bytes_and_comes_back() -> None:
    first = made()
    data = frozen_bytes(first)
    assert data == frozen_bytes(made())
    again = read_frozen(data)
    assert replace(again, measurements=GIVEN) == first
    assert input_hash(again.measurements, again.options) == input_hash(GIVEN, OPTIONS)
    assert frozen_bytes(again) == data
    assert canonical_bytes(score(SYSTEM, again.measurements, options=again.options)) == first.result
    repacked = zipped(list(unzipped(data).items()))  # somebody looked inside and packed it again
    assert read_frozen(repacked) == again


@pytest.mark.parametrize("part", file.PARTS)
def test_a_changed_part_is_named(part: str) -> None:
    parts = unzipped(frozen_bytes(made()))
    parts[part] = parts[part].replace(b"1", b"2", 1)
    with pytest.raises(Damaged, match=f"{part} is not what manifest.json says"):
        read_frozen(zipped(list(parts.items())))


def _manifest(**change: Any) -> bytes:
    parts = unzipped(frozen_bytes(made()))
    body = json.loads(parts[file.MANIFEST]) | change
    return zipped([(file.MANIFEST, json.dumps(body).encode()), *((name, parts[name]) for name in file.PARTS)])


PARTS = list(unzipped(frozen_bytes(made())).items())


@pytest.mark.parametrize(("data", "kind", "said"), [
    (b"", NotFrozen, "not a ZIP"),
    (b"PK\x03\x04" + b"\0" * 100, NotFrozen, "not a ZIP"),
    (frozen_bytes(made())[:-30], NotFrozen, "not a ZIP"),
    (b"\0" * (file.MOST_BYTES + 1), NotFrozen, "too large"),
    (zipped([("a.txt", b"")]), NotFrozen, "no manifest.json"),
    (zipped([*PARTS, ("../../etc/passwd", b"")]), Damaged, "something else in it: '../../etc/passwd'"),
    (zipped([*PARTS, ("/system.yaml", b"")]), Damaged, "something else"),
    (zipped(PARTS[:-1]), Damaged, "result.json is not in it"),
    (zipped([(file.MANIFEST, b"\0" * 50_000), *PARTS[1:]]), Damaged, "manifest.json is too large"),
    (zipped([PARTS[0], (file.SYSTEM, b" " * (file.MOST_BYTES + 1)), *PARTS[2:]]), Damaged, "system.yaml is too large"),
    (zipped(PARTS, how=zipfile.ZIP_LZMA), Damaged, "packed in a way"),
    (zipped([(file.MANIFEST, b"{"), *PARTS[1:]]), NotFrozen, "manifest.json cannot be read"),
    (zipped([(file.MANIFEST, b"[" * 19_000), *PARTS[1:]]), NotFrozen, "manifest.json cannot be read"),
    (zipped([(file.MANIFEST, b'{"format": 1, "format": 2}'), *PARTS[1:]]), NotFrozen, "stands twice"),
    (_manifest(format="evalplat frozen result 9"), NotFrozen, "cannot read it"),
    (_manifest(parts={"system.yaml": "0"}), Damaged, "does not hold what it must"),
    (_manifest(mode=1), Damaged, "does not hold what it must"),
    (_manifest(more=1), Damaged, "does not hold what it must"),
    (_manifest(mode="weird"), Damaged, "unknown way to evaluate"),
    (_manifest(result="0" * 64), Damaged, "another result"),
])  # fmt: skip
def test_hostile_files_are_refused_with_a_sentence(data: bytes, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        read_frozen(data)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_is_told_in_a_sentence_or_changes_nothing(packing: int) -> None:
    whole = zipped(PARTS, how=packing)
    for place in (*range(0, len(whole), 97), *range(len(whole) - 60, len(whole))):
        data = bytearray(whole)
        data[place] ^= 0xAA
        with suppress(NotFrozen, Damaged):
            assert read_frozen(bytes(data)).result == made().result, place


def test_the_same_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped([*PARTS, (file.RESULT, b"{}")])
    with pytest.raises(Damaged, match="twice"):
        read_frozen(twice)


def test_a_part_that_is_longer_than_it_says_is_refused() -> None:
    data = zipped(PARTS)
    size = len(PARTS[1][1]).to_bytes(4, "little")
    with pytest.raises((NotFrozen, Damaged)):
        read_frozen(data.replace(size, (10).to_bytes(4, "little")))


@pytest.mark.parametrize(("unit", "said"), [
    ({"fields": {"a": {"decimal": "1E+999999999"}}}, "no exact number"),
    ({"fields": {"a": {"decimal": "NaNcy"}}}, "no exact number"),
    ({"fields": {"a": {"fraction": "1/0"}}}, "no exact number"),
    ({"fields": {"a": {"fraction": "1e999999"}}}, "no exact number"),
    ({"fields": {"a": {"decimal": "1" * 5000}}}, "wrong form"),
    ({"fields": {"a": 0.5}}, "wrong form"),
    ({"fields": {"a": [1]}}, "wrong form"),
    ({"fields": {"a": {"value": 1, "who": "x"}}}, 'does not know "who"'),
    ({"surveys": {"a": {"score": None, "n": "3"}}}, "surveys.a.n has the wrong form"),
    ({"surveys": {"a": {"score": True, "n": 3}}}, "wrong form"),
    ({"ratings": {"a": [{"rater": "x"}]}}, '"level" is not there'),
    ({"ratings": {"a": {}}}, "wrong form"),
    ({"surveys": {"a": {"score": "1", "n": 3, "top": {"1": 1}}}}, "surveys.a.top.1 has the wrong form"),
    ({"points": 3}, 'does not know "points"'),
])
def test_measurements_of_the_wrong_form_are_refused(unit: dict[str, Any], said: str) -> None:
    body = {"measurements": {"units": [{"unit": "d01", **unit}]}, "options": {}}
    with pytest.raises(Unreadable, match=said):
        read_measurements_json(json.dumps(body).encode())


@pytest.mark.parametrize("text", [b"[]", b"\xff", b'{"measurements": NaN, "options": {}}', b"[" * 100_000, b"1" * 5000, b"{}"])
def test_what_is_no_measurement_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable):
        read_measurements_json(text)


def _result(unit: UnitMeasurements) -> dict[str, Any]:
    return json.loads(canonical_bytes(score(SYSTEM, Measurements([unit]))))


def test_the_first_difference_names_unit_indicator_before_and_after() -> None:
    leaf = SYSTEM.rubric_leaves[0]
    unit = full_unit(SYSTEM, "d01")
    other = replace(unit, ratings={**unit.ratings, leaf.code: [replace(one, level="C") for one in unit.ratings[leaf.code]]})
    first, *_ = differences(_result(unit), _result(other))
    assert (first.unit, first.indicator, first.what) == ("d01", leaf.code, "points")
    assert Decimal(first.before) > Decimal(first.after)
    assert first.sentence() == f"unit d01, indicator {leaf.code}: points was {first.before}, now {first.after}"
    assert list(differences(_result(unit), _result(unit))) == []


def test_other_engine_versions_are_compared_by_what_both_know() -> None:
    before = _result(full_unit(SYSTEM, "d01"))
    after = json.loads(json.dumps(before)) | {"engine": "9.0", "input_hash": "other"}
    after["units"][0]["new"] = "something"
    after["units"][0]["coverage"] += "0000"
    assert list(differences(before, after)) == []
    after["units"][0]["total"] = "1.5"
    assert list(differences(before, after)) == [Difference("d01", "", "total", before["units"][0]["total"], "1.5")]


@pytest.mark.parametrize(("text", "number"), [
    ("1.50", "1.5"), ("1/3", "0.333333333333"), ("100", "1E+2"), ("1E+99999999", "1E+99999999"), ("0.0", "0"),
    ("2/0", "2/0"), (None, None), ("excellent", "excellent"), ({"X": "1.0"}, {"X": "1"}),
])
def test_numbers_have_twelve_digits(text: Any, number: Any) -> None:
    assert rounded(text) == number


def test_the_hash_of_a_frozen_result_is_that_of_its_text() -> None:
    assert made().hash == hashlib.sha256(made().result).hexdigest()
