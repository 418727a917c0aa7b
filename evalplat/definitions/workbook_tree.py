"""The node tree while it is being put together from rows: may still be changed, knows its places, reports what is there twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from .problems import Problem, Where
from .yamltext import Mapping, Node, Scalar, Sequence


@dataclass
class Map:
    """Keys with values; of two equal keys the first counts, as everywhere."""

    where: Where
    entries: list[tuple[Scalar, Scalar | Sequence | Mapping | Map | Items]] = field(default_factory=list)

    def get(self, name: str) -> Scalar | Sequence | Mapping | Map | Items | None:
        """The value under ``name``."""
        return next((value for key, value in self.entries if key.text == name), None)

    def put(self, name: str, value: Scalar | Sequence | Mapping | Map | Items) -> None:
        """In place of the first value under ``name``; the key stays where it stood."""
        for at, (key, _) in enumerate(self.entries):
            if key.text == name:
                self.entries[at] = (key, value)
                return


@dataclass
class Items:
    """A list."""

    where: Where
    items: list[Scalar | Sequence | Mapping | Map | Items] = field(default_factory=list)


Part = Scalar | Sequence | Mapping | Map | Items
_Container = TypeVar("_Container", Map, Items)


class Builder:
    """Adds values to a tree by path."""

    def __init__(self, where: Where, problems: list[Problem]) -> None:
        self.root = Map(where)
        self.problems = problems

    def add(self, body: Map, key: Scalar, value: Part) -> None:
        """One more key; a second one of the same name is reported (E117)."""
        first = next((one for one, _ in body.entries if one.text == key.text), None)
        if first is not None:
            lines = {"key": key.text, "first": first.where.line, "second": key.where.line}
            self.problems.append(
                Problem("E117", 'The key "{key}" is written twice (lines {first} and {second}).', key.where, lines, "Keep one of them.")
            )
        if "：" in key.text:
            self.problems.append(Problem("E115", 'The full-width colon "：" stands after "{key}".', key.where,
                                         {"key": key.text.partition("：")[0]}, 'Write ":" followed by a space.'))  # fmt: skip
        body.entries.append((key, value))

    def set(self, body: Map, path: tuple[str, ...], value: Node, where: Where) -> None:
        """The value at ``path`` below ``body``, with the maps on the way."""
        self.add(self.map_at(body, path[:-1], where), Scalar(path[-1], where, plain=False), value)

    def map_at(self, body: Map, path: tuple[str, ...], where: Where) -> Map:
        """The map at ``path`` below ``body``, made where it is not there."""
        for name in path:
            found = body.get(name)
            if not isinstance(found, Map):
                found = self._instead(body, name, Map(where), where)
            body = found
        return body

    def items_at(self, body: Map, path: tuple[str, ...], where: Where) -> Items:
        """The list at ``path`` below ``body``, made where it is not there."""
        body = self.map_at(body, path[:-1], where)
        found = body.get(path[-1])
        return found if isinstance(found, Items) else self._instead(body, path[-1], Items(where), where)

    def _instead(self, body: Map, name: str, new: _Container, where: Where) -> _Container:
        before = body.get(name)
        if before is not None and is_empty(before):
            body.put(name, new)
        else:
            self.add(body, Scalar(name, where, plain=False), new)
        return new


def is_empty(value: Part) -> bool:
    """A mark that holds nothing: ``~``, ``{}``, ``[]``."""
    if isinstance(value, Scalar):
        return value.is_null
    return not (value.items if isinstance(value, Items | Sequence) else value.entries)


def finished(value: Part) -> Node:
    """The node that nobody changes any more."""
    if isinstance(value, Map):
        return Mapping(tuple((key, finished(one)) for key, one in value.entries), value.where)
    if isinstance(value, Items):
        return Sequence(tuple(finished(one) for one in value.items), value.where)
    return value
