"""Steps on raw figures before scoring: denominators, imputation, screening, outliers. Each gives a new table and a log.

Values are exact; only the shape of a column (skewness, kurtosis) is judged by floats. 0 is a value, None is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Literal

import numpy as np

from evalplat.definitions.numbers import natural_log, number_text

from .figures import Floats

Table = Mapping[str, Mapping[str, Fraction | None]]
"""Unit → indicator → value. An indicator that a unit does not name is missing there."""
Step = Literal["denominate", "impute", "screen", "winsorise", "logarithm"]

Apart = Mapping[str, Collection[str]]
"""Unit → indicators that do not apply to it: no gap is filled there, and no coverage counts them."""

NOBODY: Apart = {}
SKEWNESS, KURTOSIS, MOST = 2.0, 3.5, 5
"""COINr's limits: a column passes if |skewness| < 2 or excess kurtosis < 3.5; at most 5 points are pulled in."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a step changed, and why. ``indicator`` is empty when a whole unit was left out.

    ``shown`` is the arithmetic, without words.
    """

    step: Step
    unit: str
    indicator: str
    before: Fraction | None
    after: Fraction | None
    why: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The table after a step and its log. ``unresolved``: indicators whose outliers no step could mend."""

    table: dict[str, dict[str, Fraction | None]]
    changes: tuple[Change, ...]
    unresolved: tuple[str, ...] = ()


def denominate(table: Table, by: Mapping[str, str]) -> Prepared:
    """Divide each indicator in ``by`` by the named column of the same unit. A missing or zero denominator leaves no value.

    ValueError if a column that is asked for is nowhere in the table.
    """
    _known(table, [*by, *by.values()])
    changes = []
    for unit, row in table.items():
        for indicator, column in by.items():
            before, below = row.get(indicator), row.get(column)
            if before is None:
                continue
            if below:
                why = f"divided by {column} = {number_text(below)}"
                shown = f"{_text(before)} ÷ {_text(below)} = {_text(before / below)}"
                changes.append(Change("denominate", unit, indicator, before, before / below, why, shown))
            else:
                why = f"{column} is {'missing' if below is None else '0'}, so that nothing can be divided by it"
                shown = f"{_text(before)} ÷ {_text(below)} → –"
                changes.append(Change("denominate", unit, indicator, before, None, why, shown))
    return Prepared(_changed(table, changes), tuple(changes))


def impute(
    table: Table,
    indicators: Iterable[str],
    how: Literal["mean", "median"],
    *,
    groups: Mapping[str, str] | None = None,
    coverage: Fraction = Fraction(0),
    apart: Apart = NOBODY,
) -> Prepared:
    """Fill gaps with the mean or median of all units that have a value, or of those in the same group.

    A gap stays if no unit of the group has a value, fewer than ``coverage`` (a share) of them have one, or the unit is in
    no group, or the indicator does not apply to it (``apart``). Filled values never serve to fill others. ValueError if an
    indicator is unknown or the share is none.
    """
    wanted = list(indicators)
    _known(table, wanted)
    _share(coverage)
    group_of = dict.fromkeys(table, "") if groups is None else {unit: groups[unit] for unit in table if unit in groups}
    changes = []
    for indicator in wanted:
        mine = {unit: group for unit, group in group_of.items()
                if table[unit].get(indicator) is not None or indicator not in apart.get(unit, ())}
        sizes = Counter(mine.values())
        there: dict[str, list[Fraction]] = {}
        for unit, group in mine.items():
            if (value := table[unit].get(indicator)) is not None:
                there.setdefault(group, []).append(value)
        enough = {group: given for group, given in there.items() if len(given) >= coverage * sizes[group]}
        filled = {group: _middle(given, how) for group, given in enough.items()}
        for unit, group in mine.items():
            if table[unit].get(indicator) is None and group in filled:
                whose = "all units" if groups is None else f"group {group}"
                why = f"{how} of {whose}, {len(there[group])} of {sizes[group]} have a value"
                changes.append(Change("impute", unit, indicator, None, filled[group], why, _filled(there[group], filled[group], how)))
    return Prepared(_changed(table, changes), tuple(changes))


def _middle(given: Sequence[Fraction], how: Literal["mean", "median"]) -> Fraction:
    return sum(given, Fraction(0)) / len(given) if how == "mean" else Fraction(median(given))


def _filled(given: Sequence[Fraction], value: Fraction, how: Literal["mean", "median"]) -> str:
    if how == "mean":
        return f"– → {_text(sum(given, Fraction(0)))} ÷ {len(given)} = {_text(value)}"
    return f"– → {_text(value)} (n = {len(given)})"


def screen(table: Table, indicators: Iterable[str], coverage: Fraction, *, apart: Apart = NOBODY) -> Prepared:
    """Leave out the units that have a value in fewer than ``coverage`` (a share) of the indicators; just as many stay.

    An indicator that does not apply to a unit (``apart``) does not count for it, unless it has a value all the same.
    ValueError if an indicator is unknown, there is none, or the share is none.
    """
    wanted = list(indicators)
    _known(table, wanted)
    _share(coverage)
    if not wanted:
        raise ValueError("screening needs at least one indicator")
    changes = []
    for unit, row in table.items():
        there = sum(row.get(indicator) is not None for indicator in wanted)
        asked = sum(row.get(indicator) is not None or indicator not in apart.get(unit, ()) for indicator in wanted)
        if there < coverage * asked:
            least = f"{number_text(coverage * 100)} %"
            why = f"{there} of {asked} values are there, fewer than {least}"
            changes.append(Change("screen", unit, "", None, None, why, f"{there} ÷ {asked} < {least}"))
    out = {change.unit for change in changes}
    return Prepared({unit: dict(row) for unit, row in table.items() if unit not in out}, tuple(changes))


