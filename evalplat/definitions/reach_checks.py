"""Checks what only looks right: a full mark that nobody can reach (W207), an id that means two things (E101)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from .indicators import IndicatorSystem, Rule
from .numbers import number_text
from .reading import Reader
from .tree_reading import UNKNOWN
from .yamltext import Mapping as MappingNode
from .yamltext import Scalar, Sequence


def check_reach(reader: Reader, system: IndicatorSystem, entries: Mapping[str, MappingNode]) -> None:
    """The best step of each rule that has steps must be worth the full mark of the rule."""
    for leaf in system.leaves:
        best, full = _best(leaf.rule), leaf.rule.out_of
        if best is not None and 0 <= best < full < UNKNOWN:
            reader.error("W207", 'Nobody can reach the full mark of "{id}": the best is {best} of {full}.', entries[leaf.code].get("rule"),
                         severity="warning", id=leaf.code, best=number_text(best), full=number_text(full),
                         hint="Give {full} for the best, unless this is meant.")


def _best(rule: Rule) -> Fraction | None:
    """The most that the rule gives, where its steps say it; None where values decide, or no step can be read."""
    steps = {"bands": [one.points for one in rule.bands], "levels": [one.points for one in rule.levels],
             "linear": [points for _, points in rule.points]}  # fmt: skip
    return max(steps.get(rule.type, []), default=None)


def check_ids(reader: Reader, body: MappingNode, entries: Mapping[str, MappingNode]) -> None:
    """An adjustment or veto has an id of its own."""
    seen: set[str] = set()
    for node in _decided(body):
        if node.text in entries:
            reader.error("E101", 'The id "{id}" of an adjustment or veto is that of an indicator or block.', node, id=node.text,
                         hint="Use each id once.")
        elif node.text in seen:
            reader.error("E101", 'The id "{id}" of an adjustment or veto is written twice.', node, id=node.text, hint="Use each id once.")
        seen.add(node.text)


def _decided(body: MappingNode) -> Iterator[Scalar]:
    """Where the ids of adjustments and vetoes are written."""
    adjust = body.get("adjust")
    for nodes in (adjust.get("items") if isinstance(adjust, MappingNode) else None, body.get("vetoes")):
        for item in nodes if isinstance(nodes, Sequence) else ():
            node = item.get("id") if isinstance(item, MappingNode) else None
            if isinstance(node, Scalar) and node.text:
                yield node
