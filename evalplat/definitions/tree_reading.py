"""Reads the tree of blocks and indicators; the parent of an item is written or is the longest id that begins its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from .comparisons import read_comparison
from .indicators import COMBINATIONS, MISSING_POLICIES, Leaf, Node, ScorePolicy
from .part_reading import rule_of
from .reading import Reader
from .yamltext import Mapping, suggestion
from .yamltext import Node as YamlNode

UNKNOWN = Fraction(10**9)
"""The full mark of a rule whose points cannot be read: that is told already, and no step is called too high for it."""
_NODE_KEYS = ("id", "title", "parent", "weight", "points", "combine", "floor", "worst", "applies_if", "redistribute_short",
              "note", "compared")  # fmt: skip
_LEAF_KEYS = (
    "id", "title", "parent", "weight", "points", "dimension", "kind", "source", "verified_by", "allow_unverified",
    "evidence", "note", "applies_if", "may_not_apply", "may_be_shown_only", "missing", "categories", "rule",
)  # fmt: skip


def read_tree(reader: Reader, body: Mapping, score: ScorePolicy) -> tuple[Node | Leaf, ...]:
    """All items of ``indicators``, each block directly before what is below it, in the order of the file."""
    entries = [item for node in reader.items(body.get("indicators")) if (item := _entry(reader, node))]
    if not entries and score.method != "none":
        reader.error("E123", "There is no indicator.", body.get("indicators") or body, hint="Write indicators.")
    first: dict[str, Mapping] = {}
    kept: list[tuple[str, Mapping]] = []
    for code, entry in entries:
        if code in first:
            reader.error("E101", 'The indicator id "{id}" is written twice (first at line {line}).', entry.get("id"),
                         id=code, line=first[code].where.line,
                         hint="A spreadsheet may have changed 1.10 to 1.1: format the column as text.")
            continue
        first[code] = entry
        kept.append((code, entry))
    parents = {code: _parent(reader, code, entry, first) for code, entry in kept}
    named = reader.mapping(body.get("rules"))
    items = [_item(reader, code, entry, parents[code], named, score) for code, entry in kept]
    return _in_order(items, parents)


def _entry(reader: Reader, node: YamlNode) -> tuple[str, Mapping] | None:
    body = reader.mapping(node)
    if body is None:
        return None
    code = reader.word(body, "id", required=True)
    return (code, body) if code else None


def _parent(reader: Reader, code: str, entry: Mapping, known: dict[str, Mapping]) -> str:
    written = reader.word(entry, "parent")
    if written:
        if written in known and written != code:
            return written
        reader.error("E131", 'The parent "{parent}" of "{id}" is not there. {guess}', entry.get("parent"),
                     parent=written, id=code, guess=suggestion(written, known))
        return ""
    return parent_by_prefix(code, known)


def parent_by_prefix(code: str, known: Collection[str]) -> str:
    """The longest known id that begins ``code``, at a dot if it has any; empty if there is none."""
    if "." in code:
        stem = code
        while "." in stem:
            stem = stem.rsplit(".", 1)[0]
            if stem in known:
                return stem
        return ""
    return max((one for one in known if one and code.startswith(one) and one != code and code.isascii()), key=len, default="")


def _item(reader: Reader, code: str, entry: Mapping, parent: str, named: Mapping | None, score: ScorePolicy) -> Node | Leaf:
    if "rule" in entry:
        return _leaf(reader, code, entry, parent, named, score)
    reader.mapping(entry, known=(*_NODE_KEYS, "categories"))
    if key := entry.key("categories"):
        reader.error("E121", 'The block "{id}" counts for every category, so that "categories" is not possible here.', key, id=code,
                     hint="Write categories with each indicator below it.")
    how = reader.choice(entry, "combine", COMBINATIONS, "sum" if score.method == "points" else "arithmetic")
    if ("worst" in entry) != (how == "worst"):
        reader.error("E140", '"combine: worst" and "worst: 2" (how many of the weakest count) belong together.',
                     entry.get("worst") or entry.get("combine"), hint="Write both, or neither.")
    return Node(
        code,
        reader.text(entry.get("title")),
        parent,
        reader.number(entry, "weight"),
        reader.number(entry, "points"),
        how,
        reader.number(entry, "floor"),
        reader.word(entry, "applies_if"),
        reader.truth(entry, "redistribute_short"),
        line=entry.where.line,
        worst=reader.whole(entry, "worst", 1, least=1, most=1000),
        compared=read_comparison(reader, entry.get("compared")),
    )


def _leaf(reader: Reader, code: str, entry: Mapping, parent: str, named: Mapping | None, score: ScorePolicy) -> Leaf:
    reader.mapping(entry, known=_LEAF_KEYS)
    by_points = score.method == "points"
    points = reader.number(entry, "points", required=by_points) if by_points else score.most
    weight = reader.number(entry, "weight", required=not by_points)
    if (points is not None and points < 0) or (weight is not None and weight < 0):
        key = "points" if by_points else "weight"
        reader.error("E128", 'The "{key}" must not be negative.', entry.get(key), key=key)
    full = UNKNOWN if points is None else points
    points = points or Fraction(0)
    return Leaf(
        code,
        reader.text(entry.get("title")),
        parent,
        rule_of(reader, entry, full, named),
        points,
        weight,
        reader.word(entry, "dimension"),
        reader.word(entry, "kind"),
        tuple(one.text for one in reader.words(entry, "source")),
        reader.word(entry, "verified_by"),
        reader.text(entry.get("evidence")),
        reader.text(entry.get("note")),
        reader.word(entry, "applies_if"),
        reader.text(entry.get("may_not_apply")),
        reader.truth(entry, "may_be_shown_only"),
        reader.choice(entry, "missing", ("", *MISSING_POLICIES), ""),
        tuple(one.text for one in reader.words(entry, "categories")),
        line=entry.where.line,
    )


def _in_order(items: list[Node | Leaf], parents: dict[str, str]) -> tuple[Node | Leaf, ...]:
    below: dict[str, list[Node | Leaf]] = {}
    for item in items:
        below.setdefault(parents[item.code], []).append(item)
    ordered: list[Node | Leaf] = []

    def visit(parent: str, depth: int) -> None:
        for item in below.get(parent, ()):
            ordered.append(replace(item, depth=depth))
            if depth < 12:
                visit(item.code, depth + 1)

    visit("", 0)
    return tuple(ordered)