def treat_outliers(
    table: Table, indicators: Iterable[str], *, skewness: float = SKEWNESS, kurtosis: float = KURTOSIS, most: int = MOST
) -> Prepared:
    """COINr's rule (Becker et al. 2022): pull in up to ``most`` points until a column passes, else its logarithm instead.

    The logarithm is ln(x − min + (max − min)/100) of the raw values, mirrored if the tail is at the low end so that the
    order of units stays. Columns of fewer than four values or two different ones are left alone; what does not pass in the
    end is named in ``unresolved``. ValueError if an indicator is unknown.
    """
    wanted = list(indicators)
    _known(table, wanted)
    limits = (skewness, kurtosis)
    changes: list[Change] = []
    unresolved = []
    for indicator in wanted:
        column = {unit: value for unit, row in table.items() if (value := row.get(indicator)) is not None}
        found, passed = _treat(column, indicator, limits=limits, most=most)
        changes += found
        if not passed:
            unresolved.append(indicator)
    return Prepared(_changed(table, changes), tuple(changes), tuple(unresolved))


def winsorise(
    values: Sequence[Fraction], *, skewness: float = SKEWNESS, kurtosis: float = KURTOSIS, most: int = MOST
) -> list[Fraction]:
    """Pull the outermost value in to its neighbour while skewness and kurtosis both pass their limits.

    Which end follows the sign of the skewness. No more than ``most`` values change in all, tied ones counted each; no
    column becomes constant.
    """
    given = list(values)
    while not passes(given, skewness=skewness, kurtosis=kurtosis):
        distinct = sorted(set(given))
        high = _shape(_floats(given))[0] > 0
        outer, inner = (distinct[-1], distinct[-2]) if high else (distinct[0], distinct[1])
        pulled = [inner if one == outer else one for one in given]
        touched = sum(now != then for now, then in zip(pulled, values, strict=True))
        if len(distinct) < 3 or touched > most:
            break
        given = pulled
    return given


def passes(values: Sequence[Fraction], *, skewness: float = SKEWNESS, kurtosis: float = KURTOSIS) -> bool:
    """True if |skewness| < 2 or excess kurtosis < 3.5 (the limits given), or fewer than four values leave no shape to judge."""
    if len(values) < 4:
        return True
    skew, peaked = _shape(_floats(values))
    return abs(skew) < skewness or peaked < kurtosis


def _treat(
    column: Mapping[str, Fraction], indicator: str, *, limits: tuple[float, float], most: int
) -> tuple[list[Change], bool]:
    """The changes of one column, and whether it passes after them."""
    skew, peaked = limits
    values = list(column.values())
    if passes(values, skewness=skew, kurtosis=peaked):
        return [], True
    if len(set(values)) < 3:
        return [], False
    pulled = winsorise(values, skewness=skew, kurtosis=peaked, most=most)
    if passes(pulled, skewness=skew, kurtosis=peaked):
        why = f"an outlier, pulled in to its neighbour; |skewness| < {skew:g} or kurtosis < {peaked:g} now holds"
        pairs = zip(column.items(), pulled, strict=True)
        return [Change("winsorise", unit, indicator, old, new, why, f"{_text(old)} → {_text(new)}")
                for (unit, old), new in pairs if old != new], True
    logs = _logarithms(values)
    why = f"a logarithm, because pulling in {most} points was not enough"
    found = [Change("logarithm", unit, indicator, old, new, why, f"{text} = {_text(new)}")
             for (unit, old), (new, text) in zip(column.items(), logs, strict=True)]
    return found, passes([new for new, _ in logs], skewness=skew, kurtosis=peaked)


def _logarithms(values: Sequence[Fraction]) -> list[tuple[Fraction, str]]:
    """Each with its arithmetic."""
    low, high = min(values), max(values)
    start = (high - low) / 100
    if _shape(_floats(values))[0] > 0:
        return [(natural_log(one - low + start), f"ln({_text(one)} − {_text(low)} + {_text(start)})") for one in values]
    return [(-natural_log(high - one + start), f"−ln({_text(high)} − {_text(one)} + {_text(start)})") for one in values]


def _text(value: Fraction | None) -> str:
    return "–" if value is None else number_text(value, most=6)


def _floats(values: Sequence[Fraction]) -> Floats:
    return np.array([float(one) for one in values])


def _shape(values: Floats) -> tuple[float, float]:
    """Sample skewness and excess kurtosis, the forms G1 and G2 of Joanes & Gill 1998 (as spreadsheets have them)."""
    n, centred = len(values), values - values.mean()
    second = float((centred**2).mean())
    if n < 4 or second == 0 or values.max() == values.min():
        return 0.0, 0.0
    g1 = float((centred**3).mean()) / second**1.5
    g2 = float((centred**4).mean()) / second**2 - 3
    return g1 * (n * (n - 1)) ** 0.5 / (n - 2), ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


def _changed(table: Table, changes: Iterable[Change]) -> dict[str, dict[str, Fraction | None]]:
    """A copy of the table with the changes in it; the table itself is left as it was."""
    new = {unit: dict(row) for unit, row in table.items()}
    for change in changes:
        new[change.unit][change.indicator] = change.after
    return new


def _known(table: Table, indicators: Iterable[str]) -> None:
    unknown = sorted(set(indicators) - {name for row in table.values() for name in row})
    if table and unknown:
        raise ValueError(f"not in the table: {', '.join(unknown)}")


def _share(coverage: Fraction) -> None:
    if not 0 <= coverage <= 1:
        raise ValueError("the coverage is a share between 0 and 1")
