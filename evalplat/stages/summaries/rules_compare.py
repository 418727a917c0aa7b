"""The same units and the same indicators in two campaigns, side by side, named in the present language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evalplat.definitions.indicators import IndicatorSystem, Leaf, Rule
from evalplat.kernel.i18n import gettext, language

from .rules import mean
from .rules_books import UnitRow


@dataclass(frozen=True, slots=True)
class Line:
    """One value in both campaigns over the ``n`` units that have it in both. ``redefined``: its rule or its points changed."""

    code: str
    title: str
    now: Decimal | None
    before: Decimal | None
    change: Decimal | None
    n: int
    redefined: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the last campaign's results. ``new`` and ``left``: names of units in only one of the two."""

    title: str
    code: str
    same: tuple[str, ...]
    new: tuple[str, ...]
    left: tuple[str, ...]
    version_now: str
    version_before: str
    same_system: bool
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    redefined: tuple[str, ...]
    lines: tuple[Line, ...]
    blocks: tuple[Line, ...]
    leaves: tuple[Line, ...]
    units: dict[str, Decimal]


Pair = tuple[UnitRow, UnitRow]


def compare(now: Sequence[UnitRow], before: Sequence[UnitRow], system: IndicatorSystem, old: IndicatorSystem, *,
            title: str, code: str) -> Comparison:
    """Compare by codes: units that have a final total in both, indicators that both systems have."""
    earlier = {row.code: row for row in before if row.counted}
    pairs = [(row, earlier[row.code]) for row in now if row.counted and row.code in earlier]
    ours, theirs = {leaf.code: leaf for leaf in system.leaves}, {leaf.code: leaf for leaf in old.leaves}
    shared = [one for one in ours if one in theirs]
    redefined = tuple(one for one in shared if _differs(ours[one], theirs[one]))
    here = {row.code for row in now}
    return Comparison(
        title, code, tuple(one.code for one, _ in pairs),
        tuple(row.name for row in now if row.code not in earlier and not row.side),
        tuple(row.name for row in before if row.code not in here),
        system.version, old.version, system.hash == old.hash, tuple(one for one in ours if one not in theirs),
        tuple(one for one in theirs if one not in ours), redefined, _lines(pairs), _blocks(pairs, system, old),
        tuple(_line(one, ours[one].title.in_language(language()), [(a.leaves.get(one), b.leaves.get(one)) for a, b in pairs],
                    redefined=one in redefined)
              for one in shared),
        {one.code: other.total for one, other in pairs if other.total is not None})


def _differs(one: Leaf, other: Leaf) -> bool:
    """Whether what is measured or how it is marked changed; where the line stands in the file does not matter."""
    return (one.points, one.weight, one.kind, _rule(one.rule)) != (other.points, other.weight, other.kind, _rule(other.rule))


def _rule(rule: Rule) -> tuple[object, ...]:
    texts = tuple(one.text for one in (rule.value, rule.zero_if) if one)
    parts = tuple((one.source, one.weight, _rule(one.rule)) for one in rule.parts)
    return texts, parts, replace(rule, value=None, zero_if=None, parts=(), line=0)


def _lines(pairs: Sequence[Pair]) -> tuple[Line, ...]:
    return (_line("total", gettext("Total score"), [(a.total, b.total) for a, b in pairs]),
            _line("X", gettext("Execution (X)"), [(a.score_x, b.score_x) for a, b in pairs]),
            _line("Y", gettext("Benefit (Y)"), [(a.score_y, b.score_y) for a, b in pairs]))


def _blocks(pairs: Sequence[Pair], system: IndicatorSystem, old: IndicatorSystem) -> tuple[Line, ...]:
    tops = [node for node in system.nodes if not node.parent]
    known = {node.code for node in old.nodes if not node.parent}
    return tuple(_line(node.code, node.title.in_language(language()), [(a.rates.get(node.code), b.rates.get(node.code)) for a, b in pairs])
                 for node in tops if node.code in known)


def _line(code: str, title: str, values: Iterable[tuple[Decimal | None, Decimal | None]], *,
          redefined: bool = False) -> Line:
    both = [(a, b) for a, b in values if a is not None and b is not None]
    return Line(code, title, mean([a for a, _ in both]), mean([b for _, b in both]), mean([a - b for a, b in both]), len(both),
                redefined)
