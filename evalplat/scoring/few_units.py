"""Warns where a rule compares units of a category, or all of them, and there are too few to compare (W202)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.problems import Problem, Where
from evalplat.definitions.yamltext import Mapping, Node, Sequence, word_at

FEWEST = 3
_HINT = "A comparison of fewer than three says little."


def few_units(system: IndicatorSystem, categories: Iterable[str], root: Node | None = None) -> list[Problem]:
    """``categories``: that of each unit that is scored; ``root``: the file as read, for the places."""
    units = Counter(categories)
    return [problem for leaf in system.leaves if leaf.rule.relative for problem in _of(system, leaf, units, root)]


def _of(system: IndicatorSystem, leaf: Leaf, units: Counter[str], root: Node | None) -> Iterable[Problem]:
    counted = {category: count for category, count in units.items() if not leaf.categories or category in leaf.categories}
    where = _place(system, leaf, root)
    if leaf.rule.within == "category" and system.categories:
        for category, count in sorted(counted.items()):
            if 0 < count < FEWEST:
                yield Problem("W202", 'The rule of "{id}" compares units, but the category "{category}" has only {count}.', where,
                              {"id": leaf.code, "category": category, "count": count}, _HINT, "warning")
    elif 0 < sum(counted.values()) < FEWEST:
        yield Problem("W202", 'The rule of "{id}" compares units, but there are only {count}.', where,
                      {"id": leaf.code, "count": sum(counted.values())}, _HINT, "warning")


def _place(system: IndicatorSystem, leaf: Leaf, root: Node | None) -> Where:
    """Where the indicator names its rule."""
    nodes = root.get("indicators") if isinstance(root, Mapping) else None
    for entry in nodes if isinstance(nodes, Sequence) else ():
        rule = entry.get("rule") if isinstance(entry, Mapping) and word_at(entry, "id") == leaf.code else None
        if rule is not None:
            return rule.where
    return Where(system.file, leaf.line, 1)
